/*
 * What the holder of a product root key does, offline: makes the key, signs manifests (eventlog/manifest.h), reads them. The key
 * is a file that no server ever sees.
 *
 *   fleetledger authority keygen ─► PEM file, public key      sign-… ─► envelope, to be handed in      inspect ─► what it says
 *
 * Main thread; all of it in the arena. STATUS_INVALID for what was typed; what cannot be signed is STATUS_UNPROCESSABLE.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTHORITY_MANIFEST_SIGNING_H
#define API_AUTHORITY_MANIFEST_SIGNING_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct keygen_input {
    struct text file; /* must not be there */
};
extern const struct shape keygen_input_shape;

/* Of all that sign. */
struct signing_options {
    struct text key; /* file */
    struct uuid installation;
};
extern const struct shape signing_options_shape;

struct sign_activation_input {
    struct text ledger_verifier_key;
    struct enum_value environment;
    struct text email;
    struct text name;
    int64_t days;
};
extern const struct shape sign_activation_input_shape;

struct sign_grant_input {
    struct uuid user;
    struct enum_value role;
    int64_t serial;
    struct text reason;
    int64_t hours; /* absent: for ever */
};
extern const struct shape sign_grant_input_shape;

struct sign_revocation_input {
    struct uuid grant;
    struct text reason;
};
extern const struct shape sign_revocation_input_shape;

struct sign_rotation_input {
    struct text new_key; /* public, in Base64 */
    int64_t days;        /* that the former key signs besides */
};
extern const struct shape sign_rotation_input_shape;

struct inspect_input {
    struct text file;
    struct text root_key; /* absent: the signature is not looked at */
};
extern const struct shape inspect_input_shape;

/* Each gives what is printed: lines of public key and key id; the envelope; what an envelope says. */
typedef enum status signing_work(
    struct arena *arena,
    const void *input,
    const struct signing_options *options,
    struct text *out,
    struct error *error);
extern signing_work signing_keygen;
extern signing_work signing_activation;
extern signing_work signing_grant;
extern signing_work signing_revocation;
extern signing_work signing_rotation;
extern signing_work signing_inspect;

#endif
