/*
 * Order the release that lies ready to run in place of the program that runs.
 *
 *   api ──request_upgrade_apply──► [here] ──upgrade_apply_requested──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout_lookup.h"
#include "commands/upgrade/upgrade.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct upgrade_order *order = input;
    struct upgrade_apply_requested requested = {upgrade_ready(decision)};
    struct text rollout = rollout_open_version(decision);
    enum status status = upgrade_must_be_possible(decision, order, error);

    if (status != STATUS_OK)
        return status;
    if (!text_is_present(requested.is.version))
        return decision_refuse(error, &refused_upgrade_not_ready);
    if (text_equal(requested.is.release_id, order->own_release_id))
        return decision_refuse(
            error, &refused_upgrade_runs, text_c(decision->arena, requested.is.version));
    if (text_is_present(rollout))
        return decision_refuse(error, &refused_upgrade_rollout, text_c(decision->arena, rollout));
    requested.is.upgrade_id = decision_id(decision);
    decision_emit(
        decision, &upgrade_apply_requested_event, requested.is.upgrade_id, UUID_NONE, &requested);
    return STATUS_OK;
}

const struct command request_upgrade_apply_command = {
    .name = "request_upgrade_apply",
    .doc = "Orders the release that lies ready to run in place of this program.",
    .input = &upgrade_order_shape,
    .decide = decide,
};
