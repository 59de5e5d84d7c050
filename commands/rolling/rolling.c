/*
 * Folding what happens to rolling runs: their figures, where their targets are found, when there is something to look at.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

#include "commands/rolling/rolling_lookup.h"
#include "commands/workspace/workspace_lookup.h"

static struct timestamp earlier(struct timestamp a, struct timestamp b)
{
    if (!timestamp_is_present(a))
        return b;
    return timestamp_is_present(b) && b.us < a.us ? b : a;
}

static struct timer timer_of(const struct rolling_run *run)
{
    return (struct timer){
        .kind = TIMER_ROLLING_RUN,
        .id = run->id,
        .due = earlier(run->next_at, earlier(run->count_at, run->reach_at)),
    };
}

static bool is_over(const struct rolling_run *run)
{
    return run->status.is == ROLLING_COMPLETED || run->status.is == ROLLING_CANCELLED;
}

/* Set where it is to be, and nowhere else. What is over is counted to its end, come what may. */
static void move_timer(struct fold *fold, const struct rolling_run *run)
{
    struct timer timer = timer_of(run);

    if (!timestamp_is_present(timer.due))
        return;
    if (!is_over(run) && workspace_is_archived(fold, run->workspace_id))
        model_clear_timer(fold->model, &timer);
    else if (!model_has_timer(fold->model, &timer))
        model_set_timer(fold->model, &timer);
}

static bool load(struct fold *fold, struct uuid run_id, struct rolling_run *out)
{
    return model_load(fold->model, &rolling_run_aggregate, run_id, fold->arena, out);
}

/* `before`: its timer as it was. */
static void store(struct fold *fold, const struct rolling_run *run, struct timer before)
{
    model_store(fold->model, &rolling_run_aggregate, run->id, run);
    if (before.due.us != timer_of(run).due.us)
        model_clear_timer(fold->model, &before);
    move_timer(fold, run);
}

static void tie(struct fold *fold, const struct rolling_run *run)
{
    model_link(fold->model, LINK_WORKSPACE_ROLLING, run->workspace_id, run->id, 0);
    model_link(fold->model, LINK_OWNER_ROLLING, run->owner_user_id, run->id, 0);
}

static void untie(struct fold *fold, const struct rolling_run *run)
{
    model_unlink(fold->model, LINK_WORKSPACE_ROLLING, run->workspace_id, run->id);
    model_unlink(fold->model, LINK_OWNER_ROLLING, run->owner_user_id, run->id);
}

/* A run that goes on is asked what is next when nothing is active any more, or too much has failed. */
static void settle_next(struct rolling_run *run, struct timestamp now)
{
    bool is_at_rest = run->active == 0 || run->failures > run->most_failures;

    run->next_at = (struct timestamp){0};
    if (run->status.is == ROLLING_RUNNING && is_at_rest)
        run->next_at = now;
    if (run->status.is == ROLLING_PAUSING)
        run->next_at = run->pending == 0 ? now : run->paused_until;
    if (run->active == 0)
        run->reach_at = (struct timestamp){0};
}

/* Absent: it pauses no more. */
static void pause_until(struct rolling_run *run, struct timestamp until, struct opt_bool is_held)
{
    run->paused_until = until;
    run->is_held = is_held;
}

static void add_target(struct fold *fold, struct uuid run_id, size_t n, struct uuid node_id)
{
    const struct rolling_target target = {.run_id = run_id, .node_id = node_id};
    struct uuid id = target_id_of(run_id, n);

    model_store(fold->model, &rolling_target_aggregate, id, &target);
    model_link(fold->model, LINK_ROLLING_PENDING, run_id, id, 0);
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct rolling_run_created *created = record->event;
    const struct uuid *node_ids = created->node_ids.items;
    struct rolling_run run = {
        .id = created->run_id,
        .workspace_id = created->workspace_id,
        .owner_user_id = created->owner_user_id,
        .status = {ROLLING_RUNNING},
        .canary = created->canary,
        .wave_size = created->wave_size,
        .most_failures = created->most_failures,
        .pause_seconds = created->pause_seconds,
        .reach_seconds = created->reach_seconds,
        .pending = (int64_t)created->node_ids.count,
        .is_canary = opt_bool_of(created->canary > 0),
        .has_begun = OPT_FALSE,
        .next_at = record->entry.recorded_at,
    };
    const struct rolling_work work = {
        .target_team_id = created->target_team_id,
        .template_id = created->template_id,
        .template_name = created->template_name,
        .template_version = created->template_version,
        .type = created->type,
        .payload = created->payload,
    };

    model_store(fold->model, &rolling_work_aggregate, run.id, &work);
    for (size_t i = 0; i < created->node_ids.count; i++)
        add_target(fold, run.id, i, node_ids[i]);
    tie(fold, &run);
    store(fold, &run, (struct timer){.kind = TIMER_ROLLING_RUN, .id = run.id});
}

