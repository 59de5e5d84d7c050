/*
 * The targets of rolling runs. One event of a run changes many of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rolling/rolling_targets.h"

#include "projections/rolling/rolling_runs.h"

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct rolling_run_created *event = record->event;
    const struct uuid *node_ids = event->node_ids.items;

    for (size_t i = 0; i < event->node_ids.count; i++) {
        const struct rolling_target_row row = {
            .id = target_id_of(event->run_id, i),
            .rolling_run_id = event->run_id,
            .workspace_id = event->workspace_id,
            .node_id = node_ids[i],
            .number = (int64_t)i,
            .status = {TARGET_PENDING},
            .wave = INT64_ABSENT,
            .updated_at = record->entry.recorded_at,
        };
        rows_put(rows, &rolling_targets_table, &row);
    }
}

/* The row to be changed; false when there is none. */
static bool change(
    struct rows *rows,
    const struct record *record,
    struct uuid target_id,
    struct rolling_target_row *out)
{
    const struct rolling_target_row *old = rows_get(rows, &rolling_targets_table, target_id);

    if (old == NULL)
        return false;
    *out = *old;
    out->updated_at = record->entry.recorded_at;
    return true;
}

static void want_ended(struct rows *rows, struct list list)
{
    const struct rolling_target_ended *ended = list.items;

    for (size_t i = 0; i < list.count; i++)
        rows_prefetch(rows, &rolling_targets_table, ended[i].target_id);
}

/* `wave`: absent, it stays the one that it was. */
static void end(struct rows *rows, const struct record *record, struct list list, int64_t wave)
{
    const struct rolling_target_ended *ended = list.items;
    struct rolling_target_row row;

    for (size_t i = 0; i < list.count; i++) {
        if (!change(rows, record, ended[i].target_id, &row))
            continue;
        row.status = ended[i].status;
        row.reason = ended[i].reason;
        row.detail = ended[i].detail;
        if (wave != INT64_ABSENT)
            row.wave = wave;
        rows_put(rows, &rolling_targets_table, &row);
    }
}

static void want_wave_begun(struct rows *rows, const struct record *record)
{
    const struct rolling_run_wave_begun *event = record->event;
    const struct rolling_target_begun *begun = event->begun.items;

    for (size_t i = 0; i < event->begun.count; i++)
        rows_prefetch(rows, &rolling_targets_table, begun[i].target_id);
    want_ended(rows, event->ended);
}

static void apply_wave_begun(struct rows *rows, const struct record *record)
{
    const struct rolling_run_wave_begun *event = record->event;
    const struct rolling_target_begun *begun = event->begun.items;
    struct rolling_target_row row;

    for (size_t i = 0; i < event->begun.count; i++) {
        if (!change(rows, record, begun[i].target_id, &row))
            continue;
        row.status = (struct enum_value){TARGET_ACTIVE};
        row.task_id = begun[i].task_id;
        row.wave = event->number;
        rows_put(rows, &rolling_targets_table, &row);
    }
    end(rows, record, event->ended, event->number);
}

static void want_counted(struct rows *rows, const struct record *record)
{
    want_ended(rows, ((const struct rolling_run_counted *)record->event)->ended);
}

static void apply_counted(struct rows *rows, const struct record *record)
{
    end(rows, record, ((const struct rolling_run_counted *)record->event)->ended, INT64_ABSENT);
}

static void want_all(struct rows *rows, struct list target_ids)
{
    const struct uuid *ids = target_ids.items;

    for (size_t i = 0; i < target_ids.count; i++)
        rows_prefetch(rows, &rolling_targets_table, ids[i]);
}

static void set_all(
    struct rows *rows,
    const struct record *record,
    struct list target_ids,
    enum target_status status)
{
    const struct uuid *ids = target_ids.items;
    struct rolling_target_row row;

    for (size_t i = 0; i < target_ids.count; i++) {
        if (!change(rows, record, ids[i], &row))
            continue;
        row.status = (struct enum_value){(int64_t)status};
        row.reason = (struct enum_value){0};
        row.detail = (struct text){NULL, 0};
        rows_put(rows, &rolling_targets_table, &row);
    }
}

static void want_retried(struct rows *rows, const struct record *record)
{
    want_all(rows, ((const struct rolling_run_retried *)record->event)->target_ids);
}

static void apply_retried(struct rows *rows, const struct record *record)
{
    const struct rolling_run_retried *event = record->event;

    set_all(rows, record, event->target_ids, TARGET_PENDING);
}

static void want_skipped(struct rows *rows, const struct record *record)
{
    want_all(rows, ((const struct rolling_run_skipped *)record->event)->target_ids);
}

static void apply_skipped(struct rows *rows, const struct record *record)
{
    const struct rolling_run_skipped *event = record->event;

    set_all(rows, record, event->target_ids, TARGET_SKIPPED);
}

static void want_cancelled(struct rows *rows, const struct record *record)
{
    want_all(rows, ((const struct rolling_run_cancelled *)record->event)->target_ids);
}

static void apply_cancelled(struct rows *rows, const struct record *record)
{
    const struct rolling_run_cancelled *event = record->event;

    set_all(rows, record, event->target_ids, TARGET_CANCELLED);
}

static const struct handler handlers[] = {
    {&rolling_run_created_event, .apply = apply_created},
    {&rolling_run_wave_begun_event, .want = want_wave_begun, .apply = apply_wave_begun},
    {&rolling_run_counted_event, .want = want_counted, .apply = apply_counted},
    {&rolling_run_retried_event, .want = want_retried, .apply = apply_retried},
    {&rolling_run_skipped_event, .want = want_skipped, .apply = apply_skipped},
    {&rolling_run_cancelled_event, .want = want_cancelled, .apply = apply_cancelled},
    {.event = NULL},
};

static const struct table *const tables[] = {&rolling_targets_table, NULL};

/* Their streams are the runs. */
static const struct event_type *const reaching[] = {
    &rolling_run_created_event,
    &rolling_run_wave_begun_event,
    &rolling_run_counted_event,
    &rolling_run_retried_event,
    &rolling_run_skipped_event,
    &rolling_run_cancelled_event,
    NULL,
};

const struct projector rolling_targets_projector = {
    .name = "rolling_targets",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reaching = reaching,
};
