/*
 * One HTTP call: who calls, what they ask, and where it is.
 *
 *   loop:      entry ─► authorize ─► decode ─► run ─┬─ command ─► submit ─► … ─► (wait) ─► answer
 *                         │ (caller not known)      └─ query ───────────────────► wait       ▲
 *   writer:               └► question      decide, append, commit ◄─┘              │         │
 *   worker:                                                                        └► select, render
 *
 * A call belongs to one thread at a time; handing it on ends the caller's turn. Its code is in
 * straight lines; where it would have to wait (for the writer, a position, a hash) it is handed over
 * and goes on in another function. It is at home on its loop: outcomes of the writer arrive there.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_CALL_H
#define API_CALL_H

#include "api/loop_context.h"
#include "api/route.h"
#include "api/services.h"
#include "commands/writer.h"
#include "core/http/http.h"
#include "core/shape/shape_params.h"

struct document;
struct worker;

/* How calls of a kind come, and the way back: as HTTP requests (http_transport.h), or as messages of
 * sockets (socket/socket_call.h). */
struct transport {
    /* The answer is made: sends it, and ends the call. Its loop. */
    void (*send)(struct call *call);
    /* The body of an answer that tells of an error. Any thread. */
    struct text (*tell)(struct call *call, const struct error *error);
    /* Its order among what the same peer sent is settled: it is with the writer, or with nobody any
     * more. Its loop. NULL: nobody asks. */
    void (*placed)(struct call *call);
    /* Has the peer gone? And whom to run when it goes, NULL for none. Its loop. */
    bool (*is_abandoned)(const struct call *call);
    void (*on_abandoned)(struct call *call, void (*run)(struct call *call));
    bool
        is_owner; /* who asks owns the files: is told why they are damaged, and nothing is logged */
};

struct call {
    struct queue_item item;      /* first: in a worker's queue */
    struct loop_message message; /* to its loop */
    struct waiter waiter;        /* on its loop */
    const struct transport *transport;
    struct http_exchange *exchange;     /* of an HTTP request, else NULL */
    const struct http_request *request; /* or what a message of a socket has in its place */
    struct arena *arena;                /* of the exchange, or the message */
    const struct services *services;
    struct loop_context *loop;
    struct worker *worker; /* whose turn it is; NULL on the loop */
    const struct route *route;
    size_t route_index; /* of the route among all; their number for an unknown one */

    const struct param *path_params;
    size_t path_param_count;
    struct text correlation;    /* as in X-Correlation-ID */
    struct uuid correlation_id; /* as in entries and in our log */
    struct timestamp arrived_at;
    int64_t arrived_us;        /* monotonic */
    bool is_of_our_origins;    /* CORS: what the browser's page may see */
    bool is_admitted;          /* authorized before its body came, which is large */
    bool is_identified;        /* an agent that its socket knows: actor and credential are set */
    const char *token_type;    /* that the bearer's token must be of; NULL: an access token */
    struct timestamp shown_at; /* when the token was shown; absent: with this call */
    struct {
        char caller[BUDGET_CALLER_SIZE];
        size_t bytes; /* 0: none taken */
    } budget;

    struct actor actor;
    struct caller_access access;
    struct uuid follower;     /* an admitted one */
    struct digest credential; /* of an agent: SHA-256 of its token */
    struct uuid connection; /* of a message: what the socket of an agent, or a screen, is called */

    void *input;                     /* struct of the command's, resource's or query's input … */
    const struct shape *input_shape; /* … and its shape */
    bool is_never_repeated; /* its answer holds what is told once: Idempotency-Key means nothing */
    struct submission submission;
    uint64_t shown_size; /* the answer must reflect this ledger size … */
    uint64_t
        least_size; /* … and so must each of its reads; 0: they reflect all that is shown by then */
    uint64_t ledger_size; /* … and does reflect this one (Ledger-Size) */

    void (*authorized)(struct call *call);             /* where, once the caller may call */
    void (*next)(struct call *call);                   /* where it goes on */
    void (*held)(struct call *call);                   /* where, once followers hold its size */
    void (*shown)(struct call *call);                  /* where, once its size is shown */
    void (*called)(struct call *call, bool is_called); /* where, once its key is called */
    void (*abandoned)(struct call *call);              /* where, once its peer has gone */
    void *handler_state;                               /* of a route's own code */

    int status; /* of the answer */
    struct text body;
    struct buf storage; /* what `body` lies in, if it was made in a buffer */
    bool is_packed;     /* `body` is gzip's */
    bool is_lasting;    /* `body` outlives the server */
    struct http_header headers[32];
    size_t header_count;
};

/* Is its body more than a loop should read, or the answer made from it more than it should write? */
bool call_is_large(const struct call *call);

/* call.c: from thread to thread. Each ends the caller's turn. */

