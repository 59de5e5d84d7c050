/*
 * The machines.
 *
 *   node_added ─► offline ─► node_came_online, node_registered ─► online
 *                    ▲                                              │
 *                    └───────────── node_went_offline ◄─────────────┘
 *
 * A row that is gone stays gone: what comes after node_removed changes nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/node/nodes.h"

#include "core/label/label.h"
#include "core/unicode/unicode.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/node/nodes.h"

static const struct enum_value every_severity[] = {
    {SEVERITY_INFO}, {SEVERITY_WARNING}, {SEVERITY_CRITICAL}};
static const struct list all_severities = {every_severity, COUNT_OF(every_severity)};

/* What is absent is unchanged. */
struct versions {
    struct text agent;
    struct text platform;
    struct text kernel;
};

static void take_versions(struct node_row *row, struct versions versions, struct timestamp at)
{
    if (text_is_present(versions.agent))
        row->agent_version = versions.agent;
    if (text_is_present(versions.platform))
        row->platform_version = versions.platform;
    if (text_is_present(versions.kernel))
        row->kernel_version = versions.kernel;
    if (text_is_present(versions.agent) || text_is_present(versions.platform) ||
        text_is_present(versions.kernel))
        row->last_version_reported_at = at;
}

/* The struct lives as long as the record's batch; rows are copied. */
static void take_location(
    struct arena *arena,
    struct node_row *row,
    const struct node_location *location,
    struct timestamp at)
{
    struct node_place *place;

    if (location == NULL)
        return;
    place = arena_one(arena, struct node_place);
    *place = (struct node_place){*location, at};
    row->location = place;
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &nodes_table, record->entry.stream);
}

static void touch(const struct record *record, void *touched)
{
    struct node_row *row = touched;

    row->revision = record->entry.revision;
    row->updated_at = record->entry.recorded_at;
}

static struct uuid acting_user(const struct record *record)
{
    struct actor actor = record_actor(record);

    return actor.kind == ACTOR_USER ? actor.id : UUID_NONE;
}

static struct text search_of(struct arena *arena, struct text name, struct text hostname)
{
    struct text both = text_format(arena, "%.*s\n%.*s", TEXT_ARGS(name), TEXT_ARGS(hostname));
    struct text folded = unicode_folded(arena, both);

    return text_is_present(folded) ? folded : text_lower(arena, both); /* longer than names are */
}

static void apply_added(struct rows *rows, const struct record *record)
{
    const struct node_added *event = record->event;
    struct node_row row = {
        .id = event->node_id,
        .workspace_id = event->workspace_id,
        .name = event->name,
        .description = event->description,
        .hostname = event->hostname,
        .os = event->os,
        .arch = event->arch,
        .status = {NODE_OFFLINE},
        .team_id = event->team_id,
        .maintenance_mode = OPT_FALSE,
        .notification_email_enabled = OPT_TRUE,
        .notification_email_levels = all_severities,
        .notification_telegram_enabled = OPT_TRUE,
        .notification_telegram_levels = all_severities,
        .root_access_profile = {ROOT_OFF},
        .root_access_applied_profile = {ROOT_OFF},
        .root_access_sync_status = {ROOT_PENDING},
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
        .search = search_of(rows_arena(rows), event->name, event->hostname),
        .label_words = text_lit(""),
    };

    take_versions(
        &row,
        (struct versions){event->agent_version, event->platform_version, event->kernel_version},
        record->entry.recorded_at);
    take_location(rows_arena(rows), &row, event->location, record->entry.recorded_at);
    rows_put(rows, &nodes_table, &row);
}

/* The row of the record's stream as it is, to be changed. False when there is none. */
static bool take_row(struct rows *rows, const struct record *record, struct node_row *out)
{
    const struct node_row *old = rows_get(rows, &nodes_table, record->entry.stream);

    if (old == NULL)
        return false;
    *out = *old;
    return true;
}

static void apply_registered(struct rows *rows, const struct record *record)
{
    const struct node_registered *event = record->event;
    struct node_row row;

    if (!take_row(rows, record, &row))
        return;
    touch(record, &row);
    row.os = event->os;
    row.arch = event->arch;
    row.status = (struct enum_value){NODE_ONLINE};
    row.last_seen_at = record->entry.recorded_at;
    take_versions(
        &row,
        (struct versions){event->agent_version, event->platform_version, event->kernel_version},
        record->entry.recorded_at);
    take_location(rows_arena(rows), &row, event->location, record->entry.recorded_at);
    rows_put(rows, &nodes_table, &row);
}

static void change_came_online(const struct record *record, void *changed)
{
    const struct node_came_online *event = record->event;
    struct node_row *row = changed;

    row->status = (struct enum_value){NODE_ONLINE};
    row->last_seen_at = record->entry.recorded_at;
    take_versions(
        row,
        (struct versions){event->agent_version, event->platform_version, event->kernel_version},
        record->entry.recorded_at);
}

static void apply_location(struct rows *rows, const struct record *record)
{
    const struct node_location_reported *event = record->event;
    struct node_row row;

    if (!take_row(rows, record, &row))
        return;
    touch(record, &row);
    take_location(rows_arena(rows), &row, event->location, record->entry.recorded_at);
    rows_put(rows, &nodes_table, &row);
}

static void change_went_offline(const struct record *record, void *changed)
{
    const struct node_went_offline *event = record->event;
    struct node_row *row = changed;

    row->status = (struct enum_value){NODE_OFFLINE};
    if (event->last_seen_at.us > row->last_seen_at.us)
        row->last_seen_at = event->last_seen_at;
}

