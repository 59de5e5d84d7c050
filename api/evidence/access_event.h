/*
 * The events that answers about access name: which one said so, when, and by whom.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_ACCESS_EVENT_H
#define API_EVIDENCE_ACCESS_EVENT_H

#include "api/evidence/recorded_event.h"
#include "core/base/error.h"

struct call;

/* Which event a fact is from. */
struct access_event {
    int64_t position;
    struct uuid event_id;
    struct text type;
    struct timestamp recorded_at;
    const struct event_actor *actor;
    struct uuid provider_id; /* whose rules changed the account; absent: somebody did */
};
extern const struct shape access_event_shape;

/* Whose events an answer may name. */
struct access_shown {
    struct uuid workspace; /* absent: of all */
    bool is_own;           /* whoever asks is whom it is about: no sessions of others */
};

/* NULL where the position is absent, or the event may not be named. In the call's arena. */
MUST_USE enum status access_event_at(
    struct call *call,
    const struct access_shown *shown,
    int64_t position,
    const struct access_event **out,
    struct error *error);

#endif
