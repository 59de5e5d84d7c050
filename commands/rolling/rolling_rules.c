/*
 * What commands about rolling runs have in common, and what other areas have done to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"
#include "commands/rolling/rolling_lookup.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field steer_rolling_run_fields[] = {
    {UUID(steer_rolling_run, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that it must belong to."},
    {UUID(steer_rolling_run, id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the rolling run."},
    {TEXT(steer_rolling_run, reason), .tag = 3, .flags = MANY_LINES | TRIM,
     .max = ROLLING_LONGEST_REASON, .doc = "Reason, for the record."},
};
const struct shape steer_rolling_run_shape =
    SHAPE(steer_rolling_run, "Rolling run that something is done with, and why.");

enum status rolling_must_be(
    const struct decision *decision,
    const struct steer_rolling_run *order,
    const struct rolling_steering *steering,
    struct rolling_run *out,
    struct error *error)
{
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!model_load(decision->model, &rolling_run_aggregate, order->id, decision->arena, out) ||
        !uuid_equal(order->workspace_id, out->workspace_id))
        return decision_refuse(error, &refused_rolling_missing, decision_show(decision, order->id));
    if ((steering->statuses >> out->status.is & 1) == 0)
        return decision_refuse(
            error, &refused_rolling_status, enum_name(rolling_status_names, out->status),
            steering->what);
    return STATUS_OK;
}

void rolling_count_end(struct rolling_run *run, const struct rolling_target_ended *ended)
{
    bool is_failure = ended->status.is == TARGET_FAILED;
    bool is_unreached = ended->status.is == TARGET_NOT_REACHED;

    run->succeeded += ended->status.is == TARGET_SUCCEEDED;
    run->failed += is_failure;
    run->not_reached += is_unreached;
    run->skipped += ended->status.is == TARGET_SKIPPED;
    run->failures += is_failure || (is_unreached && opt_bool_is_true(run->is_canary));
}

static struct list all_linked(const struct decision *decision, struct uuid run_id, uint16_t kind)
{
    struct uuid *ids = arena_array(decision->arena, ROLLING_MOST_TARGETS, sizeof(*ids));
    struct uuid target_id = UUID_NONE;
    struct list list = {ids, 0};

    while (list.count < ROLLING_MOST_TARGETS &&
           model_next_link(decision->model, kind, run_id, target_id, &target_id, NULL))
        ids[list.count++] = target_id;
    return list;
}

enum status rolling_choose(
    const struct decision *decision,
    struct uuid run_id,
    const struct chosen_targets *chosen,
    struct list *out_ids,
    struct error *error)
{
    const struct uuid *ids = chosen->ids.items;

    *out_ids = chosen->ids;
    if (ids == NULL)
        *out_ids = all_linked(decision, run_id, chosen->kind);
    for (size_t i = 0; ids != NULL && i < chosen->ids.count; i++) {
        if (model_linked(decision->model, chosen->kind, run_id, ids[i], NULL))
            continue;
        return decision_refuse(
            error,
            target_number_of(run_id, ids[i]) < 0 ? &refused_rolling_target_missing
                                                 : chosen->refusal,
            decision_show(decision, ids[i]));
    }
    return STATUS_OK;
}

/* The next one of a link. False after the last. */
static bool
next(const struct decision *decision, uint16_t kind, struct uuid from, struct rolling_run *run)
{
    struct uuid id = run->id;

    return model_next_link(decision->model, kind, from, id, &id, NULL) &&
           model_load(decision->model, &rolling_run_aggregate, id, decision->arena, run);
}

bool rolling_user_has_runs(const struct decision *decision, struct uuid user_id)
{
    return model_count_links(decision->model, LINK_OWNER_ROLLING, user_id, 0) > 0;
}

uint64_t
rolling_count_of_workspace(const struct decision *decision, struct uuid workspace_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_WORKSPACE_ROLLING, workspace_id, most);
}

void rolling_emit_cancelled(
    struct decision *decision,
    const struct rolling_run *run,
    enum rolling_cancellation cause,
    struct text reason)
{
    const struct rolling_run_cancelled cancelled = {
        .run_id = run->id,
        .target_ids = all_linked(decision, run->id, LINK_ROLLING_PENDING),
        .cause = {(int64_t)cause},
        .reason = reason,
    };

    decision_emit(decision, &rolling_run_cancelled_event, run->id, run->workspace_id, &cancelled);
}

void rolling_emit_workspace_deleted(struct decision *decision, struct uuid workspace_id)
{
    struct rolling_run run = {.id = UUID_NONE};

    while (next(decision, LINK_WORKSPACE_ROLLING, workspace_id, &run))
        rolling_emit_cancelled(
            decision, &run, ROLLING_CANCELLED_WORKSPACE_DELETED, (struct text){NULL, 0});
}

void rolling_emit_owner_left(
    struct decision *decision, struct uuid user_id, struct uuid workspace_id)
{
    struct rolling_run run = {.id = UUID_NONE};

    while (next(decision, LINK_OWNER_ROLLING, user_id, &run)) {
        const struct rolling_run_stopped stopped = {
            .run_id = run.id, .cause = {STOPPED_OWNER_LEFT}};
        bool is_there =
            !uuid_is_present(workspace_id) || uuid_equal(run.workspace_id, workspace_id);
        if (is_there && run.status.is != ROLLING_STOPPED)
            decision_emit(decision, &rolling_run_stopped_event, run.id, run.workspace_id, &stopped);
    }
}
