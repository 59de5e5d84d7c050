/*
 * Try again what has failed or was not reached, and nothing else: all of it, and then the run goes on; or some targets,
 * which are pending again with the others, however the run stands.
 *
 *   api ──retry_rolling_run──► [here] ──rolling_run_retried──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

static const struct field retry_rolling_run_fields[] = {
    {LIST_OF(retry_rolling_run, target_ids, KIND_UUID), .tag = 4, .flags = UNIQUE, .min = 1,
     .max = 1000, .doc = "Ids of targets to try again; without them, all, and the run goes on."},
};
static const struct shape retry_rolling_run_shape = SHAPE_WITH(
    retry_rolling_run,
    "Rolling run whose targets are tried again.",
    .base = &steer_rolling_run_shape);

static const struct rolling_steering retrying = {
    1U << ROLLING_RUNNING | 1U << ROLLING_PAUSING | 1U << ROLLING_STOPPED | 1U << ROLLING_COMPLETED,
    "retried"};

static int64_t count_failed(const struct decision *decision, struct uuid run_id, struct list ids)
{
    const struct uuid *items = ids.items;
    int64_t failed = 0;

    for (size_t i = 0; i < ids.count; i++) {
        uint64_t value = 0;
        model_linked(decision->model, LINK_ROLLING_RETRYABLE, run_id, items[i], &value);
        failed += rolling_end_of(items[i], value).status.is == TARGET_FAILED;
    }
    return failed;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct retry_rolling_run *asked = input;
    const struct chosen_targets chosen = {
        asked->target_ids, LINK_ROLLING_RETRYABLE, &refused_rolling_not_retryable};
    struct rolling_run_retried retried = {
        .run_id = asked->order.id, .reason = rolling_reason(&asked->order)};
    struct rolling_run run;
    enum status status = rolling_must_be(decision, &asked->order, &retrying, &run, error);

    if (status == STATUS_OK)
        status = rolling_choose(decision, run.id, &chosen, &retried.target_ids, error);
    if (status != STATUS_OK)
        return status;
    if (retried.target_ids.count == 0)
        return decision_refuse(error, &refused_rolling_nothing_to_retry);
    retried.goes_on = opt_bool_of(chosen.ids.items == NULL || run.status.is == ROLLING_COMPLETED);
    retried.failed = count_failed(decision, run.id, retried.target_ids);
    decision_emit(decision, &rolling_run_retried_event, run.id, run.workspace_id, &retried);
    return STATUS_OK;
}

const struct command retry_rolling_run_command = {
    .name = "retry_rolling_run",
    .doc = "Tries targets of a rolling run again that have failed or were not reached.",
    .input = &retry_rolling_run_shape,
    .decide = decide,
};
