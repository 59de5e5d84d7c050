/*
 * The clock looks at a rolling run: tasks that have ended are counted, those that no agent has claimed in time are given
 * up, and then the rule of waves says what is next. All in one command, so that each happens once, whatever crashes; and
 * a wave is one, too: no more than a batch of tasks.
 *
 *   automation ──advance_rolling_run──► [here] ──task_cancelled*, rolling_run_counted?, then one of
 *                                                (task_created*, rolling_run_wave_begun), rolling_run_held,
 *                                                rolling_run_paused, rolling_run_stopped, rolling_run_completed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/rolling/rolling.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/must.h"
#include "core/time/window.h"

/* Targets of the run that is looked at, as they are found: begun or over. */
struct look {
    struct decision *decision;
    struct rolling_run *run; /* as it stands after what was found */
    struct rolling_target_begun *begun;
    size_t begun_count;
    struct rolling_target_ended *ended;
    size_t ended_count;
};

static struct look look_at(struct decision *decision, struct rolling_run *run, size_t most)
{
    return (struct look){
        .decision = decision,
        .run = run,
        .begun = arena_array(decision->arena, most + 1, sizeof(struct rolling_target_begun)),
        .ended = arena_array(decision->arena, most + 1, sizeof(struct rolling_target_ended)),
    };
}

static struct list begun_of(const struct look *look)
{
    return (struct list){look->begun, look->begun_count};
}

static struct list ended_of(const struct look *look)
{
    return (struct list){look->ended, look->ended_count};
}

static void add_end(struct look *look, struct rolling_target_ended ended)
{
    look->ended[look->ended_count++] = ended;
    rolling_count_end(look->run, &ended);
}

static void load_target(const struct look *look, struct uuid target_id, struct rolling_target *out)
{
    must(model_load(
        look->decision->model, &rolling_target_aggregate, target_id, look->decision->arena, out));
}

/* Nobody's failure: the run was cancelled and its tasks with it, or the node went before it had begun. */
static struct rolling_target_ended judge(const struct look *look, struct rolling_target_ended ended)
{
    struct rolling_target target;
    struct node_lookup node;

    if (ended.reason.is != TARGET_TASK_CANCELLED)
        return ended;
    load_target(look, ended.target_id, &target);
    if (look->run->status.is == ROLLING_CANCELLED)
        ended = (struct rolling_target_ended){
            .target_id = ended.target_id, .status = {TARGET_CANCELLED}};
    else if (!node_lookup(look->decision, target.node_id, &node))
        ended = rolling_end_of(
            ended.target_id, rolling_end_value(TARGET_NOT_REACHED, TARGET_NODE_REMOVED));
    return ended;
}

static void find_ended(struct look *look)
{
    const struct model *model = look->decision->model;
    struct uuid target_id = UUID_NONE;
    uint64_t value = 0;

    while (model_next_link(model, LINK_ROLLING_ENDED, look->run->id, target_id, &target_id, &value))
        add_end(look, judge(look, rolling_end_of(target_id, value)));
}

/* Their tasks are cancelled. Those that an agent holds but has not started are looked at again. */
static void find_unclaimed(struct look *look)
{
    struct decision *decision = look->decision;
    struct timestamp again = {0};
    struct uuid target_id = UUID_NONE;
    struct rolling_target target;

    while (model_next_link(
        decision->model, LINK_ROLLING_ACTIVE, look->run->id, target_id, &target_id, NULL)) {
        int64_t status;
        load_target(look, target_id, &target);
        status = task_status_of(decision, target.task_id);
        if (status == TASK_QUEUED) {
            task_emit_stop(
                decision, target.task_id,
                text_lit("No agent claimed it in the time that its rolling run gives."));
            add_end(
                look, rolling_end_of(
                          target_id, rolling_end_value(TARGET_NOT_REACHED, TARGET_NOT_CLAIMED)));
        } else if (status != TASK_RUNNING) {
            again = timestamp_plus_us(decision->now, look->run->reach_seconds * US_PER_S);
        }
    }
    look->run->reach_at = again;
}

static bool is_due(const struct decision *decision, struct timestamp at)
{
    return timestamp_is_present(at) && at.us <= decision->now.us;
}

/* What has become of the wave. `run` is as it stands then. */
static void count(struct decision *decision, struct rolling_run *run)
{
    struct look look = look_at(decision, run, (size_t)run->active);
    bool is_late = is_due(decision, run->reach_at);
    struct rolling_run_counted counted = {.run_id = run->id};

    find_ended(&look);
    if (is_late)
        find_unclaimed(&look);
    run->active -= (int64_t)look.ended_count;
    if (run->active == 0)
        run->reach_at = (struct timestamp){0};
    if (look.ended_count == 0 && !is_late)
        return;
    counted.ended = ended_of(&look);
    counted.reach_at = run->reach_at;
    decision_emit(decision, &rolling_run_counted_event, run->id, run->workspace_id, &counted);
}

static struct task_order order_of(const struct decision *decision, const struct rolling_run *run)
{
    struct rolling_work work;

    must(model_load(decision->model, &rolling_work_aggregate, run->id, decision->arena, &work));
    return (struct task_order){
        .workspace_id = run->workspace_id,
        .template_id = work.template_id,
        .template_name = work.template_name,
        .template_version = work.template_version,
        .type = work.type,
        .payload = work.payload,
        .rolling_run_id = run->id,
    };
}

