/*
 * One timer serves all deadlines of a loop: it is set for the earliest, and only ever moved forward
 * by one that is earlier still.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/loop_context.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/web/web.h"
#include "eventlog/holders.h"

#include <stddef.h>
#include <string.h>

static int64_t next_deadline(const struct loop_context *context)
{
    int64_t shown_us = waitlist_next_deadline(context->shown);
    int64_t held_us = waitlist_next_deadline(context->held);
    int64_t called_us = waitlist_next_deadline(context->called);
    int64_t first_us = shown_us < held_us ? shown_us : held_us;

    return first_us < called_us ? first_us : called_us;
}

static void set_timer(struct loop_context *context)
{
    int64_t next_us = next_deadline(context);

    if (next_us >= context->timer_us)
        return;
    context->timer_us = next_us;
    loop_timer_set(context->timer, next_us - monotonic_us());
}

static void on_timer(void *argument)
{
    struct loop_context *context = argument;
    int64_t now_us = monotonic_us();

    context->timer_us = INT64_MAX;
    waitlist_expire(context->shown, now_us);
    waitlist_expire(context->held, now_us);
    waitlist_expire(context->called, now_us);
    set_timer(context);
}

static void on_shown(struct loop_message *message)
{
    size_t offset = offsetof(struct loop_context, shown_message);
    struct loop_context *context = (struct loop_context *)(void *)((char *)message - offset);

    atomic_store(&context->is_shown_posted, false); /* before looking: what comes later posts */
    waitlist_wake_reached(context->shown, context->progress->size);
    if (waitlist_count(context->shown) == 0)
        atomic_store(&context->is_shown_wanted, false);
}

static void on_held(struct loop_message *message)
{
    size_t offset = offsetof(struct loop_context, held_message);
    struct loop_context *context = (struct loop_context *)(void *)((char *)message - offset);

    atomic_store(&context->is_held_posted, false); /* before looking: what comes later posts */
    waitlist_wake_reached(context->held, holders_size(context->holders));
}

static void on_drain(struct loop_message *message)
{
    size_t offset = offsetof(struct loop_context, drain_message);
    struct loop_context *context = (struct loop_context *)(void *)((char *)message - offset);

    context->is_draining = true;
    waitlist_wake_all(context->called);
    if (context->on_drain != NULL)
        context->on_drain(context);
}

struct loop_context *loop_context_new(
    struct loop *loop, size_t index, const struct progress *progress, const struct holders *holders)
{
    struct loop_context *context = heap_new(sizeof(*context));

    context->loop = loop;
    context->index = index;
    context->progress = progress;
    context->holders = holders;
    context->access = access_cache_new();
    context->polling = map_new();
    context->agents = map_new();
    context->shown = waitlist_new();
    context->held = waitlist_new();
    context->called = waitlist_new();
    context->timer = loop_timer_new(loop, on_timer, context);
    context->timer_us = INT64_MAX;
    context->shown_message.run = on_shown;
    context->held_message.run = on_held;
    context->drain_message.run = on_drain;
    context->outcomes_tail = &context->outcomes;
    return context;
}

void loop_context_free(struct loop_context *context)
{
    if (context == NULL)
        return;
    access_cache_free(context->access);
    map_free(context->polling);
    map_free(context->agents);
    waitlist_free(context->shown);
    waitlist_free(context->held);
    waitlist_free(context->called);
    loop_timer_free(context->timer);
    web_free(context->leader);
    heap_free(context);
}

void loop_context_wait_shown(
    struct loop_context *context, struct waiter *waiter, uint64_t size, int64_t deadline_us)
{
    must(loop_is_here(context->loop));
    /* Before looking: either it is seen here, or the projector sees that it is wanted. */
    atomic_store(&context->is_shown_wanted, true);
    if (context->progress->size >= size) {
        waiter->wake(waiter, WAKE_REACHED);
        return;
    }
    waitlist_add_number(context->shown, waiter, size, deadline_us);
    set_timer(context);
}

/* What grows after the look is announced by a message that comes after this. */
void loop_context_wait_held(
    struct loop_context *context, struct waiter *waiter, uint64_t size, int64_t deadline_us)
{
    must(loop_is_here(context->loop));
    if (holders_size(context->holders) >= size) {
        waiter->wake(waiter, WAKE_REACHED);
        return;
    }
    waitlist_add_number(context->held, waiter, size, deadline_us);
    set_timer(context);
}

void loop_context_wait_called(
    struct loop_context *context, struct waiter *waiter, struct uuid key, int64_t deadline_us)
{
    must(loop_is_here(context->loop));
    if (context->is_draining || deadline_us <= monotonic_us()) {
        waiter->wake(waiter, WAKE_EXPIRED);
        return;
    }
    waitlist_add_key(context->called, waiter, key, deadline_us);
    set_timer(context);
}

void loop_context_announce_shown(struct loop_context *context)
{
    if (atomic_load(&context->is_shown_wanted) &&
        !atomic_exchange(&context->is_shown_posted, true) &&
        !loop_post(context->loop, &context->shown_message))
        atomic_store(&context->is_shown_posted, false);
}

void loop_context_announce_held(struct loop_context *context)
{
    if (!atomic_exchange(&context->is_held_posted, true) &&
        !loop_post(context->loop, &context->held_message))
        atomic_store(&context->is_held_posted, false);
}

/* Keys on their way to a loop. */
struct announcement {
    struct loop_message message; /* first */
    struct loop_context *context;
    size_t count;
    struct uuid keys[];
};

static void on_announcement(struct loop_message *message)
{
    struct announcement *announcement = (struct announcement *)message;

    for (size_t i = 0; i < announcement->count; i++)
        waitlist_wake_key(announcement->context->called, announcement->keys[i]);
    heap_free(announcement);
}

const struct uuid loop_context_next_checkpoint = {"next checkpoint"};

void loop_context_call(struct loop_context *context, const struct uuid *keys, size_t count)
{
    struct announcement *announcement = heap_new(sizeof(*announcement) + count * sizeof(*keys));

    announcement->message.run = on_announcement;
    announcement->context = context;
    announcement->count = count;
    memcpy(announcement->keys, keys, count * sizeof(*keys));
    if (!loop_post(context->loop, &announcement->message))
        heap_free(announcement);
}

void loop_context_drain(struct loop_context *context)
{
    (void)!loop_post(context->loop, &context->drain_message);
}

void loop_context_gather(struct loop_context *context, struct loop_message *message)
{
    message->item.next = NULL;
    *context->outcomes_tail = &message->item;
    context->outcomes_tail = &message->item.next;
}

void loop_context_post_gathered(struct loop_context *context)
{
    if (context->outcomes == NULL)
        return;
    (void)!loop_post_all(context->loop, context->outcomes);
    context->outcomes = NULL;
    context->outcomes_tail = &context->outcomes;
}
