/*
 * Leave targets of a rolling run out that are still pending.
 *
 *   api ──skip_rolling_targets──► [here] ──rolling_run_skipped──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

static const struct field skip_rolling_targets_fields[] = {
    {LIST_OF(skip_rolling_targets, target_ids, KIND_UUID), .tag = 4, .flags = REQUIRED | UNIQUE,
     .min = 1, .max = 1000, .doc = "Ids of targets to leave out."},
};
static const struct shape skip_rolling_targets_shape = SHAPE_WITH(
    skip_rolling_targets,
    "Targets of a rolling run to leave out.",
    .base = &steer_rolling_run_shape);

static const struct rolling_steering skipping = {
    1U << ROLLING_RUNNING | 1U << ROLLING_PAUSING | 1U << ROLLING_STOPPED, "told to skip targets"};

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct skip_rolling_targets *asked = input;
    const struct chosen_targets chosen = {
        asked->target_ids, LINK_ROLLING_PENDING, &refused_rolling_not_pending};
    struct rolling_run_skipped skipped = {
        .run_id = asked->order.id, .reason = rolling_reason(&asked->order)};
    struct rolling_run run;
    enum status status = rolling_must_be(decision, &asked->order, &skipping, &run, error);

    if (status == STATUS_OK)
        status = rolling_choose(decision, run.id, &chosen, &skipped.target_ids, error);
    if (status == STATUS_OK)
        decision_emit(decision, &rolling_run_skipped_event, run.id, run.workspace_id, &skipped);
    return status;
}

const struct command skip_rolling_targets_command = {
    .name = "skip_rolling_targets",
    .doc = "Leaves pending targets of a rolling run out.",
    .input = &skip_rolling_targets_shape,
    .decide = decide,
};
