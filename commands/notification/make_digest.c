/*
 * Deliveries that have waited long enough become one; or go on waiting, while their channel has its quiet hours.
 *
 *   sender ──make_digest──► [here] ──digest_made | channel_quieted──► ledger
 *
 * That it is on the ledger what a digest is made of keeps it the same however often it is sent, and leaves nothing out that
 * came meanwhile: that becomes part of the next one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"

static const struct field make_digest_fields[] = {
    {UUID(make_digest, channel_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the channel."},
    {LIST_OF(make_digest, delivery_ids, KIND_UUID), .tag = 2, .flags = REQUIRED, .min = 1,
     .max = DIGEST_MOST_DELIVERIES, .doc = "Deliveries that have waited."},
    {LIST_OF(make_digest, event_ids, KIND_UUID), .tag = 3, .flags = REQUIRED, .min = 1,
     .max = DIGEST_MOST_SHOWN, .doc = "First events, which are shown one by one."},
    {INT64(make_digest, warnings), .tag = 4, .flags = REQUIRED, .doc = "Number of warnings."},
    {INT64(make_digest, criticals), .tag = 5, .flags = REQUIRED,
     .doc = "Number of critical events."},
    {BOOL(make_digest, is_critical), .tag = 6, .flags = REQUIRED,
     .doc = "Whether the events are critical, and heed no quiet hours."},
};
static const struct shape make_digest_shape =
    SHAPE(make_digest, "Deliveries that are to become one.");

static void emit_made(
    struct decision *decision,
    const struct make_digest *order,
    const struct channel_definition *channel)
{
    const struct digest_made made = {
        .digest_id = decision_id(decision),
        .channel_id = channel->channel_id,
        .workspace_id = channel->workspace_id,
        .delivery_ids = order->delivery_ids,
        .event_ids = order->event_ids,
        .events = (int64_t)order->delivery_ids.count,
        .warnings = order->warnings,
        .criticals = order->criticals,
    };

    decision_emit(
        decision, &digest_made_event, made.digest_id, channel_workspace(decision, channel), &made);
}

/* Of a channel that was deleted meanwhile nothing waits any more. */
static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct make_digest *order = input;
    struct channel_definition channel;
    struct channel_quieted quieted = {.channel_id = order->channel_id};

    (void)error;
    if (!model_load(
            decision->model, &channel_aggregate, order->channel_id, decision->arena, &channel))
        return STATUS_OK;
    if (opt_bool_is_true(order->is_critical) ||
        !channel_is_quiet(decision, &channel, &quieted.until))
        emit_made(decision, order, &channel);
    else
        decision_emit(
            decision, &channel_quieted_event, channel.channel_id,
            channel_workspace(decision, &channel), &quieted);
    return STATUS_OK;
}

const struct command make_digest_command = {
    .name = "make_digest",
    .doc = "Makes one message of several that have waited.",
    .input = &make_digest_shape,
    .decide = decide,
};
