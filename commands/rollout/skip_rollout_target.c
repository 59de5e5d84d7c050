/*
 * Leave a target out that has failed: the rollout goes on without it, unless too many others have failed.
 *
 *   api ──skip_rollout_target──► [here] ──rollout_skipped──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct steer_rollout_target *order = input;
    struct rollout_skipped skipped = {order->order.id, order->target_id, OPT_FALSE};
    struct failed_target failed;
    enum status status = rollout_target_must_have_failed(decision, order, &failed, error);

    if (status != STATUS_OK)
        return status;
    skipped.goes_on = opt_bool_of(failed.goes_on);
    decision_emit(decision, &rollout_skipped_event, order->order.id, UUID_NONE, &skipped);
    return STATUS_OK;
}

const struct command skip_rollout_target_command = {
    .name = "skip_rollout_target",
    .doc = "Leaves a target of a rollout out that has failed.",
    .input = &steer_rollout_target_shape,
    .decide = decide,
};
