/*
 * The clock looks at a rollout of which nothing is being updated: the rule of waves says what is next. One command, so
 * that it happens once, whatever crashes.
 *
 *   automation ──advance_rollout──► [here] ──(task_created, rollout_dispatched)* , rollout_confirmed*, rollout_failed*,
 *                                            or rollout_held, or rollout_completed──► ledger
 *
 * A wave waits while a window is open of a workspace that one of its nodes belongs to. A target is looked at again before its task is made: it may have failed to wait, or have the version by now.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"
#include "commands/task/task_lookup.h"
#include "commands/waves.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/must.h"
#include "core/time/window.h"

/* What the agent is told: it learns all else from the server. */
struct update_payload {
    struct text target_version;
    struct uuid target_id;
    struct opt_bool rollback;
};
static const struct field update_payload_fields[] = {
    {TEXT(update_payload, target_version), .tag = 1, .flags = REQUIRED,
     .doc = "Version that the agent is to have."},
    {UUID(update_payload, target_id), .tag = 2, .flags = REQUIRED,
     .doc = "Target that it reports about."},
    {BOOL(update_payload, rollback), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it was said to be a way back."},
};
static const struct shape update_payload_shape =
    SHAPE(update_payload, "What an agent is to update itself to.");

static enum status make_task(
    struct decision *decision,
    const struct rollout *rollout,
    const struct rollout_target *target,
    struct uuid *out_task_id,
    struct error *error)
{
    const struct update_payload payload = {target->target_version, target->id, rollout->rollback};
    const struct task_order order = {
        .node_ids = {&target->node_id, 1},
        .type = text_lit("agent.update"),
        .payload = task_payload(decision, &update_payload_shape, &payload),
    };
    struct list task_ids;
    enum status status = task_order_make(decision, &order, &task_ids, error);

    if (status == STATUS_OK)
        *out_task_id = *(const struct uuid *)task_ids.items;
    return status;
}

/* Its artifacts were looked at when the rollout was created, and machines keep their architecture. */
static enum status dispatch(
    struct decision *decision,
    struct rollout *rollout,
    const struct update *update,
    struct error *error)
{
    const struct rollout_target *target = &update->shown;
    const struct wanted_release release = {.version = target->target_version};
    struct rollout_dispatched dispatched = {rollout->id, target->id, target->node_id, UUID_NONE};
    struct node_lookup node;
    enum status status = STATUS_OK;

    if (node_lookup(decision, target->node_id, &node) &&
        rollout_is_seen(&node, target->target_version)) {
        rollout_emit_confirmed(decision, rollout, update);
        return STATUS_OK;
    }
    status = rollout_node_must_fit(decision, target->node_id, &release, &node, error);
    if (status == STATUS_OK)
        status = make_task(decision, rollout, target, &dispatched.task_id, error);
    if (status != STATUS_OK)
        return status;
    decision_emit(
        decision, &rollout_dispatched_event, rollout->id, target->workspace_id, &dispatched);
    return STATUS_OK;
}

/* So many of those that are pending, unless a failure pauses it. */
static void begin_wave(struct decision *decision, struct rollout *rollout, int64_t size)
{
    struct uuid target_id = UUID_NONE;
    struct update update;
    struct error refusal;

    for (int64_t i = 0; i < size && rollout->status.is != ROLLOUT_PAUSED; i++) {
        if (!model_next_link(
                decision->model, LINK_ROLLOUT_PENDING, rollout->id, target_id, &target_id, NULL))
            break;
        must(model_load(decision->model, &update_aggregate, target_id, decision->arena, &update));
        if (dispatch(decision, rollout, &update, &refusal) != STATUS_OK) {
            const struct update_end end = {
                .cause = UPDATE_FAILURE_REFUSED,
                .message = text_copy(decision->arena, text_from(refusal.text))};
            rollout_emit_failed(decision, rollout, &update, &end);
        }
    }
}

/* The windows of the workspaces that the next of its nodes belong to; NULL: none is open. */
static const struct window *find_open(
    const struct decision *decision,
    const struct rollout *rollout,
    int64_t size,
    struct rollout_held *out)
{
    struct uuid target_id = UUID_NONE;
    struct uuid workspace_id = UUID_NONE;
    const struct window *window = NULL;
    struct update update;

    for (int64_t i = 0; i < size && window == NULL; i++) {
        if (!model_next_link(
                decision->model, LINK_ROLLOUT_PENDING, rollout->id, target_id, &target_id, NULL))
            break;
        must(model_load(decision->model, &update_aggregate, target_id, decision->arena, &update));
        if (uuid_equal(update.shown.workspace_id, workspace_id))
            continue;
        workspace_id = update.shown.workspace_id;
        window = workspace_open_window(
            decision, workspace_id, decision->now, decision->arena, &out->until);
    }
    out->workspace_id = workspace_id;
    return window;
}

/* False: no window is open. */
static bool hold(struct decision *decision, const struct rollout *rollout, int64_t size)
{
    struct rollout_held held = {.rollout_id = rollout->id};
    const struct window *window = find_open(decision, rollout, size, &held);

    if (window == NULL)
        return false;
    held.window = window->name;
    decision_emit(decision, &rollout_held_event, rollout->id, held.workspace_id, &held);
    return true;
}

static int64_t pause_us(const struct rollout *rollout)
{
    return rollout->pause_seconds > 0 ? rollout->pause_seconds * US_PER_S : 0;
}

static void emit_pause(struct decision *decision, const struct rollout *rollout)
{
    const struct rollout_held held = {
        .rollout_id = rollout->id, .until = timestamp_plus_us(decision->now, pause_us(rollout))};

    decision_emit(decision, &rollout_held_event, rollout->id, UUID_NONE, &held);
}

static struct waves_step next_step(const struct decision *decision, const struct rollout *rollout)
{
    const struct waves_policy policy = {
        .canary = rollout->canary,
        .size = rollout->wave_size,
        .most_failures = rollout->most_failures,
        .pause_us = pause_us(rollout),
    };
    const struct waves_progress progress = {
        .pending = rollout->pending,
        .active = rollout->active,
        .failures = rollout->failed,
        .is_canary = rollout->canary > 0,
        .has_begun = opt_bool_is_true(rollout->has_begun),
        .paused_until = rollout->paused_until,
        .now = decision->now,
    };

    return waves_next(&policy, &progress);
}

/* It is not asked while too much has failed: it is paused then. */
static void go_on(struct decision *decision, struct rollout *rollout)
{
    const struct rollout_completed completed = {rollout->id};
    const struct waves_step step = next_step(decision, rollout);

    switch (step.move) {
    case WAVES_WAIT:
    case WAVES_STOP:
        break;
    case WAVES_BEGIN:
        if (!hold(decision, rollout, step.count))
            begin_wave(decision, rollout, step.count);
        break;
    case WAVES_PAUSE:
        emit_pause(decision, rollout);
        break;
    case WAVES_COMPLETE:
        decision_emit(decision, &rollout_completed_event, rollout->id, UUID_NONE, &completed);
        break;
    }
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct rollout rollout;

    (void)error;
    if (!model_has_timer(decision->model, timer) ||
        !model_load(decision->model, &rollout_aggregate, timer->id, decision->arena, &rollout))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    go_on(decision, &rollout);
    return STATUS_OK;
}

const struct command advance_rollout_command = {
    .name = "advance_rollout",
    .doc = "Begins what is next of a rollout.",
    .input = &timer_shape,
    .decide = decide,
};
