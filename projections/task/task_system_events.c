/*
 * System events about tasks. Those of the program's own tasks are of no concern to operators.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_events.h"
#include "migrations/node/nodes.h"
#include "migrations/task/tasks.h"
#include "projections/system_events.h"

static struct text queued_message(const struct value_context *context, const struct node_row *node)
{
    const struct task_created *event = context->record->event;

    if (opt_bool_is_true(event->is_internal))
        return (struct text){0};
    return text_format(
        context->arena, "Task %.*s queued for node %.*s", TEXT_ARGS(event->type),
        TEXT_ARGS(node->hostname));
}

static struct text started_message(const struct value_context *context, const struct node_row *node)
{
    const struct task_row *task = context->row;

    if (opt_bool_is_true(task->is_internal))
        return (struct text){0};
    return text_format(
        context->arena, "Task %.*s started on node %.*s", TEXT_ARGS(task->type),
        TEXT_ARGS(node->hostname));
}

/* How a task that has ended stands is what its row says by now. */
static struct text ended_message(
    const struct value_context *context,
    const struct node_row *node,
    enum task_status status,
    const char *how)
{
    const struct task_row *task = context->row;

    if (opt_bool_is_true(task->is_internal) || task->status.is != status)
        return (struct text){0};
    return text_format(
        context->arena, "Task %.*s %s on node %.*s", TEXT_ARGS(task->type), how,
        TEXT_ARGS(node->hostname));
}

static struct text
completed_message(const struct value_context *context, const struct node_row *node)
{
    return ended_message(context, node, TASK_SUCCESS, "completed successfully");
}

static struct text failed_message(const struct value_context *context, const struct node_row *node)
{
    return ended_message(context, node, TASK_FAILED, "failed");
}

static struct text
cancelled_message(const struct value_context *context, const struct node_row *node)
{
    return ended_message(context, node, TASK_CANCELLED, "was cancelled");
}

static const struct detail queued_details[] = {
    {.name = "task_id", .from = OF_EVENT(task_created, task_id)},
    {.name = "task_type", .from = OF_EVENT(task_created, type)},
    {0},
};
static const struct detail started_details[] = {
    {.name = "task_id", .from = OF_ROW(task_row, id)},
    {.name = "task_type", .from = OF_ROW(task_row, type)},
    {.name = "task_status", .from = OF_ROW(task_row, status)},
    {0},
};
static const struct detail ended_details[] = {
    {.name = "task_id", .from = OF_ROW(task_row, id)},
    {.name = "task_type", .from = OF_ROW(task_row, type)},
    {.name = "task_status", .from = OF_ROW(task_row, status)},
    {.name = "result", .from = OF_ROW(task_row, result)},
    {0},
};

#define OF_TASK(event_tag)                                                                         \
    .event = &event_tag##_event, .node_id = OF_ROW(task_row, node_id), .table = &tasks_table,      \
    .key = OF_EVENT(event_tag, task_id)
#define ENDED(event_tag) OF_TASK(event_tag), .metadata = ended_details
#define REPORTED()       ENDED(task_completed), .task_id = OF_EVENT(task_completed, task_id)

const struct system_event_rule task_system_event_rules[] = {
    {.event = &task_created_event,
     .type = "task.queued",
     .severity = SEVERITY_INFO,
     .message = queued_message,
     .metadata = queued_details,
     .node_id = OF_EVENT(task_created, node_id)},
    {OF_TASK(task_started), .metadata = started_details, .type = "task.started",
     .severity = SEVERITY_INFO, .message = started_message},
    {REPORTED(), .type = "task.completed", .severity = SEVERITY_INFO, .message = completed_message},
    {REPORTED(), .type = "task.failed", .severity = SEVERITY_WARNING, .message = failed_message},
    {REPORTED(), .type = "task.cancelled", .severity = SEVERITY_WARNING,
     .message = cancelled_message},
    {ENDED(task_cancelled), .type = "task.cancelled", .severity = SEVERITY_WARNING,
     .message = cancelled_message},
    {ENDED(task_timed_out), .type = "task.failed", .severity = SEVERITY_WARNING,
     .message = failed_message},
    {ENDED(task_abandoned), .type = "task.failed", .severity = SEVERITY_WARNING,
     .message = failed_message},
    {0},
};
