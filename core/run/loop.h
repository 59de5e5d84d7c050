/*
 * An event loop (libevent), one a thread, with timers and a mailbox: other threads post messages
 * into it, and it runs them in order on its own thread. Only core/run, core/http, core/web and core/redis
 * know libevent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_LOOP_H
#define CORE_RUN_LOOP_H

#include "core/base/attributes.h"
#include "core/run/queue.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct event_base;

/* A message: embed it as the FIRST member; `run` is called on the loop's thread with it. */
struct loop_message {
    struct queue_item item;
    void (*run)(struct loop_message *message);
};

/* Given to the caller; made on any thread, run on one. */
struct loop *loop_new(void);
void loop_free(struct loop *loop); /* accepts NULL; not while running */

/* Runs until loop_stop(). */
void loop_run(struct loop *loop);

/* Ends loop_run() soon, after the mail already posted. Any thread. */
void loop_stop(struct loop *loop);

/* Posts a message; it is borrowed until its `run` was called. Any thread. False when the loop was
 * stopped: then the message stays the caller's. */
MUST_USE bool loop_post(struct loop *loop, struct loop_message *message);

/* Posts a chain of messages over item.next, in its order, with one wake-up. */
MUST_USE bool loop_post_all(struct loop *loop, struct queue_item *chain);

/* Does the caller run inside this loop? For must(). */
bool loop_is_here(const struct loop *loop);

/* A timer that belongs to the loop's thread. `run` is called once per loop_timer_set(). */
struct loop_timer;
struct loop_timer *loop_timer_new(struct loop *loop, void (*run)(void *context), void *context);
void loop_timer_set(struct loop_timer *timer, int64_t after_us);
void loop_timer_clear(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer); /* accepts NULL */

/* A signal of the process that the loop's thread takes: `run` is called each time it comes. Of one loop
 * of a process; its number must not be blocked. */
struct loop_signal;
struct loop_signal *
loop_signal_new(struct loop *loop, int number, void (*run)(void *context), void *context);
void loop_signal_free(struct loop_signal *signal); /* accepts NULL */

/* Runs `run` after the present callback and all that is due with it, outside every callback: where
 * things die. The loop's thread. */
void loop_defer(struct loop *loop, struct loop_message *message);

/* For core/http, core/web and core/redis. */
struct event_base *loop_base(struct loop *loop);

#endif
