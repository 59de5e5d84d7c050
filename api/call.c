/*
 * Moving calls between threads: to a worker, to their loop, through the writer, into a room.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"

#include "api/room.h"
#include "api/steps.h"
#include "core/base/log.h"
#include "core/run/queue.h"

enum { VISIBLE_WITHIN_US = 1000000 };

static void run_message(struct loop_message *message)
{
    struct call *call = (struct call *)(void *)((char *)message - offsetof(struct call, message));

    call->worker = NULL;
    call->next(call);
}

void call_to_loop(struct call *call, void (*next)(struct call *call))
{
    call->next = next;
    call->message.run = run_message;
    if (!loop_post(call->place->loop, &call->message))
        log_warning("http.answer_lost", log_text("correlation", call->correlation));
}

void call_to_worker(struct call *call, void (*next)(struct call *call))
{
    struct queue *queue =
        call->route->is_without_read_model ? call->server->plain_calls : call->server->calls;

    call->next = next;
    if (!queue_put_always(queue, &call->item))
        log_warning("http.call_lost", log_text("correlation", call->correlation));
}

/* Goes on where the route's work is done. */
static void go_on(struct call *call, void (*next)(struct call *call))
{
    if (call->route->is_on_loop)
        call_to_loop(call, next);
    else
        call_to_worker(call, next);
}

/* The writer's thread: the batch has committed. */
static void on_done(struct submission *submission)
{
    struct call *call = submission->owner;

    go_on(call, call->next);
}

void call_submit(struct call *call, void (*next)(struct call *call))
{
    struct error error;

    call->next = next;
    call->submission.done = on_done;
    call->submission.owner = call;
    if (writer_submit(call->server->writer, &call->submission))
        return;
    atomic_fetch_add(&call->server->meter->refused_busy, 1);
    error_set_code(
        &error, STATUS_UNAVAILABLE, "busy",
        "The server has more to do than it can take on. Nothing was changed; try again.");
    call_answer_error(call, &error);
}

void call_hash(struct call *call, void (*next)(struct call *call))
{
    struct error error;

    call->next = next;
    if (queue_put(call->server->hash_calls, &call->item))
        return;
    atomic_fetch_add(&call->server->meter->refused_busy, 1);
    error_set_code(
        &error, STATUS_TOO_MANY, "busy",
        "Too many people sign in at this moment. Nothing was changed; try again.");
    call_header(call, "Retry-After", text_lit("1"));
    call_answer_error(call, &error);
}

void call_answer_invisible(struct call *call)
{
    struct error error;

    if (call->submission.emitted > 0)
        error_set_code(
            &error, STATUS_UNAVAILABLE, "committed_not_visible",
            "The change is recorded at position %llu but cannot be shown yet. Repeat the request "
            "with the same Idempotency-Key to be answered without changing anything again.",
            (unsigned long long)call->submission.first.value);
    else
        error_set_code(
            &error, STATUS_UNAVAILABLE, "read_model_behind",
            "The read model has not reached ledger size %llu yet. Try again.",
            (unsigned long long)call->visible_size);
    call_answer_error(call, &error);
}

static void on_ready(struct call *call, bool is_reached)
{
    if (is_reached)
        call_to_worker(call, call->visible);
    else
        call_answer_invisible(call);
}

static void enter_room(struct call *call)
{
    room_enter(
        call->place->room, call, call->visible_size, monotonic_us() + VISIBLE_WITHIN_US, on_ready);
}

void call_wait_visible(struct call *call, uint64_t size, void (*next)(struct call *call))
{
    call->visible_size = size;
    if (atomic_load(&call->server->reached) >= size) {
        next(call);
        return;
    }
    call->visible = next;
    call_to_loop(call, enter_room);
}
