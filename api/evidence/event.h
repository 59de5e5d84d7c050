/*
 * One event as it is on record, and what it stands between: GET /events/:position, …/causes.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_EVENT_H
#define API_EVIDENCE_EVENT_H

#include "api/evidence/recorded_event.h"
#include "core/base/error.h"
#include "eventlog/record.h"

struct call;

/* An event that is asked for; other questions about one begin with this. */
struct event_input {
    struct uuid workspace_id; /* beyond which nothing is there; absent: all is */
    int64_t position;
};
extern const struct shape event_input_shape;

struct event_question {
    struct event_input event;
    struct opt_bool open;
    struct opt_bool stored;
};
extern const struct shape event_question_shape;

extern const struct shape event_detail_shape;
extern const struct shape event_causes_shape;

/* LANE_PLAIN. */
void event_handle(struct call *call);        /* of struct event_question */
void event_causes_handle(struct call *call); /* of struct event_input */

/* Reads the event that the call's input, which begins with struct event_input, asks for, and sets the
 * ledger size that is answered of. STATUS_NOT_FOUND, code "event_not_found", where the workspace has
 * none there. */
MUST_USE enum status event_find(struct call *call, struct record *out, struct error *error);

/* As lists show it. */
struct recorded_event event_view(const struct record *record, struct arena *arena);

#endif
