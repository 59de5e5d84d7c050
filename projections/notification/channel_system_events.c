/*
 * System events about channels: one that takes nothing is told of by all other ways that there are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/channel_events.h"
#include "projections/system_events.h"

static struct text off_message(const struct value_context *context, const struct node_row *node)
{
    const struct channel_switched_off *event = context->record->event;
    char since[TIMESTAMP_TEXT_SIZE];

    (void)node;
    timestamp_print(event->failing_since, since);
    return text_format(
        context->arena,
        "Channel %.*s was switched off: it has taken nothing since %s, in %lld attempts (%.*s).",
        TEXT_ARGS(event->name), since, (long long)event->failures, TEXT_ARGS(event->error));
}

static const struct detail off_details[] = {
    {.name = "channel_id", .from = OF_EVENT(channel_switched_off, channel_id)},
    {.name = "channel_name", .from = OF_EVENT(channel_switched_off, name)},
    {.name = "failing_since", .from = OF_EVENT(channel_switched_off, failing_since)},
    {.name = "failures", .from = OF_EVENT(channel_switched_off, failures)},
    {0},
};

const struct system_event_rule channel_system_event_rules[] = {
    {.event = &channel_switched_off_event,
     .type = "channel.switched-off",
     .severity = SEVERITY_CRITICAL,
     .message = off_message,
     .metadata = off_details,
     .may_lack_node = true},
    {0},
};
