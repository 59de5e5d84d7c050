/*
 * Which events of a node are delivered, and how. What is not named stays; nothing named changes
 * nothing.
 *
 *   api ──change_notifications──► [here] ──node_notifications_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "eventlog/events/workspace_events.h"

static const struct field change_notifications_fields[] = {
    {UUID(change_notifications, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(change_notifications, id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the node."},
    {BOOL(change_notifications, notification_email_enabled), .tag = 3,
     .doc = "Whether events of the node are mailed."},
    {ENUMS(change_notifications, notification_email_levels, severity_names), .tag = 4,
     .flags = UNIQUE | MAY_BE_NULL, .max = 16,
     .doc = "Severities of the events that are mailed; null for all."},
    {BOOL(change_notifications, notification_telegram_enabled), .tag = 5,
     .doc = "Whether events of the node are sent to Telegram."},
    {ENUMS(change_notifications, notification_telegram_levels, severity_names), .tag = 6,
     .flags = UNIQUE | MAY_BE_NULL, .max = 16,
     .doc = "Severities of the events that are sent to Telegram; null for all."},
    {INT64(change_notifications, given), .tag = 7, .flags = SERVER_SET,
     .doc = "Fields that were given, as bits."},
};
static const struct shape change_notifications_shape =
    SHAPE_WITH(change_notifications, "Delivery of a node's events.", .given_tag = 7);

/* Bits of `given`, by the rows of the table. */
enum given {
    GIVEN_EMAIL_ENABLED = 1 << 2,
    GIVEN_EMAIL_LEVELS = 1 << 3,
    GIVEN_TELEGRAM_ENABLED = 1 << 4,
    GIVEN_TELEGRAM_LEVELS = 1 << 5,
    GIVEN_ANYTHING =
        GIVEN_EMAIL_ENABLED | GIVEN_EMAIL_LEVELS | GIVEN_TELEGRAM_ENABLED | GIVEN_TELEGRAM_LEVELS
};

static bool contains(struct list levels, int64_t severity)
{
    const struct enum_value *items = levels.items;

    for (size_t i = 0; i < levels.count; i++) {
        if (items[i].is == severity)
            return true;
    }
    return false;
}

/* In their own order, absent where they were not named, all of them for null. */
static struct list levels_of(struct decision *decision, bool is_given, struct list named)
{
    struct enum_value *levels = arena_array(decision->arena, SEVERITY_CRITICAL, sizeof(*levels));
    size_t count = 0;

    if (!is_given)
        return (struct list){NULL, 0};
    for (int64_t severity = SEVERITY_INFO; severity <= SEVERITY_CRITICAL; severity++) {
        if (named.items == NULL || contains(named, severity))
            levels[count++].is = severity;
    }
    return (struct list){levels, count};
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_notifications *order = input;
    int64_t given = order->given == INT64_ABSENT ? 0 : order->given;
    struct node_notifications_changed changed = {
        .node_id = order->id,
        .email_enabled = order->notification_email_enabled,
        .email_levels = levels_of(
            decision, (given & GIVEN_EMAIL_LEVELS) != 0, order->notification_email_levels),
        .telegram_enabled = order->notification_telegram_enabled,
        .telegram_levels = levels_of(
            decision, (given & GIVEN_TELEGRAM_LEVELS) != 0, order->notification_telegram_levels),
    };
    struct node node;
    enum status status =
        node_must_be_changeable(decision, order->workspace_id, order->id, &node, error);

    if (status == STATUS_OK && (given & GIVEN_ANYTHING) != 0)
        decision_emit(
            decision, &node_notifications_changed_event, order->id, node.workspace_id, &changed);
    return status;
}

const struct command change_notifications_command = {
    .name = "change_notifications",
    .doc = "Changes which events of a node are delivered.",
    .input = &change_notifications_shape,
    .decide = decide,
};
