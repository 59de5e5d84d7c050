/*
 * Rolling runs, with the figures of their targets. The events say all that the figures need: no target is looked at.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/rolling/rolling_runs.h"

#include "migrations/rolling/rolling_runs.h"

static void touch(const struct record *record, void *touched)
{
    struct rolling_run_row *row = touched;

    row->revision = record->entry.revision;
    row->updated_at = record->entry.recorded_at;
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct rolling_run_created *event = record->event;
    struct rolling_run_row row = {
        .id = event->run_id,
        .workspace_id = event->workspace_id,
        .owner_user_id = event->owner_user_id,
        .name = event->name,
        .status = {ROLLING_RUNNING},
        .type = event->type,
        .payload = event->payload,
        .template_id = event->template_id,
        .template_name = event->template_name,
        .template_version = event->template_version,
        .target_team_id = event->target_team_id,
        .target_team_name = event->target_team_name,
        .selector = event->selector,
        .selection_id = event->selection_id,
        .selection_name = event->selection_name,
        .canary = event->canary,
        .wave_size = event->wave_size,
        .wave_share = event->wave_share,
        .pause_seconds = event->pause_seconds,
        .most_failures = event->most_failures,
        .reach_seconds = event->reach_seconds,
        .targets = (int64_t)event->node_ids.count,
        .pending = (int64_t)event->node_ids.count,
        .created_at = record->entry.recorded_at,
    };

    touch(record, &row);
    rows_put(rows, &rolling_runs_table, &row);
}

static void count_ended(struct rolling_run_row *row, struct list list)
{
    const struct rolling_target_ended *ended = list.items;

    for (size_t i = 0; i < list.count; i++) {
        row->succeeded += ended[i].status.is == TARGET_SUCCEEDED;
        row->failed += ended[i].status.is == TARGET_FAILED;
        row->not_reached += ended[i].status.is == TARGET_NOT_REACHED;
        row->cancelled += ended[i].status.is == TARGET_CANCELLED;
    }
}

/* Absent: it pauses no more. */
static void pause_until(struct rolling_run_row *row, struct timestamp until, struct text window)
{
    row->paused_until = until;
    row->held_by = window;
}

/* It goes on: what held it up is over. */
static void set_running(struct rolling_run_row *row)
{
    row->status = (struct enum_value){ROLLING_RUNNING};
    pause_until(row, (struct timestamp){0}, (struct text){NULL, 0});
    row->stopped_by = (struct enum_value){0};
    row->ended_at = (struct timestamp){0};
}

static void change_wave_begun(const struct record *record, void *changed)
{
    const struct rolling_run_wave_begun *event = record->event;
    struct rolling_run_row *row = changed;

    set_running(row);
    row->waves = event->number;
    row->pending -= (int64_t)(event->begun.count + event->ended.count);
    row->active += (int64_t)event->begun.count;
    count_ended(row, event->ended);
}

static void change_counted(const struct record *record, void *changed)
{
    const struct rolling_run_counted *event = record->event;
    struct rolling_run_row *row = changed;

    row->active -= (int64_t)event->ended.count;
    count_ended(row, event->ended);
}

static void change_paused(const struct record *record, void *changed)
{
    struct rolling_run_row *row = changed;

    row->status = (struct enum_value){ROLLING_PAUSING};
    pause_until(
        row, ((const struct rolling_run_paused *)record->event)->until, (struct text){NULL, 0});
}

static void change_held(const struct record *record, void *changed)
{
    const struct rolling_run_held *event = record->event;
    struct rolling_run_row *row = changed;

    row->status = (struct enum_value){ROLLING_PAUSING};
    pause_until(row, event->until, event->window);
}

static void change_stopped(const struct record *record, void *changed)
{
    const struct rolling_run_stopped *event = record->event;
    struct rolling_run_row *row = changed;

    row->status = (struct enum_value){ROLLING_STOPPED};
    pause_until(row, (struct timestamp){0}, (struct text){NULL, 0});
    row->stopped_by = event->cause;
    row->reason = event->reason;
}

static void change_resumed(const struct record *record, void *changed)
{
    struct rolling_run_row *row = changed;

    set_running(row);
    row->reason = ((const struct rolling_run_resumed *)record->event)->reason;
}

static void change_retried(const struct record *record, void *changed)
{
    const struct rolling_run_retried *event = record->event;
    struct rolling_run_row *row = changed;

    row->pending += (int64_t)event->target_ids.count;
    row->failed -= event->failed;
    row->not_reached -= (int64_t)event->target_ids.count - event->failed;
    row->reason = event->reason;
    if (opt_bool_is_true(event->goes_on))
        set_running(row);
}

static void change_skipped(const struct record *record, void *changed)
{
    const struct rolling_run_skipped *event = record->event;
    struct rolling_run_row *row = changed;

    row->pending -= (int64_t)event->target_ids.count;
    row->skipped += (int64_t)event->target_ids.count;
    row->reason = event->reason;
}

static void
end(const struct record *record, struct rolling_run_row *row, enum rolling_status status)
{
    set_running(row);
    row->status = (struct enum_value){(int64_t)status};
    row->ended_at = record->entry.recorded_at;
}

static void change_completed(const struct record *record, void *row)
{
    end(record, row, ROLLING_COMPLETED);
}

static void change_cancelled(const struct record *record, void *changed)
{
    const struct rolling_run_cancelled *event = record->event;
    struct rolling_run_row *row = changed;

    end(record, row, ROLLING_CANCELLED);
    row->pending -= (int64_t)event->target_ids.count;
    row->cancelled += (int64_t)event->target_ids.count;
    row->reason = event->reason;
}

static const struct handler handlers[] = {
    {&rolling_run_created_event, .apply = apply_created},
    {&rolling_run_wave_begun_event, .change = change_wave_begun},
    {&rolling_run_counted_event, .change = change_counted},
    {&rolling_run_paused_event, .change = change_paused},
    {&rolling_run_held_event, .change = change_held},
    {&rolling_run_stopped_event, .change = change_stopped},
    {&rolling_run_resumed_event, .change = change_resumed},
    {&rolling_run_retried_event, .change = change_retried},
    {&rolling_run_skipped_event, .change = change_skipped},
    {&rolling_run_completed_event, .change = change_completed},
    {&rolling_run_cancelled_event, .change = change_cancelled},
    {.event = NULL},
};

static const struct table *const tables[] = {&rolling_runs_table, NULL};

const struct projector rolling_runs_projector = {
    .name = "rolling_runs", .version = 2, .tables = tables, .handlers = handlers, .touch = touch};
