/*
 * The targets of rollouts: what their events make of them (rollout_target.h), as rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rollout/rollout_targets.h"

#include "projections/rollout/rollouts.h"

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct rollout_created *created = record->event;

    for (size_t n = 0; n < created->node_ids.count; n++) {
        const struct rollout_target row = rollout_target_nth(record, n);
        rows_put(rows, &rollout_targets_table, &row);
    }
}

static void turn(struct rows *rows, const struct record *record, struct uuid target_id)
{
    const struct rollout_target *old = rows_get(rows, &rollout_targets_table, target_id);
    struct rollout_target row;

    if (old == NULL)
        return;
    row = *old;
    rollout_target_apply(&row, record, rows_arena(rows));
    rows_put(rows, &rollout_targets_table, &row);
}

static void want_one(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &rollout_targets_table, rollout_target_of(record));
}

static void apply_one(struct rows *rows, const struct record *record)
{
    turn(rows, record, rollout_target_of(record));
}

static void want_cancelled(struct rows *rows, const struct record *record)
{
    const struct rollout_cancelled *cancelled = record->event;
    const struct uuid *ids = cancelled->target_ids.items;

    for (size_t i = 0; i < cancelled->target_ids.count; i++)
        rows_prefetch(rows, &rollout_targets_table, ids[i]);
}

static void apply_cancelled(struct rows *rows, const struct record *record)
{
    const struct rollout_cancelled *cancelled = record->event;
    const struct uuid *ids = cancelled->target_ids.items;

    for (size_t i = 0; i < cancelled->target_ids.count; i++)
        turn(rows, record, ids[i]);
}

static const struct handler handlers[] = {
    {&rollout_created_event, .apply = apply_created},
    {&rollout_dispatched_event, .want = want_one, .apply = apply_one},
    {&rollout_progressed_event, .want = want_one, .apply = apply_one},
    {&rollout_confirmed_event, .want = want_one, .apply = apply_one},
    {&rollout_failed_event, .want = want_one, .apply = apply_one},
    {&rollout_retried_event, .want = want_one, .apply = apply_one},
    {&rollout_skipped_event, .want = want_one, .apply = apply_one},
    {&rollout_cancelled_event, .want = want_cancelled, .apply = apply_cancelled},
    {.event = NULL},
};

static const struct table *const tables[] = {&rollout_targets_table, NULL};

/* Their streams are the rollouts. */
static const struct event_type *const reaching[] = {
    &rollout_created_event,   &rollout_dispatched_event, &rollout_progressed_event,
    &rollout_confirmed_event, &rollout_failed_event,     &rollout_retried_event,
    &rollout_skipped_event,   &rollout_cancelled_event,  NULL,
};

const struct projector rollout_targets_projector = {
    .name = "rollout_targets",
    .version = 1,
    .tables = tables,
    .handlers = handlers,
    .reaching = reaching,
};
