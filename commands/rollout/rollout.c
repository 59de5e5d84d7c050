/*
 * Folding what happens to rollouts: figures, where targets are found, and when there is something to begin or to judge.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"

#include "commands/rollout/rollout_lookup.h"
#include "eventlog/events/task_events.h"

enum { MINUTE_S = 60 };

/* Silence for longer is a failure. */
static int64_t patience_us(struct enum_value status)
{
    if (status.is == UPDATE_DISPATCHED)
        return 2 * MINUTE_S * US_PER_S;
    if (status.is == UPDATE_RECONNECTING)
        return 5 * MINUTE_S * US_PER_S;
    return 15 * MINUTE_S * US_PER_S;
}

/* That the version was seen counts however the rollout stands; all else waits while it is paused. */
static struct timer timer_of(const struct rollout *rollout, const struct update *update)
{
    struct timer timer = {.kind = TIMER_UPDATE, .id = update->shown.id};

    if (rollout_target_is_over(update->shown.status))
        return timer;
    if (timestamp_is_present(update->seen_at))
        timer.due = update->seen_at;
    else if (
        rollout->status.is != ROLLOUT_RUNNING || !rollout_target_is_active(update->shown.status))
        return timer;
    else if (timestamp_is_present(update->task_ended_at))
        timer.due = update->task_ended_at;
    else
        timer.due = timestamp_plus_us(update->heard_at, patience_us(update->shown.status));
    return timer;
}

/* Without a time: it is not set. */
static void move_timer(struct fold *fold, struct timer before, struct timer after)
{
    if (before.due.us == after.due.us)
        return;
    if (timestamp_is_present(before.due))
        model_clear_timer(fold->model, &before);
    if (timestamp_is_present(after.due))
        model_set_timer(fold->model, &after);
}

static struct timer begin_timer(const struct rollout *rollout)
{
    return (struct timer){.kind = TIMER_ROLLOUT, .id = rollout->id, .due = rollout->next_at};
}

/* Absent: it waits no more. */
static void pause_until(struct rollout *rollout, struct timestamp until, struct uuid held_for)
{
    rollout->paused_until = until;
    rollout->held_for = held_for;
}

static void pause_no_more(struct rollout *rollout)
{
    pause_until(rollout, (struct timestamp){0}, UUID_NONE);
}

/* It is asked what is next when nothing is being updated; where it waits before a wave, then. */
static struct timestamp time_of_next(const struct rollout *rollout, struct timestamp now)
{
    bool goes_on = rollout->status.is == ROLLOUT_QUEUED || rollout->status.is == ROLLOUT_RUNNING;

    if (!goes_on || rollout->active > 0)
        return (struct timestamp){0};
    return rollout->pending > 0 && rollout->paused_until.us > now.us ? rollout->paused_until : now;
}

static void
store(struct fold *fold, const struct rollout *before, struct rollout *after, struct timestamp now)
{
    after->next_at = time_of_next(after, now);
    model_store(fold->model, &rollout_aggregate, after->id, after);
    move_timer(fold, begin_timer(before), begin_timer(after));
}

static bool load(struct fold *fold, struct uuid rollout_id, struct rollout *out)
{
    return model_load(fold->model, &rollout_aggregate, rollout_id, fold->arena, out);
}

static bool load_update(struct fold *fold, struct uuid target_id, struct update *out)
{
    return model_load(fold->model, &update_aggregate, target_id, fold->arena, out);
}

static void store_update(struct fold *fold, const struct update *update)
{
    model_store(fold->model, &update_aggregate, update->shown.id, update);
}

static int64_t *count_of(struct rollout *rollout, struct enum_value status)
{
    if (status.is == UPDATE_PENDING)
        return &rollout->pending;
    if (rollout_target_is_active(status))
        return &rollout->active;
    return status.is == UPDATE_FAILED ? &rollout->failed : NULL;
}

static void count(struct rollout *rollout, struct enum_value from, struct enum_value to)
{
    int64_t *left = count_of(rollout, from);
    int64_t *entered = count_of(rollout, to);

    if (left != NULL)
        --*left;
    if (entered != NULL)
        ++*entered;
}

static uint16_t link_of(const struct rollout_target *target)
{
    return target->status.is == UPDATE_PENDING ? LINK_ROLLOUT_PENDING : LINK_ROLLOUT_ACTIVE;
}

