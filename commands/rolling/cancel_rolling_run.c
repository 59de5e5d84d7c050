/*
 * Cancel a rolling run, for good: nothing of it is begun any more, tasks that wait are cancelled, and those that run are
 * asked to stop.
 *
 *   api ──cancel_rolling_run──► [here] ──rolling_run_cancelled, task_cancelled*, task_cancel_requested*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

static const struct rolling_steering cancelling = {
    1U << ROLLING_RUNNING | 1U << ROLLING_PAUSING | 1U << ROLLING_STOPPED, "cancelled"};

/* No more than a wave has. */
static void stop_tasks(struct decision *decision, const struct rolling_run *run)
{
    struct uuid target_id = UUID_NONE;
    struct rolling_target target;

    while (model_next_link(
        decision->model, LINK_ROLLING_ACTIVE, run->id, target_id, &target_id, NULL)) {
        if (model_load(
                decision->model, &rolling_target_aggregate, target_id, decision->arena, &target))
            task_emit_stop(decision, target.task_id, text_lit("Its rolling run was cancelled."));
    }
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct steer_rolling_run *order = input;
    struct rolling_run run;
    enum status status = rolling_must_be(decision, order, &cancelling, &run, error);

    if (status != STATUS_OK)
        return status;
    rolling_emit_cancelled(decision, &run, ROLLING_CANCELLED_ON_REQUEST, rolling_reason(order));
    stop_tasks(decision, &run);
    return STATUS_OK;
}

const struct command cancel_rolling_run_command = {
    .name = "cancel_rolling_run",
    .doc = "Cancels a rolling run and its tasks.",
    .input = &steer_rolling_run_shape,
    .decide = decide,
};
