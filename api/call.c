/*
 * Moving calls between threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"

#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/queue.h"

#include <stddef.h>

enum { LARGE_BYTES = 65536 }; /* takes about a millisecond to read */

bool call_is_large(const struct call *call)
{
    return call->request->body.size > LARGE_BYTES;
}

static void on_message(struct loop_message *message)
{
    struct call *call = (struct call *)(void *)((char *)message - offsetof(struct call, message));

    call->worker = NULL;
    call->next(call);
}

/* Its loop has ended, and with it whoever waits for the answer. */
static void lose(struct call *call)
{
    buf_fini(&call->storage);
    log_warning("http.answer_lost", log_uuid("correlation", call->correlation_id));
}

void call_gather(struct call *call)
{
    call->message.run = on_message;
    loop_context_gather(call->loop, &call->message);
}

void call_to_loop(struct call *call, void (*next)(struct call *call))
{
    call->next = next;
    call->message.run = on_message;
    if (!loop_post(call->loop->loop, &call->message))
        lose(call);
}

static struct queue *queue_of(const struct call *call, enum lane lane)
{
    const struct lanes *lanes = &call->services->lanes;

    must(lane != LANE_LOOP);
    if (lane == LANE_LARGE)
        return lanes->large;
    if (lane == LANE_OUTWARD)
        return lanes->outward;
    return lane == LANE_READ ? lanes->read : lanes->plain;
}

void call_to_lane(struct call *call, enum lane lane, void (*next)(struct call *call))
{
    if (lane == LANE_LOOP) {
        call_to_loop(call, next);
        return;
    }
    call->next = next;
    if (!queue_put_always(queue_of(call, lane), &call->item))
        log_warning("http.call_lost", log_uuid("correlation", call->correlation_id));
}

bool call_try_lane(struct call *call, enum lane lane, void (*next)(struct call *call))
{
    call->next = next;
    return queue_put(queue_of(call, lane), &call->item);
}

bool call_try_hash(struct call *call, void (*next)(struct call *call))
{
    call->next = next;
    return queue_put(call->services->lanes.hash, &call->item);
}