/* The writer's thread: with what else its batch has for that loop, to go on with call->next there. */
void call_gather(struct call *call);
/* To its loop. */
void call_to_loop(struct call *call, void (*next)(struct call *call));
/* To a worker of a lane, however many wait already; LANE_LOOP: to its loop. */
void call_to_lane(struct call *call, enum lane lane, void (*next)(struct call *call));
/* The same unless the lane is full. False: it is still the caller's. */
MUST_USE bool call_try_lane(struct call *call, enum lane lane, void (*next)(struct call *call));
/* To a thread that hashes passwords. False: too many wait, it is still the caller's. */
MUST_USE bool call_try_hash(struct call *call, void (*next)(struct call *call));

/* answer.c: each may be called on any thread, ends the caller's turn, and must be the last thing a
 * function does with the call. */
void call_answer_json(struct call *call, int status, struct text body);
/* A struct by its shape. */
void call_answer_shape(struct call *call, int status, const struct shape *shape, const void *value);
void call_answer_list(
    struct call *call, int status, const struct shape *shape, const void *items, size_t count);
/* What has been done is not answered as if it had failed: after a commit any 5xx but for damage
 * becomes "committed_not_visible". */
void call_answer_error(struct call *call, const struct error *error);
/* 503: what is to be shown cannot be shown now, and what that means for the caller: with code
 * "committed_not_visible" after a commit, else "read_model_behind". */
void call_answer_not_shown(struct call *call);
void call_answer_text(struct call *call, int status, const char *content_type, struct text body);
/* A document, or 304 to whoever has it. */
void call_answer_document(struct call *call, const struct document *document);
/* 503: there is more to do than can be taken on, and nothing was changed. */
void call_answer_busy(struct call *call);

/* Adds a header to the answer, in place of one of that name; both texts must outlive it (literal or
 * in the arena). */
void call_header(struct call *call, const char *name, struct text value);

/* wait.c: loop only; the call is on its loop again in `next`, if nothing else is said. */

/* Until the read models show ledger size `size`, then goes on with `next` on LANE_READ. Answers
 * itself when that takes too long: 503, with code "committed_not_visible" for a command. */
void call_wait_shown(struct call *call, uint64_t size, void (*next)(struct call *call));
/* Until so many followers as are wanted (eventlog/holders.h) hold what its submission says, then goes on with
 * `next` on its loop. Answers itself when that takes too long: 503, with code "recorded_not_held". */
void call_wait_held(struct call *call, void (*next)(struct call *call));
/* The same for all that is on the ledger now. */
void call_wait_head(struct call *call, void (*next)(struct call *call));
/* Until the read models show that size, or as long as that may take at most; then goes on with `next` on the
 * loop, which looks at what became of it. */
void call_wait_size(struct call *call, uint64_t size, void (*next)(struct call *call));
/* Until a batch concerns `key` (a node with work, a task that ended), the deadline has passed or the
 * peer has gone. */
void call_wait_called(
    struct call *call,
    struct uuid key,
    int64_t deadline_us,
    void (*next)(struct call *call, bool is_called));
/* A change whose answer comes from the read models is not begun while those are stopped or far
 * behind: then it has surely not happened. False: the call has been answered with 503. */
MUST_USE bool call_can_be_shown(struct call *call);

/* submit.c */

/* Hands the writer a command of call->actor, or a question; `input` is taken as it is, but for the
 * digests of its personal fields. Goes on with `next` on the call's loop once its batch has committed.
 * Answers 503 itself when the writer's queue is full. Any thread. */
void call_submit(
    struct call *call, const struct command *command, void *input, void (*next)(struct call *call));
/* The same for what is to be done once only, by whoever comes with this digest (submission_name()). */
void call_submit_once(
    struct call *call,
    const struct command *command,
    void *input,
    struct digest name,
    void (*next)(struct call *call));
/* The same for what the request is about, with the conditions that it carries (Idempotency-Key,
 * If-Match). Answers itself where those are malformed. */
void call_submit_route(
    struct call *call, const struct command *command, void *input, void (*next)(struct call *call));
/* Hands the call to the threads that hash passwords, to go on with `next` there. Answers 429 itself
 * when too many wait. Any thread. */
void call_hash(struct call *call, void (*next)(struct call *call));
/* Answers with an error that matters to security: it is recorded too, within a budget. */
void call_refuse(struct call *call, const struct error *error);
/* Answers what the submitted command refused; what matters to security is recorded too. */
void call_answer_refusal(struct call *call);

/* select.c, as select.h: LANE_READ only. */

/* Runs a query on the worker's connection. Statuses as db_query(). */
MUST_USE enum status call_query(
    struct call *call,
    const struct query *query,
    const void *input,
    const void **out_rows,
    size_t *out_count,
    struct error *error);

/* Runs a query and answers with its rows. */
void call_answer_query(struct call *call, int status, const struct query *query, const void *input);

#endif
