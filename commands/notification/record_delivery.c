/*
 * How an attempt to deliver went. The sender tries at least once; its report ends the delivery or
 * sets the time of the next attempt. A report on what has ended already changes nothing, so it may
 * be repeated.
 *
 *   sender ──record_delivery──► [here] ──delivery_succeeded | delivery_failed──► ledger
 *                                        └─ of a channel that takes nothing for long: channel_switched_off
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"
#include "commands/notification/notification_commands.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/notification_events.h"

enum { MOST_ATTEMPTS = 8, LONGEST_PAUSE_S = 60, LONGEST_WISH_S = 3600, LEAST_FAILURES = 20 };

static const int64_t longest_failing_us = INT64_C(24) * 3600 * US_PER_S;

static const struct field record_delivery_fields[] = {
    {UUID(record_delivery, outbox_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the delivery."},
    {UUID(record_delivery, workspace_id), .tag = 2,
     .doc = "Workspace of the event that was delivered."},
    {TEXT(record_delivery, error), .tag = 3, .max = 500,
     .doc = "Error of the attempt; absent on success."},
    {BOOL(record_delivery, is_hopeless), .tag = 4,
     .doc = "Whether another attempt would be pointless."},
    {UUID(record_delivery, channel_id), .tag = 5, .doc = "Channel that it goes by."},
    {INT64(record_delivery, retry_after_s), .tag = 6, .min = 0,
     .doc = "Seconds that the receiver asks to be left alone for."},
};
static const struct shape record_delivery_shape =
    SHAPE(record_delivery, "Outcome of an attempt to deliver.");

static int64_t pause_s(int64_t attempts)
{
    int64_t pause = attempts < 6 ? (int64_t)1 << attempts : LONGEST_PAUSE_S;

    return pause < LONGEST_PAUSE_S ? pause : LONGEST_PAUSE_S;
}

/* Many that failed together do not come back together: up to a quarter more, by delivery and attempt, so that a replay
 * gives the same. */
static int64_t spread_us(struct uuid outbox_id, int64_t attempts)
{
    const struct bytes pieces[] = {
        {outbox_id.bytes, sizeof(outbox_id.bytes)},
        {(const uint8_t *)&attempts, 1},
    };
    struct digest digest = sha256_of(pieces, COUNT_OF(pieces));

    return pause_s(attempts) * (US_PER_S / 4) * digest.bytes[0] / UINT8_MAX;
}

static struct timestamp
next_attempt(const struct decision *decision, const struct record_delivery *order, int64_t attempts)
{
    int64_t pause_us = pause_s(attempts) * US_PER_S;
    int64_t wish_s = order->retry_after_s == INT64_ABSENT ? 0 : order->retry_after_s;

    wish_s = wish_s < LONGEST_WISH_S ? wish_s : LONGEST_WISH_S;
    if (pause_us < wish_s * US_PER_S)
        pause_us = wish_s * US_PER_S;
    if (uuid_is_present(order->channel_id))
        pause_us += spread_us(order->outbox_id, attempts);
    return timestamp_plus_us(decision->now, pause_us);
}

/* It took nothing for a day, and was asked often enough. */
static void switch_off_if_dead(struct decision *decision, const struct record_delivery *order)
{
    struct channel_definition channel;
    struct channel_health health;
    struct channel_switched_off off;

    if (!model_load(
            decision->model, &channel_aggregate, order->channel_id, decision->arena, &channel) ||
        !model_load(
            decision->model, &channel_health_aggregate, order->channel_id, decision->arena,
            &health) ||
        !opt_bool_is_true(channel.is_enabled) || health.failures + 1 < LEAST_FAILURES ||
        decision->now.us - health.failing_since.us < longest_failing_us)
        return;
    off = (struct channel_switched_off){
        .channel_id = channel.channel_id,
        .workspace_id = channel.workspace_id,
        .name = channel.name,
        .failing_since = health.failing_since,
        .failures = health.failures + 1,
        .error = order->error,
    };
    decision_emit(
        decision, &channel_switched_off_event, off.channel_id,
        channel_workspace(decision, &channel), &off);
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
        .next_attempt_at =
            is_final ? (struct timestamp){0} : next_attempt(decision, order, attempts),
        .attempts = attempts,
        .channel_id = order->channel_id,
    };

    decision_emit(decision, &delivery_failed_event, failed.outbox_id, order->workspace_id, &failed);
    if (uuid_is_present(order->channel_id))
        switch_off_if_dead(decision, order);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct record_delivery *order = input;
    struct delivery delivery = delivery_of(decision, order->outbox_id);
    const struct delivery_succeeded succeeded = {order->outbox_id, order->channel_id};

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
