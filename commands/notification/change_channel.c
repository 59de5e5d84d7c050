/*
 * Change a channel: whatever is not given stays. One that was switched off is tried anew.
 *
 *   api ──change_channel──► [here] ──channel_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"
#include "core/label/selector.h"
#include "eventlog/events/workspace_events.h"

/* Their places in the table. */
enum {
    NAME_FIELD = 2,
    URL_FIELD,
    PEOPLE_FIELD,
    ENABLED_FIELD,
    SEVERITIES_FIELD,
    TYPES_FIELD,
    SELECTOR_FIELD,
    HOURS_FIELD,
    DIGEST_FIELD,
    TEXT_FIELD,
    WORKSPACES_FIELD
};

static const struct field change_channel_fields[] = {
    {UUID(change_channel, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the workspace; absent: it is the platform's."},
    {UUID(change_channel, channel_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the channel."},
    {TEXT(change_channel, name), .tag = 3, .flags = ONE_LINE | TRIM, .min = 2,
     .max = CHANNEL_LONGEST_NAME, .doc = "Name of the channel."},
    {TEXT(change_channel, url), .tag = 4, .flags = ONE_LINE | TRIM | SECRET, .min = 8,
     .max = CHANNEL_LONGEST_URL, .doc = "Address of the webhook or chat; it is not shown again."},
    {LIST_OF(change_channel, user_ids, KIND_UUID), .tag = 5, .flags = UNIQUE,
     .max = CHANNEL_MOST_PEOPLE,
     .doc = "Members of the workspace, or platform admins, that are mailed to."},
    {BOOL(change_channel, is_enabled), .tag = 6, .doc = "Whether it tells anything."},
    {ENUMS(change_channel, severities, severity_names), .tag = 7, .flags = UNIQUE | MAY_BE_NULL,
     .min = 1, .max = 3, .doc = "Severities of the events to tell; null: all."},
    {LIST_OF(change_channel, types, KIND_TEXT), .tag = 8, .flags = UNIQUE | ONE_LINE | MAY_BE_NULL,
     .min = 1, .max = CHANNEL_MOST_TYPES,
     .doc = "Types of the events to tell (task.failed), or families of them (task.*); null: all."},
    {TEXT(change_channel, selector), .tag = 9, .flags = ONE_LINE | TRIM | MAY_BE_NULL,
     .max = SELECTOR_LONGEST, .doc = "Condition on the labels of an event's node; null: none."},
    {QUIET_HOURS_ORDER(change_channel), .tag = 10, .flags = MAY_BE_NULL,
     .doc = "Hours in which only what is critical is told; null: none."},
    {INT64(change_channel, digest_seconds), .tag = 11, .min = 0, .max = CHANNEL_LONGEST_DIGEST_S,
     .doc = "Seconds that an event waits for others, to be told with them in one message."},
    {TEXT(change_channel, text), .tag = 12, .flags = MANY_LINES | MAY_BE_NULL, .min = 1,
     .max = CHANNEL_LONGEST_TEXT, .doc = "What is said of an event in a chat; null: the usual."},
    {LIST_OF(change_channel, workspace_ids, KIND_UUID), .tag = 14, .flags = UNIQUE | MAY_BE_NULL,
     .min = 1, .max = CHANNEL_MOST_WORKSPACES,
     .doc = "Of the platform: workspaces whose events are told; null: any."},
    {INT64(change_channel, given), .tag = 13, .doc = "Fields that were given, as bits."},
};
static const struct shape change_channel_shape =
    SHAPE_WITH(change_channel, "Changes of a channel.", .given_tag = 13);

static bool is_given(const struct change_channel *order, int field)
{
    return (order->given >> field & 1) != 0;
}

static struct text text_or_none(struct text given)
{
    return given.size > 0 ? given : (struct text){NULL, 0};
}

static void merge_matchers(struct channel_definition *channel, const struct change_channel *order)
{
    if (is_given(order, SEVERITIES_FIELD))
        channel->severities = order->severities;
    if (is_given(order, TYPES_FIELD))
        channel->types = order->types;
    if (is_given(order, SELECTOR_FIELD))
        channel->selector = text_or_none(order->selector);
    if (is_given(order, WORKSPACES_FIELD))
        channel->workspace_ids = order->workspace_ids;
}

static void merge(struct channel_definition *channel, const struct change_channel *order)
{
    if (text_is_present(order->name))
        channel->name = order->name;
    if (is_given(order, PEOPLE_FIELD) && order->user_ids.items != NULL)
        channel->user_ids = order->user_ids;
    if (order->is_enabled.is != 0)
        channel->is_enabled = order->is_enabled;
    if (is_given(order, HOURS_FIELD))
        channel->quiet_hours = order->quiet_hours;
    if (order->digest_seconds != INT64_ABSENT)
        channel->digest_seconds = order->digest_seconds;
    if (is_given(order, TEXT_FIELD))
        channel->text = order->text;
    merge_matchers(channel, order);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_channel *order = input;
    struct channel_definition old;
    struct channel_changed changed = {.url = {.text = order->url}};
    enum status status =
        channel_must_be_of(decision, order->workspace_id, order->channel_id, &old, error);

    if (status != STATUS_OK)
        return status;
    changed.definition = old;
    merge(&changed.definition, order);
    status = channel_settle(decision, &changed.definition, order->url, error);
    if (status != STATUS_OK)
        return status;
    if (!text_is_present(order->url) &&
        shape_equal(&channel_definition_shape, &changed.definition, &old))
        return STATUS_OK;
    decision_emit(
        decision, &channel_changed_event, order->channel_id, order->workspace_id, &changed);
    return STATUS_OK;
}

const struct command change_channel_command = {
    .name = "change_channel",
    .doc = "Changes a channel, or switches it on or off.",
    .input = &change_channel_shape,
    .decide = decide,
};
