/*
 * System events about rolling runs, so that people can be told how they end. The run's row is as it is after the event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/rolling_events.h"
#include "migrations/rolling/rolling_runs.h"
#include "projections/system_events.h"

static struct text
by_failures_message(const struct value_context *context, const struct node_row *node)
{
    const struct rolling_run_stopped *event = context->record->event;
    const struct rolling_run_row *row = context->row;

    (void)node;
    if (event->cause.is != STOPPED_BY_FAILURES)
        return (struct text){NULL, 0};
    return text_format(
        context->arena,
        "Rolling run %.*s stopped: %lld of %lld targets failed, %lld were not reached, %lld are pending.",
        TEXT_ARGS(row->name), (long long)row->failed, (long long)row->targets,
        (long long)row->not_reached, (long long)row->pending);
}

static struct text stopped_message(const struct value_context *context, const struct node_row *node)
{
    const struct rolling_run_stopped *event = context->record->event;
    const struct rolling_run_row *row = context->row;
    const char *why = event->cause.is == STOPPED_OWNER_LEFT ? "its owner has left the workspace"
                                                            : "somebody stopped it";

    (void)node;
    return text_format(
        context->arena, "Rolling run %.*s stopped: %s; %lld targets are pending.",
        TEXT_ARGS(row->name), why, (long long)row->pending);
}

static struct text
completed_message(const struct value_context *context, const struct node_row *node)
{
    const struct rolling_run_completed *event = context->record->event;
    const struct rolling_run_row *row = context->row;

    (void)node;
    return text_format(
        context->arena,
        "Rolling run %.*s completed: %lld succeeded, %lld failed, %lld not reached, %lld skipped.",
        TEXT_ARGS(row->name), (long long)event->succeeded, (long long)event->failed,
        (long long)event->not_reached, (long long)event->skipped);
}

static struct text held_message(const struct value_context *context, const struct node_row *node)
{
    const struct rolling_run_held *event = context->record->event;
    const struct rolling_run_row *row = context->row;
    char until[TIMESTAMP_TEXT_SIZE];

    (void)node;
    timestamp_print(event->until, until);
    return text_format(
        context->arena,
        "Rolling run %.*s is held back until %s by the window %.*s; %lld targets are pending.",
        TEXT_ARGS(row->name), until, TEXT_ARGS(event->window), (long long)row->pending);
}

#define ROW_DETAIL(field)                                                                          \
    {                                                                                              \
        .name = #field, .from = OF_ROW(rolling_run_row, field)                                     \
    }

static const struct detail details[] = {
    {.name = "rolling_run_id", .from = OF_ROW(rolling_run_row, id)},
    {.name = "rolling_run_name", .from = OF_ROW(rolling_run_row, name)},
    ROW_DETAIL(status),
    ROW_DETAIL(stopped_by),
    {.name = "held_by", .from = OF_ROW(rolling_run_row, held_by), .is_omitted_when_absent = true},
    {.name = "paused_until",
     .from = OF_ROW(rolling_run_row, paused_until),
     .is_omitted_when_absent = true},
    ROW_DETAIL(targets),
    ROW_DETAIL(pending),
    ROW_DETAIL(active),
    ROW_DETAIL(succeeded),
    ROW_DETAIL(failed),
    ROW_DETAIL(not_reached),
    ROW_DETAIL(skipped),
    {0},
};

/* They are about no node. */
#define OF_RUN(event_tag)                                                                          \
    .event = &event_tag##_event, .table = &rolling_runs_table, .key = OF_EVENT(event_tag, run_id), \
    .may_lack_node = true, .metadata = details
#define STOPPED() OF_RUN(rolling_run_stopped), .type = "rolling-run.stopped"

const struct system_event_rule rolling_system_event_rules[] = {
    {STOPPED(), .severity = SEVERITY_WARNING, .message = by_failures_message},
    {STOPPED(), .severity = SEVERITY_WARNING, .message = stopped_message},
    {OF_RUN(rolling_run_completed), .type = "rolling-run.completed", .severity = SEVERITY_INFO,
     .message = completed_message},
    {OF_RUN(rolling_run_held), .type = "rolling-run.held", .severity = SEVERITY_INFO,
     .message = held_message},
    {0},
};
