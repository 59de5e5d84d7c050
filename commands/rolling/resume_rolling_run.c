/*
 * Go on with a rolling run that was stopped: with the rest of its targets, and with as many failures allowed again.
 *
 *   api ──resume_rolling_run──► [here] ──rolling_run_resumed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

static const struct rolling_steering resuming = {1U << ROLLING_STOPPED, "resumed"};

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct steer_rolling_run *order = input;
    const struct rolling_run_resumed resumed = {order->id, rolling_reason(order)};
    struct rolling_run run;
    enum status status = rolling_must_be(decision, order, &resuming, &run, error);

    if (status == STATUS_OK)
        decision_emit(decision, &rolling_run_resumed_event, run.id, run.workspace_id, &resumed);
    return status;
}

const struct command resume_rolling_run_command = {
    .name = "resume_rolling_run",
    .doc = "Goes on with a rolling run that was stopped.",
    .input = &steer_rolling_run_shape,
    .decide = decide,
};
