/*
 * Set up a channel, which system events of a workspace, or of the platform and its workspaces, are told to from then on.
 *
 *   api ──create_channel──► [here] ──channel_created──► ledger
 *
 * The key of a webhook is made of an id that stands on the ledger and of a key that does not; so it can be shown, and
 * used, without being kept.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/channel.h"
#include "core/label/selector.h"
#include "eventlog/events/workspace_events.h"

enum { USUAL_DIGEST_S = 30 }; /* what people read is no flood, whatever happens */

static const struct field create_channel_fields[] = {
    {UUID(create_channel, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the channel will belong to; without one the platform."},
    {TEXT(create_channel, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = CHANNEL_LONGEST_NAME, .doc = "Name of the channel."},
    {ENUM(create_channel, kind, channel_kind_names), .tag = 3, .flags = REQUIRED,
     .doc = "How it tells: by a signed webhook, in a chat, or by mail."},
    {TEXT(create_channel, url), .tag = 4, .flags = ONE_LINE | TRIM | SECRET, .min = 8,
     .max = CHANNEL_LONGEST_URL, .doc = "Address of the webhook or chat; it is not shown again."},
    {LIST_OF(create_channel, user_ids, KIND_UUID), .tag = 5, .flags = UNIQUE,
     .max = CHANNEL_MOST_PEOPLE,
     .doc = "Members of the workspace, or platform admins, that are mailed to."},
    {BOOL(create_channel, is_enabled), .tag = 6, .flags = HAS_FALLBACK, .fallback = 1,
     .doc = "Whether it tells anything."},
    {ENUMS(create_channel, severities, severity_names), .tag = 7, .flags = UNIQUE, .min = 1,
     .max = 3, .doc = "Severities of the events to tell; without it all."},
    {LIST_OF(create_channel, types, KIND_TEXT), .tag = 8, .flags = UNIQUE | ONE_LINE, .min = 1,
     .max = CHANNEL_MOST_TYPES,
     .doc =
         "Types of the events to tell (task.failed), or families of them (task.*); without it all."},
    {TEXT(create_channel, selector), .tag = 9, .flags = ONE_LINE | TRIM, .max = SELECTOR_LONGEST,
     .doc = "Condition on the labels of an event's node: env=prod,!legacy."},
    {QUIET_HOURS_ORDER(create_channel), .tag = 10,
     .doc = "Hours in which only what is critical is told; the rest waits for their end."},
    {INT64(create_channel, digest_seconds), .tag = 11, .min = 0, .max = CHANNEL_LONGEST_DIGEST_S,
     .doc =
         "Seconds that an event waits for others, to be told with them in one message; without it "
         "none for a webhook, 30 for people."},
    {TEXT(create_channel, text), .tag = 12, .flags = MANY_LINES, .min = 1,
     .max = CHANNEL_LONGEST_TEXT,
     .doc =
         "What is said of an event in a chat, with {{type}}, {{severity}}, {{message}}, {{node}}, "
         "{{workspace}} and {{time}}."},
    {LIST_OF(create_channel, workspace_ids, KIND_UUID), .tag = 13, .flags = UNIQUE, .min = 1,
     .max = CHANNEL_MOST_WORKSPACES,
     .doc = "Of the platform: workspaces whose events are told; without it any."},
};
static const struct shape create_channel_shape = SHAPE(create_channel, "Channel to set up.");

static struct list list_or_none(struct list given)
{
    return given.count > 0 ? given : (struct list){NULL, 0};
}

static struct channel_definition
definition_of(const struct decision *decision, const struct create_channel *order)
{
    int64_t usual = order->kind.is == CHANNEL_WEBHOOK ? 0 : USUAL_DIGEST_S;

    return (struct channel_definition){
        .workspace_id = channel_owner(decision, order->workspace_id),
        .name = order->name,
        .kind = order->kind,
        .user_ids = list_or_none(order->user_ids),
        .is_enabled = order->is_enabled,
        .severities = list_or_none(order->severities),
        .types = list_or_none(order->types),
        .selector = order->selector.size > 0 ? order->selector : (struct text){NULL, 0},
        .quiet_hours = order->quiet_hours,
        .digest_seconds = order->digest_seconds != INT64_ABSENT ? order->digest_seconds : usual,
        .text = order->text,
        .workspace_ids = list_or_none(order->workspace_ids),
    };
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_channel *order = input;
    struct channel_created created = {definition_of(decision, order), {.text = order->url}};
    enum status status = channel_owner_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (channel_count(decision, created.definition.workspace_id, MOST_CHANNELS) >= MOST_CHANNELS)
        return decision_refuse(error, &refused_channels_full);
    status = channel_settle(decision, &created.definition, order->url, error);
    if (status != STATUS_OK)
        return status;
    created.definition.channel_id = decision_id(decision);
    if (order->kind.is == CHANNEL_WEBHOOK)
        created.definition.key_id = decision_id(decision);
    decision_emit(
        decision, &channel_created_event, created.definition.channel_id, order->workspace_id,
        &created);
    return STATUS_OK;
}

const struct command create_channel_command = {
    .name = "create_channel",
    .doc = "Sets up a channel, which system events of a workspace, or of all, are told to.",
    .input = &create_channel_shape,
    .decide = decide,
};
