/*
 * Loops on libevent. A turn is one call of event_base_loop(), which runs all that is due; what was
 * deferred runs between two turns, when no callback is on the stack. A turn is not cut short for it:
 * where thousands of peers go at once, asking the kernel anew for each would take minutes.
 *
 *   loop_post() ─► mailbox (queue) ─► wake event ─► run_message()      any thread ─► loop
 *   loop_defer() ─► deferred chain ─► between turns                 loop ─► loop
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/loop.h"

#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"

#include <event2/event.h>
#include <event2/thread.h>

#include <pthread.h>
#include <stdatomic.h>

struct loop {
    struct event_base *base;
    struct event *wake;
    struct queue *mailbox; /* closed by loop_stop() */
    atomic_bool is_woken;  /* spares a system call when a wake is on its way already */
    struct queue_item *deferred;
    struct queue_item **deferred_tail;
    bool is_done;
};

struct loop_timer {
    struct event *event;
    void (*run)(void *context);
    void *context;
};

struct loop_signal {
    struct event *event;
    void (*run)(void *context);
    void *context;
};

static _Thread_local struct loop *loop_here;

static void use_threads(void)
{
    must(evthread_use_pthreads() == 0);
}

static void run_chain(struct queue_item *chain)
{
    while (chain != NULL) {
        struct loop_message *message = (struct loop_message *)chain; /* its first member */

        chain = chain->next;
        message->run(message);
    }
}

static void run_message(evutil_socket_t fd, short what, void *context)
{
    struct loop *loop = context;

    (void)fd;
    (void)what;
    loop->is_woken = false; /* before taking: what comes later wakes again */
    loop->is_done = queue_is_closed(loop->mailbox);
    run_chain(queue_take_all(loop->mailbox, 0));
}

struct loop *loop_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct loop *loop = heap_new(sizeof(*loop));

    must(pthread_once(&once, use_threads) == 0);
    loop->base = event_base_new();
    must(loop->base != NULL);
    loop->wake = event_new(loop->base, -1, EV_PERSIST, run_message, loop);
    must(loop->wake != NULL);
    loop->mailbox = queue_new(SIZE_MAX);
    loop->deferred_tail = &loop->deferred;
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    must(loop_here != loop);
    (void)queue_take_all(loop->mailbox, 0); /* borrowed, and a loop that never ran runs nothing */
    queue_free(loop->mailbox);
    event_free(loop->wake);
    event_base_free(loop->base);
    heap_free(loop);
}

static void run_deferred(struct loop *loop)
{
    struct queue_item *chain = loop->deferred;

    loop->deferred = NULL;
    loop->deferred_tail = &loop->deferred;
    run_chain(chain);
}

void loop_run(struct loop *loop)
{
    must(loop_here == NULL);
    loop_here = loop;
    log_gather();
    while (!loop->is_done) {
        int flags = EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY;

        run_deferred(loop);
        if (loop->deferred != NULL)
            flags |= EVLOOP_NONBLOCK;
        else
            log_flush(); /* before it may sleep */
        must(event_base_loop(loop->base, flags) >= 0);
    }
    while (loop->deferred != NULL)
        run_deferred(loop);
    log_flush();
    loop_here = NULL;
}

static void wake(struct loop *loop)
{
    if (!atomic_exchange(&loop->is_woken, true))
        event_active(loop->wake, EV_READ, 0);
}

void loop_stop(struct loop *loop)
{
    queue_close(loop->mailbox);
    wake(loop);
}

bool loop_post(struct loop *loop, struct loop_message *message)
{
    must(message->run != NULL);
    if (!queue_put_always(loop->mailbox, &message->item))
        return false;
    wake(loop);
    return true;
}

bool loop_post_all(struct loop *loop, struct queue_item *chain)
{
    if (!queue_put_all(loop->mailbox, chain))
        return false;
    wake(loop);
    return true;
}

bool loop_is_here(const struct loop *loop)
{
    return loop_here == loop;
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    struct loop_timer *timer = context;

    (void)fd;
    (void)what;
    timer->run(timer->context);
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*run)(void *context), void *context)
{
    struct loop_timer *timer = heap_new(sizeof(*timer));

    timer->event = event_new(loop->base, -1, 0, on_timer, timer);
    must(timer->event != NULL);
    timer->run = run;
    timer->context = context;
    return timer;
}

void loop_timer_set(struct loop_timer *timer, int64_t after_us)
{
    int64_t us = after_us < 0 ? 0 : after_us;
    struct timeval after = {(time_t)(us / US_PER_S), (suseconds_t)(us % US_PER_S)};

    must(event_add(timer->event, &after) == 0);
}

void loop_timer_clear(struct loop_timer *timer)
{
    must(event_del(timer->event) == 0);
}

void loop_timer_free(struct loop_timer *timer)
{
    if (timer == NULL)
        return;
    event_free(timer->event);
    heap_free(timer);
}

static void on_signal(evutil_socket_t fd, short what, void *context)
{
    struct loop_signal *signal = context;

    (void)fd;
    (void)what;
    signal->run(signal->context);
}

struct loop_signal *
loop_signal_new(struct loop *loop, int number, void (*run)(void *context), void *context)
{
    struct loop_signal *signal = heap_new(sizeof(*signal));

    signal->event = event_new(loop->base, number, EV_SIGNAL | EV_PERSIST, on_signal, signal);
    must(signal->event != NULL && event_add(signal->event, NULL) == 0);
    signal->run = run;
    signal->context = context;
    return signal;
}

void loop_signal_free(struct loop_signal *signal)
{
    if (signal == NULL)
        return;
    event_free(signal->event);
    heap_free(signal);
}

void loop_defer(struct loop *loop, struct loop_message *message)
{
    must(loop_is_here(loop));
    message->item.next = NULL;
    *loop->deferred_tail = &message->item;
    loop->deferred_tail = &message->item.next;
}

struct event_base *loop_base(struct loop *loop)
{
    return loop->base;
}
