/*
 * System events about nodes: what they do, and what operators change of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "migrations/node/nodes.h"
#include "projections/node/nodes.h"
#include "projections/system_events.h"

static struct text
registered_message(const struct value_context *context, const struct node_row *node)
{
    return text_format(
        context->arena, "Node %.*s registered with the control plane", TEXT_ARGS(node->hostname));
}

/* Only for a heartbeat or a connection of one that was not: a registration has its own event, and
 * metrics speak for themselves. */
static struct text online_message(const struct value_context *context, const struct node_row *node)
{
    const struct node_came_online *event = context->record->event;

    if ((event->sign.is != SIGN_HEARTBEAT && event->sign.is != SIGN_CONNECTION) ||
        node->status.is == NODE_ONLINE)
        return (struct text){0};
    return text_format(context->arena, "Node %.*s is back online", TEXT_ARGS(node->hostname));
}

static struct text
replaced_message(const struct value_context *context, const struct node_row *node)
{
    return text_format(
        context->arena,
        "Another agent took the place of the one of node %.*s, which is no longer accepted",
        TEXT_ARGS(node->hostname));
}

static struct text label_of(struct arena *arena, const struct node_row *node)
{
    if (text_equal(node->name, node->hostname))
        return node->hostname;
    return text_format(arena, "%.*s (%.*s)", TEXT_ARGS(node->name), TEXT_ARGS(node->hostname));
}

static struct text offline_message(const struct value_context *context, const struct node_row *node)
{
    const struct node_went_offline *event = context->record->event;

    if (event->absence.is == ABSENCE_CONNECTION)
        return (struct text){0};
    return text_format(
        context->arena,
        "Node %.*s was marked offline after missing heartbeats for more than %lld seconds",
        TEXT_ARGS(label_of(context->arena, node)), (long long)event->timeout_seconds);
}

static struct text
disconnected_message(const struct value_context *context, const struct node_row *node)
{
    return text_format(
        context->arena, "Node %.*s went offline after its realtime route disconnected",
        TEXT_ARGS(node->hostname));
}

static struct text cpu_message(const struct value_context *context, const struct node_row *node)
{
    const struct node_cpu_crossed *event = context->record->event;

    return text_format(
        context->arena, "CPU usage on %.*s reached %.1f%%", TEXT_ARGS(node->hostname),
        event->cpu_usage);
}

static struct text team_message(const struct value_context *context, const struct node_row *node)
{
    const struct node_team_changed *event = context->record->event;

    if (!uuid_is_present(event->team_id))
        return text_format(
            context->arena, "Node %.*s team assignment cleared", TEXT_ARGS(node->hostname));
    return text_format(
        context->arena, "Node %.*s assigned to team %.*s", TEXT_ARGS(node->hostname),
        TEXT_ARGS(event->team_name));
}

static struct text
maintenance_entered_message(const struct value_context *context, const struct node_row *node)
{
    const struct node_maintenance_entered *event = context->record->event;

    return text_format(
        context->arena, "Node %.*s entered maintenance mode%s%.*s", TEXT_ARGS(node->hostname),
        text_is_present(event->reason) ? ": " : "", TEXT_ARGS(event->reason));
}

static struct text
maintenance_left_message(const struct value_context *context, const struct node_row *node)
{
    return text_format(
        context->arena, "Node %.*s left maintenance mode", TEXT_ARGS(node->hostname));
}

static struct text
root_access_message(const struct value_context *context, const struct node_row *node)
{
    const struct node_root_access_wanted *event = context->record->event;

    if (event->profile.is == ROOT_OFF)
        return text_format(
            context->arena, "Node %.*s root access profile was disabled.",
            TEXT_ARGS(node->hostname));
    return text_format(
        context->arena, "Node %.*s root access profile set to %s.", TEXT_ARGS(node->hostname),
        enum_name(root_profile_names, event->profile));
}

static struct text
notifications_message(const struct value_context *context, const struct node_row *node)
{
    return text_format(
        context->arena, "Node %.*s notification delivery updated.", TEXT_ARGS(node->hostname));
}

static void change_notifications(struct node_row *node, const struct record *record)
{
    node_row_take_notifications(node, record->event);
}

