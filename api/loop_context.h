/*
 * What lives on one loop beside its connections: calls that wait, and what is known of callers.
 *
 *   writer ──outcomes of a batch, then whom it concerns──┐
 *                                                        ├──► [loop] ──► waiting calls go on
 *   projector ──the read models have moved───────────────┘
 *
 * Announcements are made on any thread and heard on the loop, at most one of a kind being on its way.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_LOOP_CONTEXT_H
#define API_LOOP_CONTEXT_H

#include "api/access.h"
#include "core/base/map.h"
#include "core/run/loop.h"
#include "core/run/waitlist.h"
#include "eventlog/progress.h"

struct audience;
struct holders;
struct own_call;
struct rooms;
struct web;

struct loop_context {
    struct loop *loop;
    size_t index; /* among the server's */
    const struct progress *progress;
    struct access_cache *access;
    struct map *polling;    /* by key: sessions by long polls, see socket/polling.h */
    struct map *agents;     /* by node: sockets of agents, see agent/agent_socket.h */
    struct waitlist *shown; /* by ledger size: for the read models to reach it */
    const struct holders *holders;
    struct waitlist *held;      /* by ledger size: for followers to hold it */
    struct waitlist *called;    /* by node: agents, for work; by task: people, for its end */
    struct rooms *rooms;        /* the server's, as are … */
    struct audience *audience;  /* … these; NULL where nobody hears news */
    struct own_call *own_calls; /* a list, see own_call.c */
    struct web *leader;         /* of a follower, once a socket went on there: socket/passage.c */
    struct loop_timer *timer;
    int64_t timer_us;                               /* when it rings; INT64_MAX: not set */
    bool is_draining;                               /* nobody waits to be called any more */
    void (*on_drain)(struct loop_context *context); /* NULL for none */
    struct loop_message shown_message;
    struct loop_message held_message;
    struct loop_message drain_message;
    atomic_bool is_held_posted;
    atomic_bool is_shown_wanted; /* somebody waits for it */
    atomic_bool is_shown_posted;
    struct queue_item *outcomes; /* the writer's thread: messages of the present batch */
    struct queue_item **outcomes_tail;
};

/* Before the loop runs. Both are borrowed; `holders` may be NULL: all is held. */
struct loop_context *loop_context_new(
    struct loop *loop,
    size_t index,
    const struct progress *progress,
    const struct holders *holders);
void loop_context_free(struct loop_context *context); /* after it ended; accepts NULL */

/* Waits: on the loop. The waiter's `wake` is called on it too. */
void loop_context_wait_shown(
    struct loop_context *context, struct waiter *waiter, uint64_t size, int64_t deadline_us);
void loop_context_wait_held(
    struct loop_context *context, struct waiter *waiter, uint64_t size, int64_t deadline_us);
void loop_context_wait_called(
    struct loop_context *context, struct waiter *waiter, struct uuid key, int64_t deadline_us);

/* The read models have moved. Any thread. */
void loop_context_announce_shown(struct loop_context *context);
/* Followers hold more. Any thread. */
void loop_context_announce_held(struct loop_context *context);
/* By this key those wait who want the next checkpoint. */
extern const struct uuid loop_context_next_checkpoint;
/* Wakes those who wait for any of these keys. Any thread. */
void loop_context_call(struct loop_context *context, const struct uuid *keys, size_t count);
/* Wakes all who wait to be called, and lets nobody wait any more; then on_drain(). Any thread, once. */
void loop_context_drain(struct loop_context *context);

/* The writer's thread: gathers a message for the loop, and posts all that were gathered together. */
void loop_context_gather(struct loop_context *context, struct loop_message *message);
void loop_context_post_gathered(struct loop_context *context);

#endif
