/*
 * A room is a list of waiting calls. There are as many as requests in flight at most, and they
 * leave together, so that walking the list costs less than keeping it in order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/room.h"

#include "core/base/alloc.h"
#include "core/base/timestamp.h"

#include <stdatomic.h>
#include <stdbool.h>

struct guest {
    struct guest *next;
    struct call *call;
    uint64_t size;
    int64_t deadline_us;
    void (*ready)(struct call *call, bool is_reached);
};

struct room {
    struct loop_message message; /* first: the announcement, posted at most once at a time */
    struct loop *loop;
    struct loop_timer *timer;
    struct guest *guests;
    atomic_uint_fast64_t reached;
    atomic_bool is_posted;
};

/* Sends everyone on who has what they wait for, or has waited long enough. */
static void let_go(struct room *room)
{
    uint64_t reached = atomic_load(&room->reached);
    int64_t now_us = monotonic_us();
    int64_t next_us = INT64_MAX;
    struct guest **at = &room->guests;

    while (*at != NULL) {
        struct guest *guest = *at;
        bool is_reached = guest->size <= reached;
        if (!is_reached && guest->deadline_us > now_us) {
            next_us = guest->deadline_us < next_us ? guest->deadline_us : next_us;
            at = &guest->next;
            continue;
        }
        *at = guest->next;
        guest->ready(guest->call, is_reached);
        heap_free(guest);
    }
    if (next_us != INT64_MAX)
        loop_timer_set(room->timer, next_us - now_us);
}

static void on_announcement(struct loop_message *message)
{
    struct room *room = (struct room *)message;

    atomic_store(&room->is_posted, false);
    let_go(room);
}

static void on_timer(void *context)
{
    let_go(context);
}

struct room *room_new(struct loop *loop)
{
    struct room *room = heap_new(sizeof(*room));

    room->message.run = on_announcement;
    room->loop = loop;
    room->timer = loop_timer_new(loop, on_timer, room);
    return room;
}

void room_free(struct room *room)
{
    if (room == NULL)
        return;
    while (room->guests != NULL) {
        struct guest *guest = room->guests;
        room->guests = guest->next;
        heap_free(guest);
    }
    loop_timer_free(room->timer);
    heap_free(room);
}

void room_enter(
    struct room *room,
    struct call *call,
    uint64_t size,
    int64_t deadline_us,
    void (*ready)(struct call *call, bool is_reached))
{
    struct guest *guest = heap_new(sizeof(*guest));

    *guest = (struct guest){room->guests, call, size, deadline_us, ready};
    room->guests = guest;
    let_go(room);
}

void room_announce(struct room *room, uint64_t size)
{
    atomic_store(&room->reached, size);
    if (!atomic_exchange(&room->is_posted, true) && !loop_post(room->loop, &room->message))
        atomic_store(&room->is_posted, false);
}
