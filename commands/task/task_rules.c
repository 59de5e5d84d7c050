/*
 * Rules that several commands about tasks share.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_facts.h"
#include "commands/task/task.h"

bool task_has_ended(const struct task_state_view *task)
{
    return task->status.is == TASK_SUCCESS || task->status.is == TASK_FAILED ||
           task->status.is == TASK_CANCELLED;
}

const char *task_status_name(const struct task_state_view *task)
{
    return choice_name(task_status_names, task->status);
}

enum status task_of_agent(
    const struct decision *decision,
    struct uuid node_id,
    struct bytes credential_digest,
    struct uuid task_id,
    struct task_state_view *out,
    struct fault *fault)
{
    if (!node_credential_fits(decision, node_id, credential_digest))
        return refuse(fault, &refused_agent_credentials);
    if (!task_load(decision, task_id, out) || !uuid_equal(out->node_id, node_id))
        return refuse(
            fault, &refused_task_not_of_node, decision_show(decision, task_id),
            decision_show(decision, node_id));
    return STATUS_OK;
}