/* Why no task could be made for a node. */
static enum target_reason why(const struct decision *decision, struct uuid node_id)
{
    struct node_lookup node;

    if (!node_lookup(decision, node_id, &node))
        return TARGET_NODE_REMOVED;
    return node.is_in_maintenance ? TARGET_NODE_IN_MAINTENANCE : TARGET_REFUSED;
}

static void begin_target(struct look *look, const struct task_order *work, struct uuid target_id)
{
    struct task_order order = *work;
    struct rolling_target target;
    struct list task_ids;
    struct error refusal;

    load_target(look, target_id, &target);
    order.node_ids = (struct list){&target.node_id, 1};
    order.rolling_target_id = target_id;
    if (task_order_make(look->decision, &order, &task_ids, &refusal) == STATUS_OK) {
        look->begun[look->begun_count++] =
            (struct rolling_target_begun){target_id, *(const struct uuid *)task_ids.items};
    } else {
        struct rolling_target_ended ended = rolling_end_of(
            target_id, rolling_end_value(TARGET_NOT_REACHED, why(look->decision, target.node_id)));
        ended.detail = text_copy(look->decision->arena, text_from(refusal.text));
        add_end(look, ended);
    }
}

static void
begin_wave(struct decision *decision, struct rolling_run *run, const struct waves_step *step)
{
    struct look look = look_at(decision, run, (size_t)step->count);
    const struct task_order work = order_of(decision, run);
    struct rolling_run_wave_begun wave = {
        .run_id = run->id, .is_canary = opt_bool_of(step->is_canary), .number = run->waves + 1};
    struct uuid target_id = UUID_NONE;

    for (int64_t i = 0; i < step->count; i++) {
        if (!model_next_link(
                decision->model, LINK_ROLLING_PENDING, run->id, target_id, &target_id, NULL))
            break;
        begin_target(&look, &work, target_id);
    }
    wave.begun = begun_of(&look);
    wave.ended = ended_of(&look);
    if (look.begun_count > 0)
        wave.reach_at = timestamp_plus_us(decision->now, run->reach_seconds * US_PER_S);
    decision_emit(decision, &rolling_run_wave_begun_event, run->id, run->workspace_id, &wave);
}

/* False: no window is open. */
static bool hold(struct decision *decision, const struct rolling_run *run)
{
    struct rolling_run_held held = {.run_id = run->id};
    const struct window *window = workspace_open_window(
        decision, run->workspace_id, decision->now, decision->arena, &held.until);

    if (window == NULL)
        return false;
    held.window = window->name;
    decision_emit(decision, &rolling_run_held_event, run->id, run->workspace_id, &held);
    return true;
}

static struct waves_step next_step(const struct decision *decision, const struct rolling_run *run)
{
    const struct waves_policy policy = {
        .canary = run->canary,
        .size = run->wave_size,
        .most_failures = run->most_failures,
        .pause_us = run->pause_seconds * US_PER_S,
    };
    const struct waves_progress progress = {
        .pending = run->pending,
        .active = run->active,
        .failures = run->failures,
        .is_canary = opt_bool_is_true(run->is_canary),
        .has_begun = opt_bool_is_true(run->has_begun),
        .paused_until = run->paused_until,
        .now = decision->now,
    };

    return waves_next(&policy, &progress);
}

static void emit_paused(struct decision *decision, const struct rolling_run *run)
{
    const struct rolling_run_paused paused = {
        run->id, timestamp_plus_us(decision->now, run->pause_seconds * US_PER_S)};

    decision_emit(decision, &rolling_run_paused_event, run->id, run->workspace_id, &paused);
}

static void emit_stopped(struct decision *decision, const struct rolling_run *run)
{
    const struct rolling_run_stopped stopped = {.run_id = run->id, .cause = {STOPPED_BY_FAILURES}};

    decision_emit(decision, &rolling_run_stopped_event, run->id, run->workspace_id, &stopped);
}

static void emit_completed(struct decision *decision, const struct rolling_run *run)
{
    const struct rolling_run_completed completed = {
        .run_id = run->id,
        .succeeded = run->succeeded,
        .failed = run->failed,
        .not_reached = run->not_reached,
        .skipped = run->skipped,
    };

    decision_emit(decision, &rolling_run_completed_event, run->id, run->workspace_id, &completed);
}

static void go_on(struct decision *decision, struct rolling_run *run)
{
    const struct waves_step step = next_step(decision, run);

    switch (step.move) {
    case WAVES_WAIT:
        break;
    case WAVES_BEGIN:
        if (!hold(decision, run))
            begin_wave(decision, run, &step);
        break;
    case WAVES_PAUSE:
        emit_paused(decision, run);
        break;
    case WAVES_STOP:
        emit_stopped(decision, run);
        break;
    case WAVES_COMPLETE:
        emit_completed(decision, run);
        break;
    }
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct rolling_run run;

    (void)error;
    if (!model_has_timer(decision->model, timer) ||
        !model_load(decision->model, &rolling_run_aggregate, timer->id, decision->arena, &run))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    count(decision, &run);
    if (run.status.is == ROLLING_RUNNING || run.status.is == ROLLING_PAUSING)
        go_on(decision, &run);
    return STATUS_OK;
}

const struct command advance_rolling_run_command = {
    .name = "advance_rolling_run",
    .doc = "Counts what has ended of a rolling run, and begins what is next.",
    .input = &timer_shape,
    .decide = decide,
};
