/*
 * Calls that wait on their loop, for the read models or to be called.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "eventlog/holders.h"
#include "eventlog/ledger_read.h"

#include <stddef.h>

enum { SHOWN_WITHIN_US = 1000000, FAR_BEHIND_US = 2000000 };

static struct call *call_of(struct waiter *waiter)
{
    return (struct call *)(void *)((char *)waiter - offsetof(struct call, waiter));
}

/* What has been done is shown, however many wait to be shown something. */
static void on_shown(struct waiter *waiter, enum wake_reason reason)
{
    struct call *call = call_of(waiter);

    if (reason != WAKE_REACHED)
        call_answer_not_shown(call);
    else if (call->submission.emitted > 0)
        call_to_lane(call, LANE_READ, call->shown);
    else if (!call_try_lane(call, LANE_READ, call->shown))
        call_answer_busy(call);
}

static void on_held(struct waiter *waiter, enum wake_reason reason)
{
    struct call *call = call_of(waiter);
    struct error error;

    if (reason == WAKE_REACHED) {
        call->held(call);
        return;
    }
    atomic_fetch_add(&call->services->meter->not_held, 1);
    error_set_code(
        &error, STATUS_UNAVAILABLE, "recorded_not_held",
        "The change is recorded, and the ledger of size %llu not yet held by %lld followers: nothing is rolled "
        "back. Repeat the request with the same Idempotency-Key to be answered once it is.",
        (unsigned long long)call->submission.size,
        (long long)holders_wanted(call->services->holders));
    call_answer_error(call, &error);
}

void call_wait_held(struct call *call, void (*next)(struct call *call))
{
    const struct settings *settings = call->services->settings;

    call->held = next;
    call->waiter.wake = on_held;
    loop_context_wait_held(
        call->loop, &call->waiter, call->submission.size,
        monotonic_us() + settings->acknowledge_within_seconds * US_PER_S);
}

static void on_size(struct waiter *waiter, enum wake_reason reason)
{
    struct call *call = call_of(waiter);

    (void)reason;
    call->shown(call);
}

static void wait_shown(
    struct call *call,
    uint64_t size,
    void (*next)(struct call *call),
    void (*wake)(struct waiter *waiter, enum wake_reason reason))
{
    call->shown_size = size;
    call->shown = next;
    call->waiter.wake = wake;
    loop_context_wait_shown(call->loop, &call->waiter, size, monotonic_us() + SHOWN_WITHIN_US);
}

void call_wait_shown(struct call *call, uint64_t size, void (*next)(struct call *call))
{
    wait_shown(call, size, next, on_shown);
}

void call_wait_size(struct call *call, uint64_t size, void (*next)(struct call *call))
{
    wait_shown(call, size, next, on_size);
}

void call_wait_head(struct call *call, void (*next)(struct call *call))
{
    call_wait_shown(call, ledger_size(call->services->ledger), next);
}

static void on_called(struct waiter *waiter, enum wake_reason reason)
{
    struct call *call = call_of(waiter);

    call->transport->on_abandoned(call, NULL);
    call->called(call, reason == WAKE_REACHED);
}

static void on_abandoned(struct call *call)
{
    waitlist_cancel(call->loop->called, &call->waiter);
    call->called(call, false);
}

void call_wait_called(
    struct call *call,
    struct uuid key,
    int64_t deadline_us,
    void (*next)(struct call *call, bool is_called))
{
    call->called = next;
    call->waiter.wake = on_called;
    if (call->transport->is_abandoned(call)) {
        next(call, false);
        return;
    }
    call->transport->on_abandoned(call, on_abandoned);
    loop_context_wait_called(call->loop, &call->waiter, key, deadline_us);
}

bool call_can_be_shown(struct call *call)
{
    const struct progress *progress = call->services->progress;
    struct error error;

    if (!progress->is_stopped && progress->is_connected &&
        progress_lag_us(progress, ledger_size(call->services->ledger)) <= FAR_BEHIND_US)
        return true;
    error_set_code(
        &error, STATUS_UNAVAILABLE, "read_model_unavailable",
        "The read model is not up to date at the moment, so nothing was changed. Try again.");
    call_answer_error(call, &error);
    return false;
}