static void link_target(struct fold *fold, const struct rollout_target *target)
{
    if (rollout_target_is_over(target->status))
        return;
    model_link(fold->model, link_of(target), target->rollout_id, target->id, 0);
    model_link(fold->model, LINK_NODE_UPDATE, target->node_id, target->id, 0);
    if (rollout_target_is_active(target->status))
        model_link(fold->model, LINK_TASK_UPDATE, target->task_id, target->id, 0);
}

static void unlink_target(struct fold *fold, const struct rollout_target *target)
{
    if (rollout_target_is_over(target->status))
        return;
    model_unlink(fold->model, link_of(target), target->rollout_id, target->id);
    model_unlink(fold->model, LINK_NODE_UPDATE, target->node_id, target->id);
    if (rollout_target_is_active(target->status))
        model_unlink(fold->model, LINK_TASK_UPDATE, target->task_id, target->id);
}

/* Targets of the rollout before: nobody asks for them any more. */
static void forget_former(struct fold *fold)
{
    struct uuid former_id;
    struct rollout former;

    if (!model_next_link(fold->model, LINK_NEWEST_ROLLOUT, UUID_NONE, UUID_NONE, &former_id, NULL))
        return;
    model_unlink(fold->model, LINK_NEWEST_ROLLOUT, UUID_NONE, former_id);
    if (!load(fold, former_id, &former))
        return;
    for (int64_t n = 0; n < former.targets; n++)
        model_remove(fold->model, &update_aggregate, target_id_of(former_id, (size_t)n));
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct rollout_created *created = record->event;
    const struct rollout none = {.id = created->rollout_id};
    struct rollout rollout = {
        .id = created->rollout_id,
        .status = {ROLLOUT_QUEUED},
        .target_version = created->target_version,
        .rollback = created->rollback,
        .canary = created->canary,
        .wave_size = created->wave_size,
        .most_failures = created->most_failures,
        .targets = (int64_t)created->node_ids.count,
        .pending = (int64_t)created->node_ids.count,
        .has_begun = OPT_FALSE,
        .pause_seconds = created->pause_seconds,
    };

    forget_former(fold);
    model_link(fold->model, LINK_NEWEST_ROLLOUT, UUID_NONE, rollout.id, 0);
    for (size_t n = 0; n < created->node_ids.count; n++) {
        const struct update update = {.shown = rollout_target_nth(record, n)};
        store_update(fold, &update);
        link_target(fold, &update.shown);
    }
    store(fold, &none, &rollout, record->entry.recorded_at);
}

/* What was noted of the task before goes with it. */
static void note_turn(struct update *update, const struct record *record)
{
    update->heard_at = record->entry.recorded_at;
    if (record->type != &rollout_retried_event)
        return;
    update->seen_at = update->task_ended_at = (struct timestamp){0};
    update->task_status = (struct enum_value){0};
}

/* What an event makes of a target that it is about. */
static void turn_target(
    struct fold *fold,
    const struct record *record,
    const struct rollout *before,
    struct rollout *after,
    struct uuid target_id)
{
    struct update update;
    struct enum_value from;
    struct timer timer;

    if (!load_update(fold, target_id, &update))
        return;
    from = update.shown.status;
    timer = timer_of(before, &update);
    unlink_target(fold, &update.shown);
    rollout_target_apply(&update.shown, record, fold->arena);
    note_turn(&update, record);
    link_target(fold, &update.shown);
    count(after, from, update.shown.status);
    store_update(fold, &update);
    move_timer(fold, timer, timer_of(after, &update));
}

static void turn_all(
    struct fold *fold,
    const struct record *record,
    const struct rollout *before,
    struct rollout *after)
{
    const struct rollout_cancelled *cancelled = record->event;
    const struct uuid *ids = cancelled->target_ids.items;

    for (size_t i = 0; i < cancelled->target_ids.count; i++)
        turn_target(fold, record, before, after, ids[i]);
}

/* While it is paused nobody's patience ends; when it goes on that begins anew. */
static void move_timers(
    struct fold *fold,
    const struct record *record,
    const struct rollout *before,
    const struct rollout *after)
{
    struct uuid target_id = UUID_NONE;
    struct update update;

    if (before->status.is == after->status.is)
        return;
    while (
        model_next_link(fold->model, LINK_ROLLOUT_ACTIVE, after->id, target_id, &target_id, NULL)) {
        struct timer timer;
        if (!load_update(fold, target_id, &update))
            continue;
        timer = timer_of(before, &update);
        update.heard_at = record->entry.recorded_at;
        store_update(fold, &update);
        move_timer(fold, timer, timer_of(after, &update));
    }
}

