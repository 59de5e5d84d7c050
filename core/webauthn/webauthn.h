/*
 * Security keys, by W3C's Web Authentication (Level 3): what a browser hands back of a key that somebody registers, and of
 * one that they sign in with. Attestation is not looked at: which make a key is of is nobody's business here. Any thread.
 *
 *   asked ──► browser ──► key
 *     ▲                    │ registers: client data, attestation object ──► webauthn_register ─► id, public key, count
 *     └────────────────────┘ signs:     client data, authenticator data, signature ──► webauthn_verify ─► count
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEBAUTHN_WEBAUTHN_H
#define CORE_WEBAUTHN_WEBAUTHN_H

#include "core/base/arena.h"
#include "core/base/error.h"

enum {
    WEBAUTHN_LONGEST_ID = 1023,
    WEBAUTHN_LONGEST_ATTESTATION = 16384, /* and authenticator data */
    WEBAUTHN_LONGEST_SIGNATURE = 1024
};

/* What was asked for, and by whom. */
struct webauthn_asked {
    struct text party;      /* id of the relying party: the host name of the page */
    struct text origin;     /* of the page */
    struct bytes challenge; /* random */
};

/* What is kept of a key. Borrowed from what it was read from. */
struct webauthn_key {
    struct bytes id;
    struct bytes public_key; /* COSE */
    int64_t algorithm;       /* enum cose_algorithm */
    int64_t count;           /* of its signatures; 0: it counts none */
    bool is_user_verified;   /* by the key itself: PIN, finger */
};

/* STATUS_INVALID, with what is wrong, where it is not for what was asked or nobody touched the key. */
MUST_USE enum status webauthn_register(
    const struct webauthn_asked *asked,
    struct bytes client_data,
    struct bytes attestation,
    struct webauthn_key *out,
    struct error *error);

struct webauthn_signed {
    struct bytes client_data;
    struct bytes authenticator_data;
    struct bytes signature;
};

/* The same of something that a key has signed. Whether its count has risen is for whoever knows the last one. */
MUST_USE enum status webauthn_verify(
    const struct webauthn_asked *asked,
    struct bytes public_key,
    const struct webauthn_signed *shown,
    struct arena *arena,
    int64_t *out_count,
    struct error *error);

#endif
