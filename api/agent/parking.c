/*
 * Parked calls of one loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/agent/parking.h"

#include "api/call.h"
#include "api/server.h"
#include "core/base/alloc.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"

/* One parked call. */
struct parked {
    struct parked *next;
    struct call *call;
    struct uuid key;
    int64_t deadline_us;
    void (*wake)(struct call *call, bool is_called);
};

struct parking {
    struct loop *loop;
    parking_key *key_of;
    atomic_uint_fast64_t *gauge;
    struct loop_timer *timer;
    struct parked *all;
    bool is_closed;
};

static void on_timer(void *context);

struct parking *parking_new(struct loop *loop, parking_key *key_of, atomic_uint_fast64_t *gauge)
{
    struct parking *parking = heap_new(sizeof(*parking));

    parking->loop = loop;
    parking->key_of = key_of;
    parking->gauge = gauge;
    parking->timer = loop_timer_new(loop, on_timer, parking);
    return parking;
}

void parking_free(struct parking *parking)
{
    if (parking == NULL)
        return;
    while (parking->all != NULL) {
        struct parked *parked = parking->all;
        parking->all = parked->next;
        heap_free(parked);
    }
    loop_timer_free(parking->timer);
    heap_free(parking);
}

/* Takes out everyone that `picks` and wakes them afterwards, because waking may park again. */
static void wake_those(
    struct parking *parking,
    bool (*picks)(const struct parked *parked, const void *context),
    const void *context,
    bool is_called)
{
    struct parked **at = &parking->all;
    struct parked *woken = NULL;

    while (*at != NULL) {
        struct parked *parked = *at;
        if (!picks(parked, context)) {
            at = &parked->next;
            continue;
        }
        *at = parked->next;
        parked->next = woken;
        woken = parked;
    }
    while (woken != NULL) {
        struct parked *parked = woken;
        woken = parked->next;
        atomic_fetch_sub(parking->gauge, 1);
        http_on_abandoned(parked->call->exchange, NULL);
        parked->wake(parked->call, is_called);
        heap_free(parked);
    }
}

static bool is_over(const struct parked *parked, const void *context)
{
    return parked->deadline_us <= *(const int64_t *)context;
}

static bool has_key(const struct parked *parked, const void *context)
{
    return uuid_equal(parked->key, *(const struct uuid *)context);
}

static bool is_of_call(const struct parked *parked, const void *context)
{
    return parked->call == context;
}

static bool is_any(const struct parked *parked, const void *context)
{
    (void)parked;
    (void)context;
    return true;
}

static void set_timer(struct parking *parking)
{
    int64_t next_us = INT64_MAX;

    for (const struct parked *parked = parking->all; parked != NULL; parked = parked->next) {
        if (parked->deadline_us < next_us)
            next_us = parked->deadline_us;
    }
    if (next_us != INT64_MAX)
        loop_timer_set(parking->timer, next_us - monotonic_us());
}

static void on_timer(void *context)
{
    struct parking *parking = context;
    int64_t now_us = monotonic_us();

    wake_those(parking, is_over, &now_us, false);
    set_timer(parking);
}

static void on_abandoned(void *owner)
{
    struct call *call = owner;

    wake_those(call->place->claims, is_of_call, call, false);
    wake_those(call->place->endings, is_of_call, call, false);
}

void parking_enter(
    struct parking *parking,
    struct call *call,
    struct uuid key,
    int64_t deadline_us,
    void (*wake)(struct call *call, bool is_called))
{
    struct parked *parked;

    if (parking->is_closed || deadline_us <= monotonic_us() || http_is_abandoned(call->exchange)) {
        wake(call, false);
        return;
    }
    parked = heap_new(sizeof(*parked));
    *parked = (struct parked){parking->all, call, key, deadline_us, wake};
    parking->all = parked;
    atomic_fetch_add(parking->gauge, 1);
    http_on_abandoned(call->exchange, on_abandoned);
    set_timer(parking);
}

/* Keys that were called, on their way to a loop. */
struct announcement {
    struct loop_message message; /* first */
    struct parking *parking;
    size_t count;
    struct uuid keys[];
};

static void announcement_run(struct loop_message *message)
{
    struct announcement *announcement = (struct announcement *)message;

    for (size_t i = 0; i < announcement->count; i++)
        wake_those(announcement->parking, has_key, &announcement->keys[i], true);
    heap_free(announcement);
}

struct uuid parking_node_with_work(const struct record *record)
{
    if (record->type == &task_created_event && record->has_body)
        return ((const struct task_created *)record->event)->node_id;
    if (record->type == &task_requeued_event && record->has_body)
        return ((const struct task_requeued *)record->event)->node_id;
    if (record->type == &node_maintenance_left_event)
        return record->entry.stream;
    return UUID_NONE;
}

struct uuid parking_task_that_ended(const struct record *record)
{
    if (record->type == &task_completed_event || record->type == &task_cancelled_event ||
        record->type == &task_timed_out_event)
        return record->entry.stream;
    return UUID_NONE;
}

void parking_announce(struct parking *parking, const struct record *records, size_t count)
{
    struct announcement *announcement = NULL;

    for (size_t i = 0; i < count; i++) {
        struct uuid key = parking->key_of(&records[i]);
        if (!uuid_is_present(key))
            continue;
        if (announcement == NULL)
            announcement = heap_new(sizeof(*announcement) + count * sizeof(struct uuid));
        announcement->keys[announcement->count++] = key;
    }
    if (announcement == NULL)
        return;
    announcement->message.run = announcement_run;
    announcement->parking = parking;
    if (!loop_post(parking->loop, &announcement->message))
        heap_free(announcement);
}

struct closing {
    struct loop_message message; /* first */
    struct parking *parking;
};

static void closing_run(struct loop_message *message)
{
    struct closing *closing = (struct closing *)message;

    closing->parking->is_closed = true;
    wake_those(closing->parking, is_any, NULL, false);
    heap_free(closing);
}

void parking_send_home(struct parking *parking)
{
    struct closing *closing = heap_new(sizeof(*closing));

    closing->message.run = closing_run;
    closing->parking = parking;
    if (!loop_post(parking->loop, &closing->message))
        heap_free(closing);
}
