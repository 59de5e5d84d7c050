/*
 * Stop a rolling run: no wave begins until it is resumed; tasks that were made go on, and are counted.
 *
 *   api ──stop_rolling_run──► [here] ──rolling_run_stopped──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

static const struct rolling_steering stopping = {
    1U << ROLLING_RUNNING | 1U << ROLLING_PAUSING, "stopped"};

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct steer_rolling_run *order = input;
    const struct rolling_run_stopped stopped = {
        order->id, {STOPPED_ON_REQUEST}, rolling_reason(order)};
    struct rolling_run run;
    enum status status = rolling_must_be(decision, order, &stopping, &run, error);

    if (status == STATUS_OK)
        decision_emit(decision, &rolling_run_stopped_event, run.id, run.workspace_id, &stopped);
    return status;
}

const struct command stop_rolling_run_command = {
    .name = "stop_rolling_run",
    .doc = "Stops a rolling run: no wave begins until it is resumed.",
    .input = &steer_rolling_run_shape,
    .decide = decide,
};
