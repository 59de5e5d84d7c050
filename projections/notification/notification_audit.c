/*
 * What the audit trail says of deliveries: who tried a dead letter again or gave it up; and of channels: who set them up
 * and tried them. Their addresses and keys are secrets, and stand nowhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/channel_events.h"
#include "eventlog/events/notification_events.h"
#include "migrations/notification/channels.h"
#include "projections/audit.h"

#define DEAD_LETTER(event_tag, action_name)                                                        \
    .event = &event_tag##_event, .list = AUDIT_PLATFORM, .action = action_name,                    \
    .target_type = "outbox", .target_id = OF_EVENT(event_tag, outbox_id)

#define CHANNEL(event_tag, action_name, id_member)                                                 \
    .event = &event_tag##_event, .list = AUDIT_OWNER, .action = action_name,                       \
    .target_type = "channel", .target_id = OF_EVENT(event_tag, id_member)
#define OF_CHANNEL(event_tag, action_name)                                                         \
    CHANNEL(event_tag, action_name, channel_id), .table = &channels_table,                         \
                                                 .label = {OF_ROW(channel_row, name)}

static const struct detail created_details[] = {
    {.name = "kind", .from = OF_EVENT(channel_created, definition.kind)},
    {.name = "host", .from = OF_EVENT(channel_created, definition.host)},
    {0},
};
static const struct detail before[] = {
    {.name = "name", .from = OF_ROW(channel_row, name)},
    {.name = "host", .from = OF_ROW(channel_row, host)},
    {.name = "user_ids", .from = OF_ROW(channel_row, user_ids)},
    {.name = "is_enabled", .from = OF_ROW(channel_row, is_enabled)},
    {.name = "severities", .from = OF_ROW(channel_row, severities)},
    {.name = "types", .from = OF_ROW(channel_row, types)},
    {.name = "selector", .from = OF_ROW(channel_row, selector)},
    {.name = "quiet_hours", .from = OF_ROW(channel_row, quiet_hours)},
    {.name = "digest_seconds", .from = OF_ROW(channel_row, digest_seconds)},
    {.name = "workspace_ids", .from = OF_ROW(channel_row, workspace_ids)},
    {.name = "text", .from = OF_ROW(channel_row, text)},
    {0},
};
static const struct detail after[] = {
    {.name = "name", .from = OF_EVENT(channel_changed, definition.name)},
    {.name = "host", .from = OF_EVENT(channel_changed, definition.host)},
    {.name = "user_ids", .from = OF_EVENT(channel_changed, definition.user_ids)},
    {.name = "is_enabled", .from = OF_EVENT(channel_changed, definition.is_enabled)},
    {.name = "severities", .from = OF_EVENT(channel_changed, definition.severities)},
    {.name = "types", .from = OF_EVENT(channel_changed, definition.types)},
    {.name = "selector", .from = OF_EVENT(channel_changed, definition.selector)},
    {.name = "quiet_hours", .from = OF_EVENT(channel_changed, definition.quiet_hours)},
    {.name = "digest_seconds", .from = OF_EVENT(channel_changed, definition.digest_seconds)},
    {.name = "workspace_ids", .from = OF_EVENT(channel_changed, definition.workspace_ids)},
    {.name = "text", .from = OF_EVENT(channel_changed, definition.text)},
    {0},
};
static const struct detail off_details[] = {
    {.name = "error", .from = OF_EVENT(channel_switched_off, error)},
    {0},
};
static const struct detail tested_details[] = {
    {.name = "channel", .from = OF_EVENT(notification_tested, channel)},
    {0},
};

const struct audit_rule notification_audit_rules[] = {
    {.event = &delivery_succeeded_event, .no_entry = "Done by the program; the outbox shows it."},
    {.event = &delivery_failed_event, .no_entry = "Done by the program; the outbox shows it."},
    {DEAD_LETTER(delivery_requeued, "outbox.requeued")},
    {DEAD_LETTER(delivery_dropped, "outbox.dropped")},
    {CHANNEL(channel_created, "channel.created", definition.channel_id),
     .label = {OF_EVENT(channel_created, definition.name)}, .metadata = created_details},
    {CHANNEL(channel_changed, "channel.updated", definition.channel_id), .table = &channels_table,
     .label = {OF_EVENT(channel_changed, definition.name)}, .before = before, .after = after},
    {OF_CHANNEL(channel_deleted, "channel.deleted"),
     .unless = OF_EVENT(channel_deleted, is_consequence)},
    {OF_CHANNEL(channel_key_rotated, "channel.key_rotated")},
    {OF_CHANNEL(channel_switched_off, "channel.switched_off"), .metadata = off_details},
    {OF_CHANNEL(channel_tested, "channel.tested")},
    {.event = &notification_tested_event,
     .list = AUDIT_WORKSPACE,
     .action = "notification.tested",
     .target_type = "workspace",
     .target_id = OF_EVENT(notification_tested, workspace_id),
     .metadata = tested_details},
    {.event = &channel_quieted_event, .no_entry = "Done by the program; the outbox shows it."},
    {.event = &digest_made_event, .no_entry = "Done by the program; the outbox shows it."},
    {0},
};
