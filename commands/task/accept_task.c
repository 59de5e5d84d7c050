/*
 * An agent says that it has the task. The claim said so already: this only confirms, and tells an
 * agent whose lease ended that it has to claim again. A task that was sent to it is claimed by this.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

static const struct field accept_task_fields[] = {
    {UUID(accept_task, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(accept_task, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {UUID(accept_task, task_id), .tag = 3, .flags = REQUIRED | FROM_PATH | PATH_ECHO | EXACT,
     .doc = "Id of the task."},
    {TIMESTAMP(accept_task, timestamp), .tag = 4, .doc = "Time by the agent's clock; not used."},
    {OBJECTS(accept_task, altered, alteration), .tag = 5, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
    {BOOL(accept_task, is_pushed), .tag = 6, .flags = SERVER_SET,
     .doc = "Whether the agent was sent the task, and so claimed none."},
};
static const struct shape accept_task_shape =
    SHAPE_WITH(accept_task, "Claimed task that arrived.", .is_lenient = true, .altered_tag = 5);

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct accept_task *report = input;
    struct task_state_view task;
    enum status status = task_of_agent(
        decision, report->node_id, report->credential_digest, report->task_id, &task, error);

    if (status == STATUS_OK)
        task_take_pushed(decision, report->node_id, report->is_pushed, &task);
    if (status == STATUS_OK && task.status.is == TASK_QUEUED)
        status = decision_refuse(error, &refused_accept_queued, decision_show(decision, task.id));
    return status;
}

const struct command accept_task_command = {
    .name = "accept_task",
    .doc = "Confirms that a claimed task arrived at its agent.",
    .input = &accept_task_shape,
    .decide = decide,
};
