/*
 * Tasks of agents, with their newest state.
 *
 *   task_created ─► queued ─► task_claimed ─► accepted ─► task_started ─► running
 *                     ▲  ▲                       │                          │
 *                     │  └─── task_requeued ─────┘                          │
 *                     │                                                     │
 *      task_cancelled, task_timed_out          (task_reported) task_completed, task_timed_out
 *                     ▼                                                     ▼
 *             cancelled, failed                             success, failed, cancelled
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/task/tasks.h"

#include "core/base/must.h"
#include "core/shape/json_peek.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/task_outcome.h"
#include "migrations/task/tasks.h"
#include "projections/search_texts.h"

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &tasks_table, record->entry.stream);
}

static void touch(const struct record *record, void *touched)
{
    struct task_row *row = touched;

    row->revision = record->entry.revision;
    row->updated_at = record->entry.recorded_at;
}

/* The row to be changed, touched; false when there is none. */
static bool change(struct rows *rows, const struct record *record, struct task_row *out)
{
    const struct task_row *old = rows_get(rows, &tasks_table, record->entry.stream);

    if (old == NULL)
        return false;
    *out = *old;
    touch(record, out);
    return true;
}

static void drop_lease(struct task_row *row)
{
    row->lease_until = (struct timestamp){0};
    row->claimed_by = UUID_NONE;
    row->claim_token = UUID_NONE;
}

/* What a task is found by: its type, and what its payload says that it is. */
static struct uuid text_of(struct rows *rows, const struct task_created *event)
{
    static const char *const members[] = {"title", "name", "label", "command"};
    struct arena *arena = rows_arena(rows);
    struct text parts[1 + COUNT_OF(members)] = {event->type};
    struct text name;
    struct text value;
    size_t cursor = 0;

    while (json_peek_pair(arena, event->payload.text, &cursor, &name, &value)) {
        for (size_t i = 0; i < COUNT_OF(members); i++) {
            if (text_is(name, members[i]))
                parts[1 + i] = json_peek_text(arena, value);
        }
    }
    return search_text_put(rows, SEARCH_TASK, event->workspace_id, parts, COUNT_OF(parts));
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct task_created *event = record->event;
    const struct task_row row = {
        .id = event->task_id,
        .workspace_id = event->workspace_id,
        .node_id = event->node_id,
        .target_team_id = event->target_team_id,
        .template_id = event->template_id,
        .template_name = event->template_name,
        .template_version = event->template_version,
        .rolling_run_id = event->rolling_run_id,
        .type = event->type,
        .is_internal = event->is_internal,
        .payload = event->payload,
        .status = {TASK_QUEUED},
        .output_truncated = OPT_FALSE,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
        .text_id = text_of(rows, event),
    };

    rows_put(rows, &tasks_table, &row);
}

static void change_claimed(const struct record *record, void *changed)
{
    const struct task_claimed *event = record->event;
    struct task_row *row = changed;

    row->status = (struct enum_value){TASK_ACCEPTED};
    row->lease_until = event->lease_until;
    row->claimed_by = event->node_id;
    row->claim_token = event->claim_token;
}

static void change_requeued(const struct record *record, void *changed)
{
    struct task_row *row = changed;

    (void)record;
    row->status = (struct enum_value){TASK_QUEUED};
    drop_lease(row);
}

static void change_started(const struct record *record, void *changed)
{
    const struct task_started *event = record->event;
    struct task_row *row = changed;

    row->status = (struct enum_value){TASK_RUNNING};
    row->started_at = event->started_at;
    drop_lease(row);
}

static void apply_logged(struct rows *rows, const struct record *record)
{
    const struct task_logged *event = record->event;
    const struct task_log_line *lines = event->lines.items;
    struct task_row row;

    if (!change(rows, record, &row))
        return;
    if (event->lines.count > 0)
        row.output = lines[event->lines.count - 1].message;
    rows_put(rows, &tasks_table, &row);
}

/* Dropped, it told nothing. */
static void change_reported(const struct record *record, void *changed)
{
    const struct task_reported *event = record->event;
    struct task_row *row = changed;

    if (!record->has_body)
        return;
    row->result = event->result;
    if (text_is_present(event->output))
        row->output = event->output;
    row->output_truncated = event->is_output_truncated;
}

