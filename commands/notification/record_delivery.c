/*
 * How an attempt to deliver went. The sender tries at least once; its report ends the delivery or
 * sets the time of the next attempt. A report on what has ended already changes nothing, so it may
 * be repeated.
 *
 *   sender ──record_delivery──► [here] ──delivery_succeeded | delivery_failed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/delivery.h"
#include "commands/notification/notification_commands.h"
#include "eventlog/events/notification_events.h"

enum { MOST_ATTEMPTS = 8, LONGEST_PAUSE_S = 60 };

static const struct field record_delivery_fields[] = {
    {UUID(record_delivery, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the delivery."},
    {UUID(record_delivery, workspace_id), .tag = 2,
     .doc = "Workspace of the event that was delivered."},
    {TEXT(record_delivery, error), .tag = 3, .max = 500,
     .doc = "Error of the attempt; absent on success."},
    {BOOL(record_delivery, is_hopeless), .tag = 4,
     .doc = "Whether another attempt would be pointless."},
};
static const struct shape record_delivery_shape =
    SHAPE(record_delivery, "Outcome of an attempt to deliver.");

static int64_t pause_s(int64_t attempts)
{
    int64_t pause = attempts < 6 ? (int64_t)1 << attempts : LONGEST_PAUSE_S;

    return pause < LONGEST_PAUSE_S ? pause : LONGEST_PAUSE_S;
}

static void emit_failed(
    struct decision *decision, const struct record_delivery *order, struct delivery delivery)
{
    int64_t attempts = delivery.attempts + 1;
    bool is_final = opt_bool_is_true(order->is_hopeless) || attempts >= MOST_ATTEMPTS;
    const struct delivery_failed failed = {
        .outbox_id = order->outbox_id,
        .error = order->error,
        .is_final = opt_bool_of(is_final),
        .next_attempt_at = is_final
                               ? (struct timestamp){0}
                               : timestamp_plus_us(decision->now, pause_s(attempts) * US_PER_S),
        .attempts = attempts,
    };

    decision_emit(decision, &delivery_failed_event, failed.outbox_id, order->workspace_id, &failed);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct record_delivery *order = input;
    struct delivery delivery = delivery_of(decision, order->outbox_id);
    const struct delivery_succeeded succeeded = {order->outbox_id};

    (void)error;
    if (delivery.status.is != DELIVERY_PENDING)
        return STATUS_OK;
    if (text_is_present(order->error))
        emit_failed(decision, order, delivery);
    else
        decision_emit(
            decision, &delivery_succeeded_event, order->outbox_id, order->workspace_id, &succeeded);
    return STATUS_OK;
}

const struct command record_delivery_command = {
    .name = "record_delivery",
    .doc = "Records the outcome of an attempt to deliver.",
    .input = &record_delivery_shape,
    .decide = decide,
};
