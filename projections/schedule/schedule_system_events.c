/*
 * System events about schedules. The schedule's row is as it is after the event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/schedule_events.h"
#include "migrations/schedule/schedules.h"
#include "projections/system_events.h"

static struct text label(const struct value_context *context)
{
    const struct schedule_row *row = context->row;
    const struct recurrence recurrence = {
        .cadence = row->cadence,
        .minute = row->minute,
        .hour = row->hour,
        .day_of_week = row->day_of_week,
        .interval_minutes = row->interval_minutes,
        .cron = row->cron,
        .timezone = row->timezone,
    };

    return recurrence_label(&recurrence, context->arena);
}

/* "Scheduled task <name>" and what happened. */
static struct text say(const struct value_context *context, struct text what)
{
    const struct schedule_row *row = context->row;

    return text_format(
        context->arena, "Scheduled task %.*s %.*s", TEXT_ARGS(row->name), TEXT_ARGS(what));
}

static struct text created_message(const struct value_context *context, const struct node_row *node)
{
    const struct schedule_created *event = context->record->event;
    struct text when = label(context);

    (void)node;
    if (!uuid_is_present(event->target_team_id))
        return say(context, text_format(context->arena, "created. %.*s", TEXT_ARGS(when)));
    return say(
        context, text_format(
                     context->arena, "created for team %.*s. %.*s",
                     TEXT_ARGS(event->target_team_name), TEXT_ARGS(when)));
}

static struct text enabled_message(const struct value_context *context, const struct node_row *node)
{
    struct text when = label(context);

    (void)node;
    return say(context, text_format(context->arena, "enabled. %.*s", TEXT_ARGS(when)));
}

static struct text
disabled_message(const struct value_context *context, const struct node_row *node)
{
    const struct schedule_disabled *event = context->record->event;

    (void)node;
    if (event->reason.is != DISABLED_ON_REQUEST)
        return (struct text){NULL, 0};
    return say(context, text_lit("disabled."));
}

static struct text
owner_left_message(const struct value_context *context, const struct node_row *node)
{
    (void)node;
    return say(context, text_lit("disabled: its owner has left the workspace."));
}

static struct text retimed_message(const struct value_context *context, const struct node_row *node)
{
    struct text when = label(context);

    (void)node;
    return say(
        context, text_format(context->arena, "follows its workspace. %.*s", TEXT_ARGS(when)));
}

static struct text deleted_message(const struct value_context *context, const struct node_row *node)
{
    const struct schedule_deleted *event = context->record->event;

    (void)node;
    return text_format(context->arena, "Scheduled task %.*s deleted.", TEXT_ARGS(event->name));
}

static struct text skipped_message(const struct value_context *context, const struct node_row *node)
{
    const struct schedule_skipped *event = context->record->event;
    char since[TIMESTAMP_TEXT_SIZE];
    char until[TIMESTAMP_TEXT_SIZE];

    (void)node;
    timestamp_print(event->since, since);
    timestamp_print(event->until, until);
    return say(
        context, text_format(
                     context->arena, "left out %s%lld runs, from %s to %s.",
                     opt_bool_is_true(event->has_more) ? "more than " : "", (long long)event->count,
                     since, until));
}

static struct text ran_message(const struct value_context *context, const struct node_row *node)
{
    const struct schedule_ran *event = context->record->event;

    (void)node;
    if (event->task_ids.count == 0)
        return (struct text){NULL, 0};
    return say(context, text_lit("queued a shell.exec run."));
}

static struct text failed_message(const struct value_context *context, const struct node_row *node)
{
    const struct schedule_failed *event = context->record->event;

    (void)node;
    return say(
        context,
        text_format(context->arena, "failed to queue a run: %.*s", TEXT_ARGS(event->reason)));
}

static struct text held_message(const struct value_context *context, const struct node_row *node)
{
    const struct schedule_held *event = context->record->event;
    char until[TIMESTAMP_TEXT_SIZE];

    (void)node;
    timestamp_print(event->until, until);
    return say(
        context, text_format(
                     context->arena, "is held back until %s by the window %.*s.", until,
                     TEXT_ARGS(event->window)));
}

#define ROW_DETAIL(field)                                                                          \
    {                                                                                              \
        .name = #field, .from = OF_ROW(schedule_row, field)                                        \
    }
#define SCHEDULE_DETAILS                                                                           \
    {.name = "schedule_id", .from = OF_ROW(schedule_row, id)},                                     \
    {                                                                                              \
        .name = "schedule_name", .from = OF_ROW(schedule_row, name)                                \
    }