static void change_versions(const struct record *record, void *changed)
{
    const struct node_versions_reported *event = record->event;
    struct node_row *row = changed;

    take_versions(
        row,
        (struct versions){event->agent_version, event->platform_version, event->kernel_version},
        record->entry.recorded_at);
    row->last_seen_at = record->entry.recorded_at;
}

static void change_root_access(const struct record *record, void *changed)
{
    const struct node_root_access_reported *event = record->event;
    struct node_row *row = changed;

    row->root_access_applied_profile = event->applied_profile;
    row->root_access_sync_status = event->sync;
    if (timestamp_is_present(event->last_applied_at))
        row->root_access_last_applied_at = event->last_applied_at;
    row->root_access_last_error = event->last_error;
}

static void change_team(const struct record *record, void *changed)
{
    const struct node_team_changed *event = record->event;
    struct node_row *row = changed;

    row->team_id = event->team_id;
}

static void change_maintenance(const struct record *record, void *changed)
{
    const struct node_maintenance_entered *event = record->event;
    struct node_row *row = changed;

    row->maintenance_mode = OPT_TRUE;
    row->maintenance_reason = event->reason;
    row->maintenance_started_at = record->entry.recorded_at;
    row->maintenance_by_user_id = acting_user(record);
}

static void change_maintenance_end(const struct record *record, void *changed)
{
    struct node_row *row = changed;

    (void)record;
    row->maintenance_mode = OPT_FALSE;
    row->maintenance_reason = (struct text){0};
    row->maintenance_started_at = (struct timestamp){0};
    row->maintenance_by_user_id = UUID_NONE;
}

static void change_root_wanted(const struct record *record, void *changed)
{
    const struct node_root_access_wanted *event = record->event;
    struct node_row *row = changed;

    row->root_access_profile = event->profile;
    row->root_access_sync_status = (struct enum_value){ROOT_PENDING};
    row->root_access_updated_at = record->entry.recorded_at;
    row->root_access_updated_by_user_id = acting_user(record);
    row->root_access_last_error = (struct text){0};
}

void node_row_take_notifications(
    struct node_row *row, const struct node_notifications_changed *event)
{
    if (event->email_enabled.is != 0)
        row->notification_email_enabled = event->email_enabled;
    if (event->email_levels.items != NULL)
        row->notification_email_levels = event->email_levels;
    if (event->telegram_enabled.is != 0)
        row->notification_telegram_enabled = event->telegram_enabled;
    if (event->telegram_levels.items != NULL)
        row->notification_telegram_levels = event->telegram_levels;
}

static void change_notifications(const struct record *record, void *changed)
{
    struct node_row *row = changed;

    node_row_take_notifications(row, record->event);
}

static void apply_labels(struct rows *rows, const struct record *record, struct json changes)
{
    struct arena *arena = rows_arena(rows);
    struct node_row row;
    struct list labels;

    if (!take_row(rows, record, &row))
        return;
    touch(record, &row);
    labels = label_set_patched(arena, label_set_read(arena, row.labels), changes);
    row.labels = labels.count > 0 ? label_set_json(arena, labels) : (struct json){{NULL, 0}};
    row.label_words = label_set_words(arena, labels);
    rows_put(rows, &nodes_table, &row);
}

static void apply_labels_changed(struct rows *rows, const struct record *record)
{
    apply_labels(rows, record, ((const struct node_labels_changed *)record->event)->changes);
}

static void apply_labels_reported(struct rows *rows, const struct record *record)
{
    apply_labels(rows, record, ((const struct node_labels_reported *)record->event)->changes);
}

/* What is no property of the node: a busy processor, another agent, its starts and connections. */
static void apply_revision(struct rows *rows, const struct record *record)
{
    struct node_row row;

    if (!take_row(rows, record, &row))
        return;
    row.revision = record->entry.revision;
    rows_put(rows, &nodes_table, &row);
}

static void apply_removed(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &nodes_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&node_added_event, .apply = apply_added},
    {&node_registered_event, .want = want, .apply = apply_registered},
    {&node_came_online_event, .change = change_came_online},
    {&node_went_offline_event, .change = change_went_offline},
    {&node_versions_reported_event, .change = change_versions},
    {&node_root_access_reported_event, .change = change_root_access},
    {&node_cpu_crossed_event, .want = want, .apply = apply_revision},
    {&node_agent_replaced_event, .want = want, .apply = apply_revision},
    {&node_agent_started_event, .want = want, .apply = apply_revision},
    {&node_agent_connected_event, .want = want, .apply = apply_revision},
    {&node_agent_disconnected_event, .want = want, .apply = apply_revision},
    {&node_location_reported_event, .want = want, .apply = apply_location},
    {&node_labels_changed_event, .want = want, .apply = apply_labels_changed},
    {&node_labels_reported_event, .want = want, .apply = apply_labels_reported},
    {&node_team_changed_event, .change = change_team},
    {&node_maintenance_entered_event, .change = change_maintenance},
    {&node_maintenance_left_event, .change = change_maintenance_end},
    {&node_root_access_wanted_event, .change = change_root_wanted},
    {&node_notifications_changed_event, .change = change_notifications},
    {&node_removed_event, .want = want, .apply = apply_removed},
    {.event = NULL},
};

static const struct table *const tables[] = {&nodes_table, NULL};

const struct projector nodes_projector = {
    .name = "nodes", .version = 7, .tables = tables, .handlers = handlers, .touch = touch};