static const struct detail offline_details[] = {
    {.name = "heartbeat_timeout_seconds", .from = OF_EVENT(node_went_offline, timeout_seconds)},
    {.name = "last_seen_at", .from = OF_EVENT(node_went_offline, last_seen_at)},
    {0},
};
static const struct detail disconnected_details[] = {
    {.name = "disconnect_source", .from = FIXED("agent_realtime")},
    {0},
};
static const struct detail cpu_details[] = {
    {.name = "cpu_usage", .from = OF_EVENT(node_cpu_crossed, cpu_usage)},
    {0},
};
static const struct detail team_details[] = {
    {.name = "previous_team_id", .from = OF_ROW(node_row, team_id)},
    {.name = "next_team_id", .from = OF_EVENT(node_team_changed, team_id)},
    {.name = "next_team_name", .from = OF_EVENT(node_team_changed, team_name)},
    {0},
};
static const struct detail maintenance_entered_details[] = {
    {.name = "maintenance_reason", .from = OF_EVENT(node_maintenance_entered, reason)},
    {0},
};
static const struct detail maintenance_left_details[] = {
    {.name = "previous_reason", .from = OF_ROW(node_row, maintenance_reason)},
    {0},
};
static const struct detail root_access_details[] = {
    {.name = "previous_profile", .from = OF_ROW(node_row, root_access_profile)},
    {.name = "next_profile", .from = OF_EVENT(node_root_access_wanted, profile)},
    {.name = "sync_status", .from = FIXED("pending")},
    {0},
};
static const struct detail notifications_details[] = {
    {.name = "previous_email_enabled", .from = OF_ROW(node_row, notification_email_enabled)},
    {.name = "previous_email_levels", .from = OF_ROW(node_row, notification_email_levels)},
    {.name = "previous_telegram_enabled", .from = OF_ROW(node_row, notification_telegram_enabled)},
    {.name = "previous_telegram_levels", .from = OF_ROW(node_row, notification_telegram_levels)},
    {.name = "next_email_enabled",
     .from = OF_EVENT(node_notifications_changed, email_enabled),
     .or_from = OF_ROW(node_row, notification_email_enabled)},
    {.name = "next_email_levels",
     .from = OF_EVENT(node_notifications_changed, email_levels),
     .or_from = OF_ROW(node_row, notification_email_levels)},
    {.name = "next_telegram_enabled",
     .from = OF_EVENT(node_notifications_changed, telegram_enabled),
     .or_from = OF_ROW(node_row, notification_telegram_enabled)},
    {.name = "next_telegram_levels",
     .from = OF_EVENT(node_notifications_changed, telegram_levels),
     .or_from = OF_ROW(node_row, notification_telegram_levels)},
    {0},
};

#define NODE(event_tag, name)                                                                      \
    .event = &event_tag##_event, .type = name, .node_id = OF_EVENT(event_tag, node_id)

const struct system_event_rule node_system_event_rules[] = {
    {NODE(node_registered, "node.registered"), .severity = SEVERITY_INFO,
     .message = registered_message},
    {NODE(node_agent_replaced, "node.agent.replaced"), .severity = SEVERITY_WARNING,
     .message = replaced_message},
    {NODE(node_came_online, "node.online"), .severity = SEVERITY_INFO, .message = online_message},
    {NODE(node_went_offline, "node.offline"), .severity = SEVERITY_WARNING,
     .message = offline_message, .metadata = offline_details},
    {NODE(node_went_offline, "node.offline"), .severity = SEVERITY_WARNING,
     .message = disconnected_message, .metadata = disconnected_details},
    {NODE(node_cpu_crossed, "high.cpu"), .severity_of = OF_EVENT(node_cpu_crossed, severity),
     .message = cpu_message, .metadata = cpu_details},
    {NODE(node_team_changed, "node.team.updated"), .severity = SEVERITY_INFO,
     .message = team_message, .metadata = team_details},
    {NODE(node_maintenance_entered, "node.maintenance.enabled"), .severity = SEVERITY_WARNING,
     .message = maintenance_entered_message, .metadata = maintenance_entered_details},
    {NODE(node_maintenance_left, "node.maintenance.disabled"), .severity = SEVERITY_INFO,
     .message = maintenance_left_message, .metadata = maintenance_left_details},
    {NODE(node_root_access_wanted, "node.root-access.updated"), .severity = SEVERITY_WARNING,
     .message = root_access_message, .metadata = root_access_details},
    /* Notified is whoever is to be from now on. */
    {NODE(node_notifications_changed, "node.notifications.updated"), .severity = SEVERITY_INFO,
     .message = notifications_message, .metadata = notifications_details,
     .change_node = change_notifications},
    {0},
};
