/*
 * Rollouts. How one stands follows from its events; what it says in words names the target that the event is about,
 * whose row is looked at as it is after it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/rollout/rollouts.h"

#include "migrations/rollout/rollout_targets.h"
#include "migrations/rollout/rollouts.h"

/* Absent where it is as usual. */
static int64_t unless(int64_t value, int64_t usual)
{
    return value == usual ? INT64_ABSENT : value;
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct rollout_created *event = record->event;
    const struct rollout_row row = {
        .id = event->rollout_id,
        .target_version = event->target_version,
        .status = {ROLLOUT_QUEUED},
        .rollback = event->rollback,
        .requested_by_user_id = record_actor(record).id,
        .status_message = text_format(
            rows_arena(rows), "Queued %zu node%s for agent %s to %.*s.", event->node_ids.count,
            event->node_ids.count == 1 ? "" : "s",
            opt_bool_is_true(event->rollback) ? "rollback" : "update",
            TEXT_ARGS(event->target_version)),
        .canary = unless(event->canary, 0),
        .wave_size = unless(event->wave_size, 1),
        .most_failures = unless(event->most_failures, 0),
        .pause_seconds = unless(event->pause_seconds, 0),
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &rollouts_table, &row);
}

/* Absent: it waits no more. */
static void pause_until(struct rollout_row *row, struct timestamp until, struct text window)
{
    row->paused_until = until;
    row->held_by = window;
}

static void run(struct rollout_row *row, const struct record *record)
{
    row->status = (struct enum_value){ROLLOUT_RUNNING};
    if (!timestamp_is_present(row->started_at))
        row->started_at = record->entry.recorded_at;
}

static void run_if(struct rollout_row *row, const struct record *record, struct opt_bool goes_on)
{
    if (opt_bool_is_true(goes_on))
        run(row, record);
}

/* What an event makes of a rollout, but for its words. */
static void turn(struct rollout_row *row, const struct record *record)
{
    const struct rollout_held *held = record->event;
    struct timestamp now = record->entry.recorded_at;

    switch ((enum rollout_event)record->type->id) {
    case EVT_ROLLOUT_DISPATCHED:
        pause_until(row, (struct timestamp){0}, (struct text){NULL, 0});
        run(row, record);
        break;
    case EVT_ROLLOUT_RESUMED:
        run(row, record);
        break;
    case EVT_ROLLOUT_HELD:
        pause_until(row, held->until, held->window);
        break;
    case EVT_ROLLOUT_FAILED:
        if (opt_bool_is_true(((const struct rollout_failed *)record->event)->pauses))
            row->status = (struct enum_value){ROLLOUT_PAUSED};
        break;
    case EVT_ROLLOUT_RETRIED:
        run_if(row, record, ((const struct rollout_retried *)record->event)->goes_on);
        break;
    case EVT_ROLLOUT_SKIPPED:
        run_if(row, record, ((const struct rollout_skipped *)record->event)->goes_on);
        break;
    case EVT_ROLLOUT_COMPLETED:
        row->status = (struct enum_value){ROLLOUT_COMPLETED};
        pause_until(row, (struct timestamp){0}, (struct text){NULL, 0});
        row->completed_at = now;
        break;
    case EVT_ROLLOUT_CANCELLED:
        row->status = (struct enum_value){ROLLOUT_CANCELLED};
        pause_until(row, (struct timestamp){0}, (struct text){NULL, 0});
        row->cancelled_at = now;
        break;
    case EVT_ROLLOUT_CREATED:
    case EVT_ROLLOUT_PROGRESSED:
    case EVT_ROLLOUT_CONFIRMED:
        break;
    }
}

static struct text progress_words(
    const struct rollout_progressed *event,
    const struct rollout_target *target,
    struct arena *arena)
{
    if (event->message.size > 0)
        return event->message;
    return text_format(
        arena, "%.*s is %.*s.", TEXT_ARGS(target->node_name_snapshot),
        TEXT_ARGS(update_status_words(arena, event->status)));
}

