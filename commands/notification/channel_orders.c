/*
 * Orders about a channel as it is: delete it, give a webhook another key, try it.
 *
 *   api ──delete_channel──────► [here] ──channel_deleted──────► ledger
 *   api ──rotate_channel_key──► [here] ──channel_key_rotated──► ledger
 *   api ──test_channel────────► [here] ──channel_tested───────► ledger ──► outbox
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"

#define FORMER_KEY_US (INT64_C(24) * 3600 * US_PER_S)

static const struct field channel_order_fields[] = {
    {UUID(channel_order, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the workspace; absent: it is the platform's."},
    {UUID(channel_order, channel_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the channel."},
};
static const struct shape channel_order_shape = SHAPE(channel_order, "A channel.");

static const struct field tested_view_fields[] = {
    {UUID(tested_view, delivery_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the delivery, among those of the channel."},
};
const struct shape tested_view_shape = SHAPE(tested_view, "A test message that is on its way.");

static enum status find(
    const struct decision *decision,
    const void *input,
    struct channel_definition *out,
    struct error *error)
{
    const struct channel_order *order = input;

    return channel_must_be_of(decision, order->workspace_id, order->channel_id, out, error);
}

static enum status decide_delete(struct decision *decision, const void *input, struct error *error)
{
    struct channel_definition channel;
    struct channel_deleted deleted = {.is_consequence = OPT_FALSE};
    enum status status = find(decision, input, &channel, error);

    if (status != STATUS_OK)
        return status;
    deleted.channel_id = channel.channel_id;
    deleted.workspace_id = channel.workspace_id;
    decision_emit(
        decision, &channel_deleted_event, channel.channel_id, channel_workspace(decision, &channel),
        &deleted);
    return STATUS_OK;
}

static enum status decide_rotate(struct decision *decision, const void *input, struct error *error)
{
    struct channel_definition channel;
    struct channel_key_rotated rotated;
    enum status status = find(decision, input, &channel, error);

    if (status != STATUS_OK)
        return status;
    if (channel.kind.is != CHANNEL_WEBHOOK)
        return decision_refuse(error, &refused_channel_no_key);
    rotated = (struct channel_key_rotated){
        channel.channel_id, decision_id(decision), timestamp_plus_us(decision->now, FORMER_KEY_US)};
    decision_emit(
        decision, &channel_key_rotated_event, channel.channel_id,
        channel_workspace(decision, &channel), &rotated);
    return STATUS_OK;
}

static enum status decide_test(struct decision *decision, const void *input, struct error *error)
{
    struct channel_definition channel;
    struct channel_tested tested;
    enum status status = find(decision, input, &channel, error);

    if (status != STATUS_OK)
        return status;
    if (!opt_bool_is_true(channel.is_enabled))
        return decision_refuse(error, &refused_channel_off);
    tested = (struct channel_tested){channel.channel_id, channel.workspace_id};
    decision_emit(
        decision, &channel_tested_event, channel.channel_id, channel_workspace(decision, &channel),
        &tested);
    return STATUS_OK;
}

static void
answer_test(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input, (void)arena;
    *(struct tested_view *)answer = (struct tested_view){decision->first_event};
}

const struct command delete_channel_command = {
    .name = "delete_channel",
    .doc = "Deletes a channel.",
    .input = &channel_order_shape,
    .decide = decide_delete,
};

const struct command rotate_channel_key_command = {
    .name = "rotate_channel_key",
    .doc = "Gives a webhook another key; the former one signs too for 24 hours.",
    .input = &channel_order_shape,
    .decide = decide_rotate,
};

const struct command test_channel_command = {
    .name = "test_channel",
    .doc = "Sends a test message by a channel.",
    .input = &channel_order_shape,
    .decide = decide_test,
    .answer = &tested_view_shape,
    .answer_from = answer_test,
};
