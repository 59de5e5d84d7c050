/*
 * What commands about rollouts have in common.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"
#include "commands/task/task_lookup.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field steer_rollout_fields[] = {
    {UUID(steer_rollout, id), .tag = 1, .flags = REQUIRED | FROM_PATH, .doc = "Id of the rollout."},
};
const struct shape steer_rollout_shape =
    SHAPE(steer_rollout, "Rollout that something is done with.");

static const struct field steer_rollout_target_fields[] = {
    {UUID(steer_rollout_target, target_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the target."},
};
const struct shape steer_rollout_target_shape = SHAPE_WITH(
    steer_rollout_target,
    "Target of a rollout that something is done with.",
    .base = &steer_rollout_shape);

enum status rollout_must_exist(
    const struct decision *decision, struct uuid id, struct rollout *out, struct error *error)
{
    if (!model_load(decision->model, &rollout_aggregate, id, decision->arena, out))
        return decision_refuse(error, &refused_rollout_missing, decision_show(decision, id));
    return STATUS_OK;
}

/* Would it go on if one less had failed? */
static bool goes_on_without_one(const struct rollout *rollout)
{
    return rollout->failed - 1 <= rollout->most_failures;
}

enum status rollout_target_must_have_failed(
    const struct decision *decision,
    const struct steer_rollout_target *order,
    struct failed_target *out,
    struct error *error)
{
    enum status status = rollout_must_exist(decision, order->order.id, &out->rollout, error);

    if (status != STATUS_OK)
        return status;
    if (out->rollout.status.is != ROLLOUT_PAUSED)
        return decision_refuse(error, &refused_rollout_not_paused);
    if (!model_load(
            decision->model, &update_aggregate, order->target_id, decision->arena, &out->update))
        return decision_refuse(
            error, &refused_rollout_target_missing, decision_show(decision, order->target_id));
    if (!uuid_equal(out->update.shown.rollout_id, order->order.id))
        return decision_refuse(error, &refused_rollout_target_elsewhere);
    if (out->update.shown.status.is != UPDATE_FAILED)
        return decision_refuse(error, &refused_rollout_target_not_failed);
    out->goes_on = goes_on_without_one(&out->rollout);
    return STATUS_OK;
}

static bool has_artifact_for(const struct list *artifacts, struct text arch)
{
    const struct rollout_artifact *items = artifacts->items;

    for (size_t i = 0; i < artifacts->count; i++) {
        if (text_equal(items[i].arch, arch))
            return true;
    }
    return artifacts->items == NULL;
}

static enum status machine_must_fit(
    const struct decision *decision,
    const struct node_lookup *node,
    const struct wanted_release *release,
    struct error *error)
{
    const char *hostname = text_c(decision->arena, node->hostname);

    if (!node->is_online)
        return decision_refuse(error, &refused_rollout_node_offline, hostname);
    if (node->is_in_maintenance)
        return decision_refuse(error, &refused_rollout_node_maintenance, hostname);
    if (!has_artifact_for(&release->artifacts, node->arch))
        return decision_refuse(
            error, &refused_rollout_node_arch, hostname, text_c(decision->arena, node->arch));
    if (text_equal(node->agent_version, release->version))
        return decision_refuse(
            error, &refused_rollout_node_version, hostname,
            text_c(decision->arena, release->version));
    return STATUS_OK;
}

enum status rollout_node_must_fit(
    const struct decision *decision,
    struct uuid node_id,
    const struct wanted_release *release,
    struct node_lookup *out,
    struct error *error)
{
    enum status status;

    if (!node_lookup(decision, node_id, out))
        return decision_refuse(
            error, &refused_rollout_node_missing, decision_show(decision, node_id));
    status = workspace_must_be_writable(decision, out->workspace_id, error);
    return status == STATUS_OK ? machine_must_fit(decision, out, release, error) : status;
}

bool rollout_is_seen(const struct node_lookup *node, struct text version)
{
    return node->is_online && text_equal(node->agent_version, version);
}

static void leave(struct rollout *rollout, const struct rollout_target *target)
{
    if (target->status.is == UPDATE_PENDING)
        rollout->pending--;
    else
        rollout->active--;
}

static void end_task(
    struct decision *decision,
    const struct rollout_target *target,
    enum task_status status,
    struct text detail)
{
    const struct known_outcome outcome = {
        {(int64_t)status}, text_lit("agent-update-rollout-monitor"), detail};

    if (uuid_is_present(target->task_id))
        task_emit_known(decision, target->task_id, &outcome);
}

void rollout_emit_confirmed(
    struct decision *decision, struct rollout *rollout, const struct update *update)
{
    const struct rollout_target *target = &update->shown;
    const struct rollout_confirmed confirmed = {rollout->id, target->id, target->node_id};

    decision_emit(
        decision, &rollout_confirmed_event, rollout->id, target->workspace_id, &confirmed);
    end_task(
        decision, target, TASK_SUCCESS,
        text_format(
            decision->arena, "Agent reconnect confirmed %.*s.", TEXT_ARGS(target->target_version)));
    leave(rollout, target);
}

void rollout_emit_failed(
    struct decision *decision,
    struct rollout *rollout,
    const struct update *update,
    const struct update_end *end)
{
    const struct rollout_target *target = &update->shown;
    bool pauses = rollout->status.is != ROLLOUT_PAUSED && rollout->failed >= rollout->most_failures;
    const struct rollout_failed failed = {
        .rollout_id = rollout->id,
        .target_id = target->id,
        .node_id = target->node_id,
        .cause = {(int64_t)end->cause},
        .message = text_first_bytes(end->message, ROLLOUT_LONGEST_MESSAGE),
        .pauses = opt_bool_of(pauses),
        .altered = end->altered,
    };

    decision_emit(decision, &rollout_failed_event, rollout->id, target->workspace_id, &failed);
    end_task(decision, target, TASK_FAILED, failed.message);
    leave(rollout, target);
    rollout->failed++;
    if (pauses)
        rollout->status.is = ROLLOUT_PAUSED;
}