/* How the rollout stands after an event. */
static void turn(struct rollout *rollout, const struct record *record)
{
    const struct rollout_held *held = record->event;

    switch ((enum rollout_event)record->type->id) {
    case EVT_ROLLOUT_DISPATCHED:
        rollout->status.is = ROLLOUT_RUNNING;
        rollout->has_begun = OPT_TRUE;
        pause_no_more(rollout);
        break;
    case EVT_ROLLOUT_HELD:
        pause_until(rollout, held->until, held->workspace_id);
        break;
    case EVT_ROLLOUT_FAILED:
        if (opt_bool_is_true(((const struct rollout_failed *)record->event)->pauses))
            rollout->status.is = ROLLOUT_PAUSED;
        break;
    case EVT_ROLLOUT_RETRIED:
        if (opt_bool_is_true(((const struct rollout_retried *)record->event)->goes_on))
            rollout->status.is = ROLLOUT_RUNNING;
        break;
    case EVT_ROLLOUT_SKIPPED:
        if (opt_bool_is_true(((const struct rollout_skipped *)record->event)->goes_on))
            rollout->status.is = ROLLOUT_RUNNING;
        break;
    case EVT_ROLLOUT_RESUMED:
        rollout->status.is = ROLLOUT_RUNNING;
        break;
    case EVT_ROLLOUT_COMPLETED:
        rollout->status.is = ROLLOUT_COMPLETED;
        break;
    case EVT_ROLLOUT_CANCELLED:
        rollout->status.is = ROLLOUT_CANCELLED;
        break;
    case EVT_ROLLOUT_CREATED: /* no change of one that is there */
    case EVT_ROLLOUT_PROGRESSED:
    case EVT_ROLLOUT_CONFIRMED:
        break;
    }
}

void rollout_evolve(struct fold *fold, const struct record *record)
{
    struct rollout before;
    struct rollout after;

    if (record->type == &rollout_created_event) {
        on_created(fold, record);
        return;
    }
    if (!load(fold, record->entry.stream, &before))
        return;
    after = before;
    turn(&after, record);
    if (record->type == &rollout_cancelled_event)
        turn_all(fold, record, &before, &after);
    else
        turn_target(fold, record, &before, &after, rollout_target_of(record));
    move_timers(fold, record, &before, &after);
    store(fold, &before, &after, record->entry.recorded_at);
}

void rollout_release_held(struct fold *fold, struct uuid workspace_id, struct timestamp now)
{
    struct uuid id;
    struct rollout before;
    struct rollout after;

    if (!model_next_link(fold->model, LINK_NEWEST_ROLLOUT, UUID_NONE, UUID_NONE, &id, NULL) ||
        !load(fold, id, &before) || !uuid_is_present(before.held_for) ||
        !uuid_equal(before.held_for, workspace_id))
        return;
    after = before;
    pause_until(&after, now, UUID_NONE);
    store(fold, &before, &after, now);
}

/* The target that a node or a task is linked to, and its rollout. */
static bool find(
    struct fold *fold, uint16_t kind, struct uuid from, struct rollout *rollout, struct update *out)
{
    struct uuid target_id;

    return model_next_link(fold->model, kind, from, UUID_NONE, &target_id, NULL) &&
           load_update(fold, target_id, out) && load(fold, out->shown.rollout_id, rollout);
}

void rollout_note_version(
    struct fold *fold, const struct record *record, struct uuid node_id, struct text version)
{
    struct rollout rollout;
    struct update update;
    struct timer timer;

    if (!text_is_present(version) || !find(fold, LINK_NODE_UPDATE, node_id, &rollout, &update) ||
        !text_equal(version, update.shown.target_version))
        return;
    timer = timer_of(&rollout, &update);
    update.seen_at = record->entry.recorded_at;
    store_update(fold, &update);
    move_timer(fold, timer, timer_of(&rollout, &update));
}

void rollout_note_task_end(
    struct fold *fold, const struct record *record, struct uuid task_id, int64_t status)
{
    struct rollout rollout;
    struct update update;
    struct timer timer;

    if (status == TASK_SUCCESS || !find(fold, LINK_TASK_UPDATE, task_id, &rollout, &update))
        return;
    timer = timer_of(&rollout, &update);
    update.task_ended_at = record->entry.recorded_at;
    update.task_status.is = status;
    store_update(fold, &update);
    move_timer(fold, timer, timer_of(&rollout, &update));
}
