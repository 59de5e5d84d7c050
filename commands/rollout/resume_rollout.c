/*
 * Go on with a rollout that was paused, where no failure is left that keeps it so.
 *
 *   api ──resume_rollout──► [here] ──rollout_resumed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct steer_rollout *order = input;
    const struct rollout_resumed resumed = {order->id};
    struct rollout rollout;
    enum status status = rollout_must_exist(decision, order->id, &rollout, error);

    if (status != STATUS_OK)
        return status;
    if (rollout.status.is != ROLLOUT_PAUSED)
        return decision_refuse(error, &refused_rollout_resume);
    if (rollout.failed > rollout.most_failures)
        return decision_refuse(error, &refused_rollout_failed_left);
    decision_emit(decision, &rollout_resumed_event, rollout.id, UUID_NONE, &resumed);
    return STATUS_OK;
}

const struct command resume_rollout_command = {
    .name = "resume_rollout",
    .doc = "Goes on with a rollout that was paused.",
    .input = &steer_rollout_shape,
    .decide = decide,
};
