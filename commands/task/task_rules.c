/*
 * Rules that several commands about tasks share.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/task.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_json.h"

const char *task_status_name(const struct task_state_view *task)
{
    return enum_name(task_status_names, task->status);
}

enum status task_of_agent(
    struct decision *decision,
    struct uuid node_id,
    struct bytes credential_digest,
    struct uuid task_id,
    struct task_state_view *out,
    struct error *error)
{
    struct node_lookup node;
    enum status status;

    if (!node_lookup_agent(decision, node_id, credential_digest, &node))
        return decision_refuse(error, &refused_agent_credentials);
    status = task_find(decision, task_id, out, error);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !uuid_equal(out->node_id, node_id)))
        return decision_refuse(
            error, &refused_task_not_of_node, decision_show(decision, task_id),
            decision_show(decision, node_id));
    if (status == STATUS_OK)
        task_follows(decision, out);
    return status;
}

void task_take_pushed(
    struct decision *decision,
    struct uuid node_id,
    struct opt_bool is_pushed,
    struct task_state_view *task)
{
    struct task_claimed claimed = {
        .task_id = task->id,
        .node_id = node_id,
        .lease_until = timestamp_plus_us(decision->now, decision->policy->claim_lease_us),
    };

    if (!opt_bool_is_true(is_pushed) || task->status.is != TASK_QUEUED)
        return;
    claimed.claim_token = decision_id(decision);
    decision_emit(decision, &task_claimed_event, task->id, task->workspace_id, &claimed);
    task->status.is = TASK_ACCEPTED;
    task->lease_until = claimed.lease_until;
}

enum status task_node_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid node_id,
    struct node_lookup *out,
    struct error *error)
{
    if (!node_lookup(decision, node_id, out) ||
        (uuid_is_present(workspace_id) && !uuid_equal(workspace_id, out->workspace_id)))
        return decision_refuse(error, &refused_task_node_missing, decision_show(decision, node_id));
    return STATUS_OK;
}

enum status task_work_must_be_possible(
    const struct decision *decision,
    const struct node_lookup *node,
    struct text type,
    struct text payload,
    struct error *error)
{
    enum status status = workspace_must_be_writable(decision, node->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (node->is_in_maintenance)
        return decision_refuse(
            error, &refused_node_in_maintenance, text_c(decision->arena, node->hostname));
    return task_root_must_be_allowed(decision, node, type, payload, error);
}

void task_emit_created(
    struct decision *decision, const struct node_lookup *node, struct task_created *created)
{
    created->task_id = decision_id(decision);
    created->workspace_id = node->workspace_id;
    if (!uuid_is_present(created->template_id))
        created->template_version = INT64_ABSENT;
    decision_emit(decision, &task_created_event, created->task_id, created->workspace_id, created);
}

enum status task_order_must_fit(size_t nodes, struct text payload, struct error *error)
{
    if (nodes > MOST_NODES_AT_ONCE || payload.size * nodes > MOST_PAYLOAD_AT_ONCE)
        return decision_refuse(error, &refused_order_too_large);
    return STATUS_OK;
}

struct json
task_payload(const struct decision *decision, const struct shape *shape, const void *value)
{
    AUTO_BUF out = {0};

    buf_init(&out, MOST_PAYLOAD_AT_ONCE);
    shape_json_write(shape, value, &out);
    must(!buf_is_full(&out));
    return (struct json){text_copy(decision->arena, buf_text(&out))};
}
