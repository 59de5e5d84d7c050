/*
 * How somebody gets in at a moment: sessions that are open, and providers that vouch for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_SIGN_IN_H
#define API_EVIDENCE_ACCESS_SIGN_IN_H

#include "api/evidence/access_event.h"

struct call;

/* Of whom, and when. */
struct access_moment {
    struct uuid user_id;
    uint64_t size;       /* of the ledger then */
    struct timestamp at; /* the time then */
    struct access_shown shown;
};

/* INT64_ABSENT where it takes too many events to count them. */
MUST_USE enum status access_open_sessions(
    struct call *call, const struct access_moment *moment, int64_t *out, struct error *error);

struct access_provider {
    struct uuid provider_id;
    struct text slug;
    struct text name;
    struct opt_bool enabled;
    const struct access_event *since;
};
extern const struct shape access_provider_shape;

/* Those that are there, in the call's arena. */
MUST_USE enum status access_providers(
    struct call *call, const struct access_moment *moment, struct list *out, struct error *error);

#endif