/* What has failed or was not reached may be tried again, unless the run was cancelled; of others nothing is left. */
static void
end_target(struct fold *fold, struct rolling_run *run, const struct rolling_target_ended *ended)
{
    bool is_retryable = ended->status.is == TARGET_FAILED || ended->status.is == TARGET_NOT_REACHED;

    model_unlink(fold->model, LINK_ROLLING_PENDING, run->id, ended->target_id);
    model_unlink(fold->model, LINK_ROLLING_ACTIVE, run->id, ended->target_id);
    model_unlink(fold->model, LINK_ROLLING_ENDED, run->id, ended->target_id);
    rolling_count_end(run, ended);
    if (is_retryable && run->status.is != ROLLING_CANCELLED) {
        uint64_t value = rolling_end_value(
            (enum target_status)ended->status.is, (enum target_reason)ended->reason.is);
        model_link(fold->model, LINK_ROLLING_RETRYABLE, run->id, ended->target_id, value);
    } else {
        model_remove(fold->model, &rolling_target_aggregate, ended->target_id);
    }
}

static void
begin_target(struct fold *fold, struct rolling_run *run, const struct rolling_target_begun *begun)
{
    struct rolling_target target;

    if (!model_load(fold->model, &rolling_target_aggregate, begun->target_id, fold->arena, &target))
        return;
    target.task_id = begun->task_id;
    model_store(fold->model, &rolling_target_aggregate, begun->target_id, &target);
    model_unlink(fold->model, LINK_ROLLING_PENDING, run->id, begun->target_id);
    model_link(fold->model, LINK_ROLLING_ACTIVE, run->id, begun->target_id, 0);
    run->active++;
}

static void
on_wave_begun(struct fold *fold, const struct rolling_run_wave_begun *wave, struct rolling_run *run)
{
    const struct rolling_target_begun *begun = wave->begun.items;
    const struct rolling_target_ended *ended = wave->ended.items;

    run->status.is = ROLLING_RUNNING;
    pause_until(run, (struct timestamp){0}, OPT_FALSE);
    run->is_canary = wave->is_canary;
    run->has_begun = OPT_TRUE;
    run->waves = wave->number;
    run->reach_at = wave->reach_at;
    run->pending -= (int64_t)(wave->begun.count + wave->ended.count);
    for (size_t i = 0; i < wave->begun.count; i++)
        begin_target(fold, run, &begun[i]);
    for (size_t i = 0; i < wave->ended.count; i++)
        end_target(fold, run, &ended[i]);
}

static void
on_counted(struct fold *fold, const struct rolling_run_counted *counted, struct rolling_run *run)
{
    const struct rolling_target_ended *ended = counted->ended.items;

    run->active -= (int64_t)counted->ended.count;
    run->count_at = (struct timestamp){0};
    run->reach_at = counted->reach_at;
    for (size_t i = 0; i < counted->ended.count; i++)
        end_target(fold, run, &ended[i]);
}

/* The canary is tried again where it was not over. */
static void
on_retried(struct fold *fold, const struct rolling_run_retried *retried, struct rolling_run *run)
{
    const struct uuid *ids = retried->target_ids.items;

    run->pending += (int64_t)retried->target_ids.count;
    for (size_t i = 0; i < retried->target_ids.count; i++) {
        model_unlink(fold->model, LINK_ROLLING_RETRYABLE, run->id, ids[i]);
        model_link(fold->model, LINK_ROLLING_PENDING, run->id, ids[i], 0);
    }
    run->failed -= retried->failed;
    run->not_reached -= (int64_t)retried->target_ids.count - retried->failed;
    if (!opt_bool_is_true(retried->goes_on))
        return;
    tie(fold, run);
    run->status.is = ROLLING_RUNNING;
    pause_until(run, (struct timestamp){0}, OPT_FALSE);
    run->failures = 0;
    run->has_begun = OPT_FALSE;
}

static void
on_skipped(struct fold *fold, const struct rolling_run_skipped *skipped, struct rolling_run *run)
{
    const struct uuid *ids = skipped->target_ids.items;

    run->pending -= (int64_t)skipped->target_ids.count;
    for (size_t i = 0; i < skipped->target_ids.count; i++) {
        const struct rolling_target_ended ended = {.target_id = ids[i], .status = {TARGET_SKIPPED}};
        end_target(fold, run, &ended);
    }
}

/* Of its targets only those are left whose tasks have not ended. */
static void on_cancelled(
    struct fold *fold, const struct rolling_run_cancelled *cancelled, struct rolling_run *run)
{
    const struct uuid *ids = cancelled->target_ids.items;
    struct uuid target_id = UUID_NONE;

    run->pending -= (int64_t)cancelled->target_ids.count;
    for (size_t i = 0; i < cancelled->target_ids.count; i++) {
        const struct rolling_target_ended ended = {
            .target_id = ids[i], .status = {TARGET_CANCELLED}};
        end_target(fold, run, &ended);
    }
    while (model_next_link(
        fold->model, LINK_ROLLING_RETRYABLE, run->id, UUID_NONE, &target_id, NULL)) {
        model_unlink(fold->model, LINK_ROLLING_RETRYABLE, run->id, target_id);
        model_remove(fold->model, &rolling_target_aggregate, target_id);
    }
    run->status.is = ROLLING_CANCELLED;
    untie(fold, run);
}

