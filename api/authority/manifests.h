/*
 * Manifests that are handed in (eventlog/manifest.h), in straight lines between the waits:
 *
 *   which keys are trusted (writer) ─► signature, then what was signed ─► the order (writer) ─► answer
 *
 * Nobody who hands one in is trusted for it: its power is its signature. Whether it fits is decided by the order.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTHORITY_MANIFESTS_H
#define API_AUTHORITY_MANIFESTS_H

#include "api/route.h"

struct bootstrap_body {
    struct json manifest; /* absent: without one, where settings allow that */
    struct text password;
    struct text email;
    struct text name;
};
extern const struct shape bootstrap_body_shape;
void authority_bootstrap(struct call *call);

struct envelope_body {
    struct json envelope;
};
extern const struct shape envelope_body_shape;
void authority_grant(struct call *call);
void authority_rotate(struct call *call);

struct revocation_body {
    struct uuid grant_id;
    struct text reason;   /* of an admin */
    struct json envelope; /* or of whoever signed it */
};
extern const struct shape revocation_body_shape;
void authority_revoke(struct call *call);

#endif
