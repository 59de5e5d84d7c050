/*
 * System events: what operators are told of, with a message that names the node.
 *
 *   records of nodes and tasks ──► [here, with the node's row] ──► events
 *
 * An event of a node whose row is gone is not told: nobody could say where it belongs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/events.h"

#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/node/nodes.h"
#include "migrations/task/tasks.h"
#include "projections/json_of.h"
#include "projections/node/nodes.h"
#include "projections/notification/outbox.h"
#include "projections/platform/events_told.h"
#include "projections/platform/platform.h"
#include "projections/task/tasks.h"

struct offline_metadata {
    int64_t heartbeat_timeout_seconds;
    struct timestamp last_seen_at;
};
static const struct field offline_metadata_fields[] = {
    {INT64(offline_metadata, heartbeat_timeout_seconds), .doc = "After how long a silence."},
    {TIMESTAMP(offline_metadata, last_seen_at), .doc = "When it was last heard."},
};
static const struct shape offline_metadata_shape =
    SHAPE(offline_metadata, "Of a node that fell silent.");

struct cpu_metadata {
    double cpu_usage;
};
static const struct field cpu_metadata_fields[] = {
    {DOUBLE(cpu_metadata, cpu_usage), .doc = "Use of the processor in per cent."},
};
static const struct shape cpu_metadata_shape = SHAPE(cpu_metadata, "Of a busy processor.");

struct queued_metadata {
    struct uuid task_id;
    struct text task_type;
};
static const struct field queued_metadata_fields[] = {
    {UUID(queued_metadata, task_id), .doc = "The task."},
    {TEXT(queued_metadata, task_type), .doc = "Kind of work."},
};
static const struct shape queued_metadata_shape = SHAPE(queued_metadata, "Of a new task.");

struct ended_metadata {
    struct uuid task_id;
    struct text task_type;
    struct enum_value task_status;
    struct json result;
};
static const struct field ended_metadata_fields[] = {
    {UUID(ended_metadata, task_id), .doc = "The task."},
    {TEXT(ended_metadata, task_type), .doc = "Kind of work."},
    {ENUM(ended_metadata, task_status, task_status_names), .doc = "How it ended."},
    {JSON(ended_metadata, result), .doc = "What came of it."},
};
static const struct shape ended_metadata_shape = SHAPE(ended_metadata, "Of a task that ended.");

void events_want_node(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &nodes_table, record->entry.stream);
    outbox_want(rows, record);
}

void events_tell(
    struct rows *rows,
    const struct record *record,
    const struct node_row *node,
    const struct told *told)
{
    const struct event_row row = {
        .id = row_id(record, &events_table, 0),
        .workspace_id = node->workspace_id,
        .node_id = node->id,
        .type = text_from(told->type),
        .severity = {(int64_t)told->severity},
        .message = told->message,
        .metadata = told->metadata,
        .created_at = record->entry.recorded_at,
    };

    rows_append(rows, &events_table, &row);
    outbox_tell(rows, record, node, row.severity.is);
}

static const struct node_row *node_of(struct rows *rows, const struct record *record)
{
    return rows_get(rows, &nodes_table, record->entry.stream);
}

static void apply_registered(struct rows *rows, const struct record *record)
{
    const struct node_row *node = node_of(rows, record);
    struct told told = {.type = "node.registered", .severity = SEVERITY_INFO};

    if (node == NULL)
        return;
    told.message = text_format(
        rows_arena(rows), "Node %.*s registered with the control plane", TEXT_ARGS(node->hostname));
    events_tell(rows, record, node, &told);
}

/* Only a heartbeat is told; a registration is told as such, and metrics speak for themselves. */
static void apply_came_online(struct rows *rows, const struct record *record)
{
    const struct node_came_online *event = record->event;
    const struct node_row *node = node_of(rows, record);
    struct told told = {.type = "node.online", .severity = SEVERITY_INFO};

    if (node == NULL || event->sign.is != SIGN_HEARTBEAT)
        return;
    told.message =
        text_format(rows_arena(rows), "Node %.*s is back online", TEXT_ARGS(node->hostname));
    events_tell(rows, record, node, &told);
}

