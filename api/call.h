/*
 * One HTTP call: who calls, what they ask, and its way through gates, submission and rendering.
 *
 *      ARRIVED ──► GATED ──► (SUBMITTED ──► COMMITTED) ──► VISIBLE ──► ANSWERED
 *       loop      worker        writer         room        worker       loop
 *
 * A call belongs to one thread at a time; moving it on hands it over. Its handlers are
 * straight-line code; where it would have to wait (for the writer, for a position, for the
 * telemetry) it is parked and goes on in another function.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/route.h"
#include "commands/writer.h"
#include "core/http/http.h"
#include "core/run/loop.h"
#include "core/shape/shape_params.h"

struct place;
struct server;
struct worker;

/* What the writer's model says of a caller, and of the workspace that the path names. */
struct access {
    struct uuid user_id;
    struct uuid workspace_id;
    bool user_exists;
    bool is_active;
    bool is_platform_admin;
    int64_t session_version;
    bool workspace_exists;
    bool workspace_is_archived;
    int64_t member_role; /* enum member_role, 0: none */
    uint64_t generation; /* of such facts */
};

struct call {
    struct queue_item item;      /* first: in a worker's queue */
    struct loop_message message; /* to its loop */
    struct http_exchange *exchange;
    const struct http_request *request;
    struct arena *arena; /* the exchange's */
    struct server *server;
    struct worker *worker; /* whose turn it is; NULL on a loop */
    const struct route *route;
    size_t route_index;  /* of the route among all; their number for an unknown one */
    struct place *place; /* its loop, with the room in it */

    const struct param *path_params;
    size_t path_param_count;
    struct text correlation; /* as in X-Correlation-ID */
    struct timestamp arrived_at;
    int64_t arrived_us; /* monotonic */

    struct actor actor;
    struct access access;
    struct digest credential; /* of an agent: SHA-256 of its token */

    void *input; /* struct of the command's or query's input */
    struct submission submission;
    uint64_t visible_size; /* the answer must reflect this ledger size … */
    uint64_t ledger_size;  /* … and does reflect this one (Ledger-Size) */

    void (*next)(struct call *call);    /* where it goes on */
    void (*visible)(struct call *call); /* where, once its size is visible */
    void *scratch;                      /* of a route's own handler */

    int status; /* of the answer */
    struct text body;
    struct http_header headers[32];
    size_t header_count;
};

/* Answers: each may be called on any thread, ends the caller's turn, and must be the last thing a
 * function does with the call. */
void call_answer_json(struct call *call, int status, struct text body);
/* A struct by its shape. */
void call_answer_shape(struct call *call, int status, const struct shape *shape, const void *value);
void call_answer_list(
    struct call *call, int status, const struct shape *shape, const void *items, size_t count);
void call_answer_error(struct call *call, const struct error *error);
void call_answer_text(struct call *call, int status, const char *content_type, struct text body);

/* Adds a header to the answer, in place of one of that name; both texts must outlive it (literal or in the arena). */
void call_header(struct call *call, const char *name, struct text value);

/* Submits the command of call->submission; goes on with `next` on the same kind of thread (a
 * worker or the call's loop) once its batch has committed. Answers 503 itself when the writer's
 * queue is full. */
void call_submit(struct call *call, void (*next)(struct call *call));

/* Hands the call to the threads that hash passwords, to go on with `next` there. Answers 429 itself
 * when too many wait. */
void call_hash(struct call *call, void (*next)(struct call *call));

/* Parks the call until the read model has reached `size`, then goes on with `next` on a worker.
 * Answers itself when that takes too long: 503, with code "committed_not_visible" for a command. */
void call_wait_visible(struct call *call, uint64_t size, void (*next)(struct call *call));

/* Runs a query on the worker's connection. Statuses as db_query(). Worker only. */
MUST_USE enum status call_query(
    struct call *call,
    const struct query *query,
    const void *input,
    const void **out_rows,
    size_t *out_count,
    struct error *error);

/* Runs a query and answers with it: one object or 404, or a list. Worker only. */
void call_answer_query(struct call *call, int status, const struct query *query, const void *input);

#endif