/* People are named by their id alone: a name here could not be forgotten. */
static const struct detail created_details[] = {
    SCHEDULE_DETAILS,
    ROW_DETAIL(cadence),
    ROW_DETAIL(owner_user_id),
    ROW_DETAIL(workspace_id),
    ROW_DETAIL(timezone),
    ROW_DETAIL(next_run_at),
    ROW_DETAIL(template_id),
    ROW_DETAIL(target_team_id),
    {.name = "target_team_name", .from = OF_EVENT(schedule_created, target_team_name)},
    {0},
};
static const struct detail updated_details[] = {
    SCHEDULE_DETAILS,
    ROW_DETAIL(enabled),
    ROW_DETAIL(owner_user_id),
    ROW_DETAIL(timezone),
    ROW_DETAIL(next_run_at),
    ROW_DETAIL(target_team_id),
    {0},
};
static const struct detail deleted_details[] = {
    {.name = "schedule_id", .from = OF_EVENT(schedule_deleted, schedule_id)},
    {.name = "schedule_name", .from = OF_EVENT(schedule_deleted, name)},
    {.name = "target_team_id", .from = OF_EVENT(schedule_deleted, target_team_id)},
    {.name = "reason", .from = OF_EVENT(schedule_deleted, reason)},
    {0},
};
static const struct detail skipped_details[] = {
    SCHEDULE_DETAILS,
    {.name = "count", .from = OF_EVENT(schedule_skipped, count)},
    {.name = "has_more", .from = OF_EVENT(schedule_skipped, has_more)},
    {.name = "since", .from = OF_EVENT(schedule_skipped, since)},
    {.name = "until", .from = OF_EVENT(schedule_skipped, until)},
    ROW_DETAIL(target_team_id),
    {0},
};
static const struct detail ran_details[] = {
    SCHEDULE_DETAILS,
    {.name = "task_ids", .from = OF_EVENT(schedule_ran, task_ids)},
    {.name = "due_at", .from = OF_EVENT(schedule_ran, due_at)},
    ROW_DETAIL(timezone),
    ROW_DETAIL(next_run_at),
    ROW_DETAIL(target_team_id),
    {0},
};
static const struct detail failed_details[] = {
    SCHEDULE_DETAILS,
    {.name = "error", .from = OF_EVENT(schedule_failed, reason)},
    {.name = "due_at", .from = OF_EVENT(schedule_failed, due_at)},
    ROW_DETAIL(next_run_at),
    ROW_DETAIL(target_team_id),
    {0},
};

static const struct detail held_details[] = {
    SCHEDULE_DETAILS,
    {.name = "reason", .from = OF_EVENT(schedule_held, reason)},
    {.name = "window", .from = OF_EVENT(schedule_held, window)},
    {.name = "due_at", .from = OF_EVENT(schedule_held, due_at)},
    {.name = "until", .from = OF_EVENT(schedule_held, until)},
    ROW_DETAIL(target_team_id),
    {0},
};

#define OF_SCHEDULE(event_tag)                                                                     \
    .event = &event_tag##_event, .node_id = OF_ROW(schedule_row, node_id),                         \
    .table = &schedules_table, .key = OF_EVENT(event_tag, schedule_id), .may_lack_node = true
#define UPDATED(event_tag)                                                                         \
    OF_SCHEDULE(event_tag), .type = "task.schedule.updated", .metadata = updated_details

const struct system_event_rule schedule_system_event_rules[] = {
    {OF_SCHEDULE(schedule_created), .type = "task.schedule.created", .severity = SEVERITY_INFO,
     .message = created_message, .metadata = created_details},
    {UPDATED(schedule_enabled), .severity = SEVERITY_INFO, .message = enabled_message},
    {UPDATED(schedule_disabled), .severity = SEVERITY_INFO, .message = disabled_message},
    {OF_SCHEDULE(schedule_disabled), .type = "task.schedule.owner-left",
     .severity = SEVERITY_WARNING, .message = owner_left_message, .metadata = updated_details},
    {UPDATED(schedule_retimed), .severity = SEVERITY_INFO, .message = retimed_message},
    {.event = &schedule_deleted_event,
     .node_id = OF_EVENT(schedule_deleted, node_id),
     .may_lack_node = true,
     .type = "task.schedule.deleted",
     .severity = SEVERITY_WARNING,
     .message = deleted_message,
     .metadata = deleted_details},
    {OF_SCHEDULE(schedule_skipped), .type = "task.schedule.skipped", .severity = SEVERITY_WARNING,
     .message = skipped_message, .metadata = skipped_details},
    {OF_SCHEDULE(schedule_ran), .type = "task.schedule.triggered", .severity = SEVERITY_INFO,
     .message = ran_message, .metadata = ran_details},
    {OF_SCHEDULE(schedule_failed), .type = "task.schedule.failed", .severity = SEVERITY_WARNING,
     .message = failed_message, .metadata = failed_details},
    {OF_SCHEDULE(schedule_held), .type = "task.schedule.held", .severity = SEVERITY_INFO,
     .message = held_message, .metadata = held_details},
    {0},
};
