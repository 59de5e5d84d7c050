/*
 * The steps of a call that api's own files hand to each other.
 *
 *   entry.c   request → call, unknown routes, preflight; then to a worker or on, on its loop
 *   gate.c    who is this, and may they? token, credential, throttle, workspace, role
 *   decode.c  path, query and body into the route's input
 *   run.c     command or query: submit, wait, show
 *   answer.c  status, headers and body to the loop
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_STEPS_H
#define API_STEPS_H

#include "api/call.h"
#include "api/server.h"
#include "core/base/map.h"

/* What a worker thread owns. */
struct worker {
    struct server *server;
    struct db *db;       /* NULL: not connected, or a plain worker */
    uint64_t generation; /* of the set that `db` looks at */
    int64_t retry_at_us; /* no earlier attempt to connect */
    struct map *access;  /* cached access facts: key → struct access */
    uint64_t access_generation;
};

/* A request has arrived. Loop. */
void entry_on_request(struct http_exchange *exchange, void *context);
size_t entry_body_limit(const struct http_request *head, void *context);
void entry_on_malformed(
    int status, const char *reason, struct arena *arena, struct http_answer *out, void *context);

/* Goes through the gates, then to decode_call(). Worker or loop. */
void gate_call(struct call *call);

/* Reads the input, then goes to run_call(). */
void decode_call(struct call *call);

/* Runs command, query or handler of the route. */
void run_call(struct call *call);

/* A change whose answer comes from the read model is not begun while that is stopped or far behind:
 * then it has surely not happened. False: the call has been answered with 503. */
bool call_can_be_shown(struct call *call);

/* Answers what the command of the call refused; what matters to security is recorded too. */
void call_answer_refusal(struct call *call);

/* Hands the call over, to go on with `next`. */
void call_to_worker(struct call *call, void (*next)(struct call *call));
void call_to_loop(struct call *call, void (*next)(struct call *call));

/* 503: what is to be shown cannot be shown now, and what that means for the caller. */
void call_answer_invisible(struct call *call);

/* Adds what every answer carries: security headers, CORS, correlation. */
void add_default_headers(struct call *call);
/* May this Origin call? Absent may. */
bool cors_allows(struct text allowed, struct text origin);
/* Answers a preflight. */
void cors_preflight(struct call *call);

/* The error body of an error, into the arena. */
struct text problem_body(
    struct arena *arena, const struct error *error, struct text target, struct text trace_id);

/* The connection of a worker, looking at the serving set; UNAVAILABLE without one. */
MUST_USE enum status worker_db(struct worker *worker, struct db **out, struct error *error);
/* After a query said UNAVAILABLE. */
void worker_drop_db(struct worker *worker);

/* Strong or weak entity tag of an answer: from a revision (or INT64_ABSENT) and the body. */
struct text entity_tag(struct arena *arena, int64_t revision, bool is_weak, struct text body);
/* Does If-None-Match name this tag? */
bool entity_tag_matches(struct text if_none_match, struct text tag);
/* The revision that an If-Match names; INT64_ABSENT for none, false when it is malformed. */
bool entity_tag_revision(struct text if_match, int64_t *out);

#endif
