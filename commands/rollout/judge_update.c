/*
 * The clock looks at a target of a rollout: the version was seen, its task has ended without success, or nothing was
 * heard for too long. In this order: an update that has succeeded is no failure, whatever else was said.
 *
 *   automation ──judge_update──► [here] ──(rollout_confirmed | rollout_failed), task_completed?──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"
#include "eventlog/events/task_events.h"

static struct update_end end_by_task(const struct decision *decision, const struct update *update)
{
    return (struct update_end){
        .cause = UPDATE_FAILURE_TASK,
        .message = text_format(
            decision->arena,
            "%.*s update task %s %s before detached updater progress was received.",
            TEXT_ARGS(update->shown.node_name_snapshot),
            decision_show(decision, update->shown.task_id),
            enum_name(task_status_names, update->task_status)),
    };
}

static struct update_end
end_by_silence(const struct decision *decision, const struct update *update)
{
    return (struct update_end){
        .cause = UPDATE_FAILURE_SILENCE,
        .message = text_format(
            decision->arena, "%.*s timed out while waiting for %.*s.",
            TEXT_ARGS(update->shown.node_name_snapshot),
            TEXT_ARGS(update_status_words(decision->arena, update->shown.status))),
    };
}

static void judge(struct decision *decision, struct rollout *rollout, const struct update *update)
{
    struct update_end end;

    if (timestamp_is_present(update->seen_at)) {
        rollout_emit_confirmed(decision, rollout, update);
        return;
    }
    end = timestamp_is_present(update->task_ended_at) ? end_by_task(decision, update)
                                                      : end_by_silence(decision, update);
    rollout_emit_failed(decision, rollout, update, &end);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct rollout rollout;
    struct update update;

    (void)error;
    if (!model_has_timer(decision->model, timer) ||
        !model_load(decision->model, &update_aggregate, timer->id, decision->arena, &update) ||
        !model_load(
            decision->model, &rollout_aggregate, update.shown.rollout_id, decision->arena,
            &rollout))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    judge(decision, &rollout, &update);
    return STATUS_OK;
}

const struct command judge_update_command = {
    .name = "judge_update",
    .doc = "Says what has become of a target of a rollout.",
    .input = &timer_shape,
    .decide = decide,
};
