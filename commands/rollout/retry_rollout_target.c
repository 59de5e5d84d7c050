/*
 * Try a target again that has failed: it is pending, in its old place, and the rollout goes on unless too many others
 * have failed.
 *
 *   api ──retry_rollout_target──► [here] ──rollout_retried──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct steer_rollout_target *order = input;
    struct rollout_retried retried = {order->order.id, order->target_id, OPT_FALSE};
    struct failed_target failed;
    enum status status = rollout_target_must_have_failed(decision, order, &failed, error);

    if (status != STATUS_OK)
        return status;
    retried.goes_on = opt_bool_of(failed.goes_on);
    decision_emit(decision, &rollout_retried_event, order->order.id, UUID_NONE, &retried);
    return STATUS_OK;
}

const struct command retry_rollout_target_command = {
    .name = "retry_rollout_target",
    .doc = "Tries a target of a rollout again that has failed.",
    .input = &steer_rollout_target_shape,
    .decide = decide,
};