static struct text
words_about(const struct record *record, const struct rollout_target *target, struct arena *arena)
{
    struct text name = target->node_name_snapshot;

    switch ((enum rollout_event)record->type->id) {
    case EVT_ROLLOUT_DISPATCHED:
        return text_format(
            arena, "Dispatched %.*s. Waiting for agent update progress.", TEXT_ARGS(name));
    case EVT_ROLLOUT_PROGRESSED:
        return progress_words(record->event, target, arena);
    case EVT_ROLLOUT_CONFIRMED:
        return text_format(
            arena, "%.*s reported agent %.*s.", TEXT_ARGS(name), TEXT_ARGS(target->target_version));
    case EVT_ROLLOUT_FAILED:
        return ((const struct rollout_failed *)record->event)->message;
    case EVT_ROLLOUT_RETRIED:
        return text_format(arena, "Retrying %.*s.", TEXT_ARGS(name));
    case EVT_ROLLOUT_SKIPPED:
        return text_format(arena, "Skipping %.*s and continuing the rollout.", TEXT_ARGS(name));
    case EVT_ROLLOUT_CREATED:
    case EVT_ROLLOUT_RESUMED:
    case EVT_ROLLOUT_COMPLETED:
    case EVT_ROLLOUT_CANCELLED:
    case EVT_ROLLOUT_HELD:
        break;
    }
    return (struct text){NULL, 0};
}

static struct text held_words(const struct rollout_held *event, struct arena *arena)
{
    char until[TIMESTAMP_TEXT_SIZE];

    timestamp_print(event->until, until);
    if (!text_is_present(event->window))
        return text_format(arena, "The next updates begin at %s.", until);
    return text_format(
        arena, "The next updates are held back until %s by the window %.*s.", until,
        TEXT_ARGS(event->window));
}

static struct text words(const struct record *record, struct arena *arena)
{
    if (record->type == &rollout_held_event)
        return held_words(record->event, arena);
    if (record->type == &rollout_resumed_event)
        return text_lit("Rollout resumed by an operator.");
    if (record->type == &rollout_completed_event)
        return text_lit("Rollout finished. No pending targets remain.");
    return text_lit("Rollout cancelled by an operator.");
}

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &rollouts_table, record->entry.stream);
    rows_prefetch(rows, &rollout_targets_table, rollout_target_of(record));
}

static void apply(struct rows *rows, const struct record *record)
{
    const struct rollout_row *old = rows_get(rows, &rollouts_table, record->entry.stream);
    const struct rollout_target *target =
        rows_get(rows, &rollout_targets_table, rollout_target_of(record));
    struct rollout_row row;

    if (old == NULL)
        return;
    row = *old;
    row.revision = record->entry.revision;
    row.updated_at = record->entry.recorded_at;
    turn(&row, record);
    row.status_message = target == NULL ? words(record, rows_arena(rows))
                                        : words_about(record, target, rows_arena(rows));
    rows_put(rows, &rollouts_table, &row);
}

static const struct handler handlers[] = {
    {&rollout_created_event, .apply = apply_created},
    {&rollout_dispatched_event, .want = want, .apply = apply},
    {&rollout_progressed_event, .want = want, .apply = apply},
    {&rollout_confirmed_event, .want = want, .apply = apply},
    {&rollout_failed_event, .want = want, .apply = apply},
    {&rollout_retried_event, .want = want, .apply = apply},
    {&rollout_skipped_event, .want = want, .apply = apply},
    {&rollout_resumed_event, .want = want, .apply = apply},
    {&rollout_completed_event, .want = want, .apply = apply},
    {&rollout_cancelled_event, .want = want, .apply = apply},
    {&rollout_held_event, .want = want, .apply = apply},
    {.event = NULL},
};

static const struct table *const tables[] = {&rollouts_table, NULL};

const struct projector rollouts_projector = {
    .name = "rollouts", .version = 2, .tables = tables, .handlers = handlers};