/* An older one tells what came of the task, too. */
static void change_completed(const struct record *record, void *changed)
{
    const struct task_completed *event = record->event;
    struct task_row *row = changed;

    row->status = event->status;
    if (text_is_present(event->result.text))
        row->result = event->result;
    if (text_is_present(event->output))
        row->output = event->output;
    if (opt_bool_is_true(event->is_output_truncated))
        row->output_truncated = event->is_output_truncated;
    if (timestamp_is_present(event->started_at))
        row->started_at = event->started_at;
    row->finished_at = event->finished_at;
    drop_lease(row);
}

static void change_cancel_requested(const struct record *record, void *changed)
{
    const struct task_cancel_requested *event = record->event;
    struct task_row *row = changed;

    row->cancel_requested_at = record->entry.recorded_at;
    row->cancel_reason = event->reason;
}

/* What no agent said; an output that is there already is worth more than our words. */
static void end(struct rows *rows, const struct record *record, struct task_row *row)
{
    const struct task_outcome outcome = task_outcome_of(record, rows_arena(rows));

    row->result = outcome.result;
    row->outcome = outcome.output;
    if (text_trim(row->output).size == 0)
        row->output = outcome.output;
    row->finished_at = record->entry.recorded_at;
    drop_lease(row);
    rows_put(rows, &tasks_table, row);
}

static void apply_cancelled(struct rows *rows, const struct record *record)
{
    const struct task_cancelled *event = record->event;
    struct task_row row;

    if (!change(rows, record, &row))
        return;
    row.status = (struct enum_value){TASK_CANCELLED};
    row.cancel_requested_at = record->entry.recorded_at;
    row.cancel_reason = event->reason;
    end(rows, record, &row);
}

static void fail(struct rows *rows, const struct record *record, struct timestamp started_at)
{
    struct task_row row;

    if (!change(rows, record, &row))
        return;
    row.status = (struct enum_value){TASK_FAILED};
    if (timestamp_is_present(started_at))
        row.started_at = started_at;
    end(rows, record, &row);
}

static void apply_timed_out(struct rows *rows, const struct record *record)
{
    const struct task_timed_out *event = record->event;

    fail(rows, record, event->started_at);
}

static void apply_abandoned(struct rows *rows, const struct record *record)
{
    const struct task_abandoned *event = record->event;

    fail(rows, record, event->started_at);
}

/* What no agent said is no output of the task. That is not a change of it, but one of what is shown. */
static void apply_output_dropped(struct rows *rows, const struct record *record)
{
    const struct task_row *old = rows_get(rows, &tasks_table, record->entry.stream);
    struct task_row row;

    if (old == NULL)
        return;
    row = *old;
    row.revision = record->entry.revision;
    row.output_dropped_at = record->entry.recorded_at;
    row.output = row.outcome;
    row.output_truncated = OPT_FALSE;
    if (!text_is_present(row.outcome))
        row.result = (struct json){{NULL, 0}};
    rows_put(rows, &tasks_table, &row);
}

static void apply_output_withheld(struct rows *rows, const struct record *record)
{
    const struct task_row *old = rows_get(rows, &tasks_table, record->entry.stream);
    struct task_row row;

    if (old == NULL)
        return;
    row = *old;
    row.revision = record->entry.revision;
    rows_put(rows, &tasks_table, &row);
}

static const struct handler handlers[] = {
    {&task_created_event, .apply = apply_created},
    {&task_claimed_event, .change = change_claimed},
    {&task_requeued_event, .change = change_requeued},
    {&task_started_event, .change = change_started},
    {&task_logged_event, .want = want, .apply = apply_logged},
    {&task_reported_event, .change = change_reported},
    {&task_completed_event, .change = change_completed},
    {&task_cancel_requested_event, .change = change_cancel_requested},
    {&task_cancelled_event, .want = want, .apply = apply_cancelled},
    {&task_timed_out_event, .want = want, .apply = apply_timed_out},
    {&task_abandoned_event, .want = want, .apply = apply_abandoned},
    {&task_output_dropped_event, .want = want, .apply = apply_output_dropped},
    {&task_output_withheld_event, .want = want, .apply = apply_output_withheld},
    {.event = NULL},
};

static const struct table *const tables[] = {&tasks_table, NULL};
static const struct table *const adds_to[] = {&search_texts_table, NULL};

const struct projector tasks_projector = {
    .name = "tasks",
    .version = 7,
    .tables = tables,
    .handlers = handlers,
    .touch = touch,
    .adds_to = adds_to,
};
