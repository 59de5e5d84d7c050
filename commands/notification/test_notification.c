/*
 * Try how a workspace is told by itself: a mail to whoever asks, or a message by its Telegram bot.
 *
 *   api ──test_notification──► [here] ──notification_tested──► ledger ──► outbox
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/notification_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/channel_events.h"

static const struct field test_notification_fields[] = {
    {UUID(test_notification, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {ENUM(test_notification, channel, notification_way_names), .tag = 2, .flags = REQUIRED,
     .doc = "What is tried: email to whoever asks, or telegram by the workspace's bot."},
};
static const struct shape test_notification_shape =
    SHAPE(test_notification, "A test message to send.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct test_notification *order = input;
    const struct notification_tested tested = {
        order->workspace_id, order->channel, decision->actor.id};
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status == STATUS_OK)
        decision_emit(
            decision, &notification_tested_event, decision_id(decision), order->workspace_id,
            &tested);
    return status;
}

static void
answer(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input, (void)arena;
    *(struct tested_view *)answer = (struct tested_view){decision->first_event};
}

const struct command test_notification_command = {
    .name = "test_notification",
    .doc = "Sends a test message by mail or Telegram.",
    .input = &test_notification_shape,
    .decide = decide,
    .answer = &tested_view_shape,
    .answer_from = answer,
};
