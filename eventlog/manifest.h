/*
 * Manifests: what the holder of a product root key has signed for one installation, elsewhere and offline. Each is a
 * document of JSON in an envelope (core/crypto/dsse.h), whose payloadType says which one it is.
 *
 *   activation   who the first owner is                     ┐
 *   role-grant   that somebody has a role, and until when   │ manifest_seal ─► envelope ─► manifest_open
 *   role-revocation   that a grant is good no more          │    (offline)                (api, replay/verify)
 *   root-rotation   which key signs from now on             ┘
 *
 * Members are called as everywhere here (grantId). Unknown ones are refused: they would be signed, and not heeded. Pure
 * functions; any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_MANIFEST_H
#define EVENTLOG_MANIFEST_H

#include "core/crypto/dsse.h"
#include "core/shape/shape.h"

enum manifest_kind {
    MANIFEST_ACTIVATION = 1,
    MANIFEST_ROLE_GRANT,
    MANIFEST_ROLE_REVOCATION,
    MANIFEST_ROOT_ROTATION
};
extern const char *const manifest_kind_names[]; /* "activation", … */

enum { MANIFEST_VERSION = 1, MANIFEST_NONCE_SIZE = 16, MANIFEST_LONGEST_REASON = 500 };

enum manifest_environment { FOR_PRODUCTION = 1, FOR_DEVELOPMENT = 2 };
extern const char *const manifest_environment_names[];

struct manifest_owner {
    struct text email;
    struct text name; /* absent: the address */
};

/* Good for 30 days at most, and once. */
struct activation_manifest {
    int64_t version;
    struct uuid installation_id;
    struct text ledger_verifier_key; /* as GET /installation tells it: of this very ledger */
    struct enum_value environment;
    const struct manifest_owner *owner;
    struct enum_value role; /* platform_admin */
    struct uuid grant_id;
    struct timestamp issued_at;
    struct timestamp not_before;
    struct timestamp expires_at;
    struct bytes nonce;
};

/* Of a recovery administrator: for 24 hours at most. */
struct role_grant_manifest {
    int64_t version;
    struct uuid installation_id;
    struct uuid grant_id;
    struct uuid user_id;
    struct enum_value role; /* any but user */
    struct timestamp issued_at;
    struct timestamp not_before;
    struct timestamp expires_at; /* absent: for ever */
    struct text reason;
    int64_t serial; /* larger than that of any grant of theirs before */
};

struct role_revocation_manifest {
    int64_t version;
    struct uuid installation_id;
    struct uuid grant_id;
    struct text reason;
    struct timestamp issued_at;
};

/* Signed by the key that it replaces. */
struct root_rotation_manifest {
    int64_t version;
    struct uuid installation_id;
    struct bytes new_public_key;
    struct timestamp not_before;
    struct timestamp old_valid_until; /* what the former key signs is taken until then */
};

extern const struct shape activation_manifest_shape;
extern const struct shape role_grant_manifest_shape;
extern const struct shape role_revocation_manifest_shape;
extern const struct shape root_rotation_manifest_shape;

/* Of a kind: its payloadType, and the shape of its struct. */
const char *manifest_type(enum manifest_kind kind);
const struct shape *manifest_shape(enum manifest_kind kind);

/* Is it one that may be signed: what is required there, of the right size, no window too long? STATUS_UNPROCESSABLE,
 * code "manifest_invalid", else. */
MUST_USE enum status
manifest_check(enum manifest_kind kind, const void *manifest, struct error *error);

/* Signs a manifest that is well made. The envelope lies in the arena. As manifest_check(), and dsse_sign(). */
MUST_USE enum status manifest_seal(
    struct arena *arena,
    enum manifest_kind kind,
    const void *manifest,
    const uint8_t seed[DSSE_KEY_SIZE],
    struct text *out,
    struct error *error);

/* Verifies an envelope, then reads it into the struct of its kind at `out`, and tells which of the keys signed it.
 * STATUS_UNPROCESSABLE with code "root_unknown", "signature_invalid" or "manifest_invalid"; STATUS_UNAVAILABLE where there is
 * no memory. Whether it fits (this installation, now) is not looked at. */
MUST_USE enum status manifest_open(
    struct arena *arena,
    enum manifest_kind kind,
    struct text envelope,
    const struct dsse_keys *trusted,
    void *out,
    size_t *out_key,
    struct error *error);

#endif
