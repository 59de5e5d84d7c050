/*
 * Schedules, and what came of the last time that each was due.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/schedule/schedules.h"

#include "eventlog/events/schedule_events.h"
#include "migrations/schedule/schedules.h"

/* 9999-12-31T23:59:59Z */
static const struct timestamp never = {INT64_C(253402300799) * US_PER_S};

/* What is off comes after what is on and yet never due. Nothing holds it back now. */
static void due(struct schedule_row *row, struct timestamp next_run_at)
{
    struct timestamp last = opt_bool_is_true(row->enabled) ? timestamp_plus_us(never, -1) : never;

    row->next_run_at = next_run_at;
    row->sorted_by = timestamp_is_present(next_run_at) ? next_run_at : last;
    row->held_until = (struct timestamp){0};
    row->held_by = (struct text){NULL, 0};
}

static void touch(const struct record *record, void *touched)
{
    struct schedule_row *row = touched;

    row->revision = record->entry.revision;
    row->updated_at = record->entry.recorded_at;
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct schedule_created *event = record->event;
    const struct recurrence *recurrence = event->recurrence;
    struct schedule_row row = {
        .id = event->schedule_id,
        .workspace_id = event->workspace_id,
        .node_id = event->node_id,
        .target_team_id = event->target_team_id,
        .template_id = event->template_id,
        .template_name = event->template_name,
        .owner_user_id = event->owner_user_id,
        .name = event->name,
        .command = event->command,
        .parameters = event->parameters,
        .run_as_root = event->run_as_root,
        .cadence = recurrence->cadence,
        .minute = recurrence->minute == INT64_ABSENT ? 0 : recurrence->minute,
        .hour = recurrence->hour,
        .day_of_week = recurrence->day_of_week,
        .interval_minutes = recurrence->interval_minutes,
        .cron = recurrence->cron,
        .timezone = recurrence->timezone,
        .timezone_source = event->timezone_source,
        .enabled = OPT_TRUE,
        .created_at = record->entry.recorded_at,
        .selector = event->selector,
        .selection_id = event->selection_id,
    };

    due(&row, event->next_run_at);
    touch(record, &row);
    rows_put(rows, &schedules_table, &row);
}

static void change_enabled(const struct record *record, void *row)
{
    ((struct schedule_row *)row)->enabled = OPT_TRUE;
    due(row, ((const struct schedule_enabled *)record->event)->next_run_at);
}

static void change_disabled(const struct record *record, void *row)
{
    (void)record;
    ((struct schedule_row *)row)->enabled = OPT_FALSE;
    due(row, (struct timestamp){0});
}

static void change_retimed(const struct record *record, void *row)
{
    const struct schedule_retimed *event = record->event;

    ((struct schedule_row *)row)->timezone = event->timezone;
    due(row, event->next_run_at);
}

/* What was left out is told by an event of its own. */
static void change_skipped(const struct record *record, void *row)
{
    (void)record;
    (void)row;
}

static void change_ran(const struct record *record, void *changed)
{
    const struct schedule_ran *event = record->event;
    struct schedule_row *row = changed;

    due(row, event->next_run_at);
    if (event->task_ids.count == 0) {
        row->last_error =
            text_lit("No eligible nodes matched the scheduled task target at execution time.");
        return;
    }
    row->last_error = (struct text){NULL, 0};
    row->last_run_at = record->entry.recorded_at;
    row->last_run_task_id = *(const struct uuid *)event->task_ids.items;
}

static void change_failed(const struct record *record, void *row)
{
    const struct schedule_failed *event = record->event;

    due(row, event->next_run_at);
    ((struct schedule_row *)row)->last_error = event->reason;
}

static void change_held(const struct record *record, void *changed)
{
    const struct schedule_held *event = record->event;
    struct schedule_row *row = changed;

    row->held_until = event->until;
    row->held_by = event->window;
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &schedules_table, record->entry.stream);
}

static void apply_deleted(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &schedules_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&schedule_created_event, .apply = apply_created},
    {&schedule_enabled_event, .change = change_enabled},
    {&schedule_disabled_event, .change = change_disabled},
    {&schedule_retimed_event, .change = change_retimed},
    {&schedule_skipped_event, .change = change_skipped},
    {&schedule_ran_event, .change = change_ran},
    {&schedule_failed_event, .change = change_failed},
    {&schedule_held_event, .change = change_held},
    {&schedule_deleted_event, .want = want, .apply = apply_deleted},
    {.event = NULL},
};

static const struct table *const tables[] = {&schedules_table, NULL};

const struct projector schedules_projector = {
    .name = "schedules", .version = 2, .tables = tables, .handlers = handlers, .touch = touch};
