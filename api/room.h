/*
 * Rooms: where calls wait for the read model to reach a ledger size. One on each loop; a call waits
 * in the room of its own loop and goes on, on a worker, when the projector announces the size, or
 * when its deadline has passed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ROOM_H
#define API_ROOM_H

#include "core/run/loop.h"

#include <stdint.h>

struct call;
struct room;

struct room *room_new(struct loop *loop);
void room_free(struct room *room); /* accepts NULL */

/* Lets a call wait. Loop thread. `ready` is called on the loop's thread with whether the size was
 * reached in time. */
void room_enter(
    struct room *room,
    struct call *call,
    uint64_t size,
    int64_t deadline_us,
    void (*ready)(struct call *call, bool is_reached));

/* The read model has reached `size`. Any thread; cheap when nobody waits. */
void room_announce(struct room *room, uint64_t size);

#endif