static void apply(struct fold *fold, const struct record *record, struct rolling_run *run)
{
    switch ((enum rolling_event)record->type->id) {
    case EVT_ROLLING_RUN_WAVE_BEGUN:
        on_wave_begun(fold, record->event, run);
        break;
    case EVT_ROLLING_RUN_COUNTED:
        on_counted(fold, record->event, run);
        break;
    case EVT_ROLLING_RUN_PAUSED:
        run->status.is = ROLLING_PAUSING;
        pause_until(run, ((const struct rolling_run_paused *)record->event)->until, OPT_FALSE);
        break;
    case EVT_ROLLING_RUN_HELD:
        run->status.is = ROLLING_PAUSING;
        pause_until(run, ((const struct rolling_run_held *)record->event)->until, OPT_TRUE);
        break;
    case EVT_ROLLING_RUN_STOPPED:
        run->status.is = ROLLING_STOPPED;
        pause_until(run, (struct timestamp){0}, OPT_FALSE);
        break;
    case EVT_ROLLING_RUN_RESUMED:
        run->status.is = ROLLING_RUNNING;
        run->failures = 0;
        break;
    case EVT_ROLLING_RUN_RETRIED:
        on_retried(fold, record->event, run);
        break;
    case EVT_ROLLING_RUN_SKIPPED:
        on_skipped(fold, record->event, run);
        break;
    case EVT_ROLLING_RUN_COMPLETED:
        run->status.is = ROLLING_COMPLETED;
        untie(fold, run);
        break;
    case EVT_ROLLING_RUN_CANCELLED:
        on_cancelled(fold, record->event, run);
        break;
    case EVT_ROLLING_RUN_CREATED: /* no change of one that is there */
        break;
    }
}

void rolling_evolve(struct fold *fold, const struct record *record)
{
    struct rolling_run run;
    struct timer before;

    if (record->type == &rolling_run_created_event) {
        on_created(fold, record);
        return;
    }
    if (!load(fold, record->entry.stream, &run))
        return;
    before = timer_of(&run);
    apply(fold, record, &run);
    settle_next(&run, record->entry.recorded_at);
    store(fold, &run, before);
}

static bool was_never_claimed(const struct record *record)
{
    const struct task_timed_out *timed_out = record->event;

    return record->type == &task_timed_out_event && timed_out->previous_status.is == TASK_QUEUED;
}

/* What came of a target, as far as its task tells. */
static uint64_t end_of_task(const struct record *record, int64_t status)
{
    if (status == TASK_SUCCESS)
        return rolling_end_value(TARGET_SUCCEEDED, TARGET_NO_REASON);
    if (status == TASK_CANCELLED)
        return rolling_end_value(TARGET_FAILED, TARGET_TASK_CANCELLED);
    if (was_never_claimed(record))
        return rolling_end_value(TARGET_NOT_REACHED, TARGET_NOT_CLAIMED);
    if (record->type == &task_timed_out_event)
        return rolling_end_value(TARGET_FAILED, TARGET_TASK_TIMED_OUT);
    if (record->type == &task_abandoned_event)
        return rolling_end_value(TARGET_FAILED, TARGET_TASK_ABANDONED);
    return rolling_end_value(TARGET_FAILED, TARGET_TASK_FAILED);
}

void rolling_note_task_end(
    struct fold *fold, const struct record *record, struct uuid target_id, int64_t status)
{
    struct rolling_target target;
    struct rolling_run run;
    struct timer before;

    if (!model_load(fold->model, &rolling_target_aggregate, target_id, fold->arena, &target) ||
        !model_linked(fold->model, LINK_ROLLING_ACTIVE, target.run_id, target_id, NULL) ||
        !load(fold, target.run_id, &run))
        return;
    model_unlink(fold->model, LINK_ROLLING_ACTIVE, run.id, target_id);
    model_link(fold->model, LINK_ROLLING_ENDED, run.id, target_id, end_of_task(record, status));
    if (timestamp_is_present(run.count_at))
        return;
    before = timer_of(&run);
    run.count_at = timestamp_plus_us(record->entry.recorded_at, ROLLING_GATHER_US);
    store(fold, &run, before);
}

void rolling_move_timers_of_workspace(struct fold *fold, struct uuid workspace_id)
{
    struct uuid run_id = UUID_NONE;
    struct rolling_run run;

    while (
        model_next_link(fold->model, LINK_WORKSPACE_ROLLING, workspace_id, run_id, &run_id, NULL)) {
        if (load(fold, run_id, &run))
            move_timer(fold, &run);
    }
}

void rolling_release_held(struct fold *fold, struct uuid workspace_id, struct timestamp now)
{
    struct uuid run_id = UUID_NONE;
    struct rolling_run run;

    while (
        model_next_link(fold->model, LINK_WORKSPACE_ROLLING, workspace_id, run_id, &run_id, NULL)) {
        struct timer before;
        if (!load(fold, run_id, &run) || !opt_bool_is_true(run.is_held))
            continue;
        before = timer_of(&run);
        pause_until(&run, now, OPT_FALSE);
        settle_next(&run, now);
        store(fold, &run, before);
    }
}
