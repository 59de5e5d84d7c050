/*
 * A lane: a thread that carries one parcel at a time, so that a receiver who does not answer holds up nobody else.
 *
 *   free ──parcel──► under way ──► told ──reported──► free
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/outbound/sender_internal.h"
#include "core/run/thread.h"

enum { IDLE_US = 60000000 };

static void run(void *context)
{
    struct lane *lane = context;

    while (!queue_is_closed(lane->jobs) || queue_depth(lane->jobs) > 0) {
        if (queue_take(lane->jobs, IDLE_US) == NULL)
            continue;
        parcel_send(lane->outbound, &lane->parcel, lane->arena, &lane->result);
        atomic_store(&lane->is_told, true);
        queue_wake(lane->sender->wakeup);
    }
}

void lane_start(struct lane *lane, struct sender *sender)
{
    lane->sender = sender;
    lane->thread = thread_start("sender-lane", run, lane);
}

void lane_end(struct lane *lane)
{
    queue_close(lane->jobs);
    thread_join(lane->thread);
    lane->thread = NULL;
}

void lane_begin(struct lane *lane)
{
    if (!queue_put(lane->jobs, &lane->item)) { /* we stop */
        lane->result = (struct parcel_result){.outcome = DELIVERY_ABORTED};
        atomic_store(&lane->is_told, true);
    }
}

void lane_free(struct lane *lane)
{
    arena_free(lane->arena);
    lane->arena = NULL;
    atomic_store(&lane->is_told, false);
}
