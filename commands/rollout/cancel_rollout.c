/*
 * Cancel a rollout, for good: nothing of it is begun any more, and tasks that have not ended are stopped.
 *
 *   api ──cancel_rollout──► [here] ──rollout_cancelled, (task_cancelled | task_cancel_requested)*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"
#include "commands/task/task_lookup.h"

/* Those that are linked so, into `out`; returns how many. */
static size_t
linked(const struct decision *decision, uint16_t kind, struct uuid rollout_id, struct uuid *out)
{
    struct uuid target_id = UUID_NONE;
    size_t count = 0;

    while (model_next_link(decision->model, kind, rollout_id, target_id, &target_id, NULL))
        out[count++] = target_id;
    return count;
}

/* Those that are not over, in the decision's arena. */
static struct list open_targets(const struct decision *decision, const struct rollout *rollout)
{
    struct uuid *ids = arena_array(decision->arena, (size_t)rollout->targets, sizeof(*ids));
    size_t pending = linked(decision, LINK_ROLLOUT_PENDING, rollout->id, ids);
    size_t active = linked(decision, LINK_ROLLOUT_ACTIVE, rollout->id, ids + pending);

    return (struct list){ids, pending + active};
}

static void stop_tasks(struct decision *decision, struct uuid rollout_id)
{
    struct uuid target_id = UUID_NONE;
    struct update update;

    while (model_next_link(
        decision->model, LINK_ROLLOUT_ACTIVE, rollout_id, target_id, &target_id, NULL)) {
        if (model_load(decision->model, &update_aggregate, target_id, decision->arena, &update))
            task_emit_stop(
                decision, update.shown.task_id, text_lit("Rollout cancelled by operator."));
    }
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct steer_rollout *order = input;
    struct rollout_cancelled cancelled = {.rollout_id = order->id};
    struct rollout rollout;
    enum status status = rollout_must_exist(decision, order->id, &rollout, error);

    if (status != STATUS_OK)
        return status;
    if (rollout.status.is == ROLLOUT_COMPLETED || rollout.status.is == ROLLOUT_CANCELLED)
        return decision_refuse(error, &refused_rollout_over);
    cancelled.target_ids = open_targets(decision, &rollout);
    decision_emit(decision, &rollout_cancelled_event, rollout.id, UUID_NONE, &cancelled);
    stop_tasks(decision, rollout.id);
    return STATUS_OK;
}

const struct command cancel_rollout_command = {
    .name = "cancel_rollout",
    .doc = "Cancels a rollout and the tasks of its targets.",
    .input = &steer_rollout_shape,
    .decide = decide,
};