static struct text label_of(struct arena *arena, const struct node_row *node)
{
    if (text_equal(node->name, node->hostname))
        return node->hostname;
    return text_format(arena, "%.*s (%.*s)", TEXT_ARGS(node->name), TEXT_ARGS(node->hostname));
}

static void apply_went_offline(struct rows *rows, const struct record *record)
{
    const struct node_went_offline *event = record->event;
    const struct offline_metadata metadata = {event->timeout_seconds, event->last_seen_at};
    const struct node_row *node = node_of(rows, record);
    struct arena *arena = rows_arena(rows);
    struct told told = {.type = "node.offline", .severity = SEVERITY_WARNING};

    if (node == NULL)
        return;
    told.message = text_format(
        arena, "Node %.*s was marked offline after missing heartbeats for more than %lld seconds",
        TEXT_ARGS(label_of(arena, node)), (long long)event->timeout_seconds);
    told.metadata = json_of(arena, &offline_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

static void apply_cpu(struct rows *rows, const struct record *record)
{
    const struct node_cpu_crossed *event = record->event;
    const struct cpu_metadata metadata = {event->cpu_usage};
    const struct node_row *node = node_of(rows, record);
    struct arena *arena = rows_arena(rows);
    struct told told = {.type = "high.cpu", .severity = (enum severity)event->severity.is};

    if (node == NULL)
        return;
    told.message = text_format(
        arena, "CPU usage on %.*s reached %.1f%%", TEXT_ARGS(node->hostname), event->cpu_usage);
    told.metadata = json_of(arena, &cpu_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

static void want_task_node(struct rows *rows, const struct record *record)
{
    const struct task_created *event = record->event;

    rows_prefetch(rows, &nodes_table, event->node_id);
    outbox_want(rows, record);
}

static void apply_task_created(struct rows *rows, const struct record *record)
{
    const struct task_created *event = record->event;
    const struct queued_metadata metadata = {event->task_id, event->type};
    const struct node_row *node = rows_get(rows, &nodes_table, event->node_id);
    struct arena *arena = rows_arena(rows);
    struct told told = {.type = "task.queued", .severity = SEVERITY_INFO};

    if (node == NULL || opt_bool_is_true(event->is_internal))
        return;
    told.message = text_format(
        arena, "Task %.*s queued for node %.*s", TEXT_ARGS(event->type), TEXT_ARGS(node->hostname));
    told.metadata = json_of(arena, &queued_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

static void want_task(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &tasks_table, record->entry.stream);
    outbox_want(rows, record);
}

/* The task's row is changed already: that projector stands before this one. */
static void apply_task_cancelled(struct rows *rows, const struct record *record)
{
    const struct task_row *task = rows_get(rows, &tasks_table, record->entry.stream);
    const struct node_row *node = task == NULL ? NULL : rows_get(rows, &nodes_table, task->node_id);
    struct arena *arena = rows_arena(rows);
    struct told told = {.type = "task.cancelled", .severity = SEVERITY_WARNING};
    struct ended_metadata metadata;

    if (node == NULL || opt_bool_is_true(task->is_internal))
        return;
    metadata = (struct ended_metadata){task->id, task->type, task->status, task->result};
    told.message = text_format(
        arena, "Task %.*s was cancelled on node %.*s", TEXT_ARGS(task->type),
        TEXT_ARGS(node->hostname));
    told.metadata = json_of(arena, &ended_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

static const struct handler handlers[] = {
    {&node_registered_event, events_want_node, apply_registered},
    {&node_came_online_event, events_want_node, apply_came_online},
    {&node_went_offline_event, events_want_node, apply_went_offline},
    {&node_cpu_crossed_event, events_want_node, apply_cpu},
    {&node_team_changed_event, events_want_node, events_node_team},
    {&node_maintenance_entered_event, events_want_node, events_node_maintenance},
    {&node_maintenance_left_event, events_want_node, events_node_maintenance_end},
    {&node_root_access_wanted_event, events_want_node, events_node_root_access},
    {&node_notifications_changed_event, events_want_node, events_node_notifications},
    {&task_created_event, want_task_node, apply_task_created},
    {&task_cancelled_event, want_task, apply_task_cancelled},
    {NULL, NULL, NULL},
};

static const struct table *const tables[] = {&events_table, NULL};

const struct projector events_projector = {
    .name = "events", .version = 1, .tables = tables, .handlers = handlers};
