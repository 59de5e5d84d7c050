/*
 * An agent begins to run the task that it has claimed.
 *
 *   agent ──start_task──► [here] ──task_started──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

static const struct field start_task_fields[] = {
    {UUID(start_task, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(start_task, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {UUID(start_task, task_id), .tag = 3, .flags = REQUIRED | FROM_PATH | PATH_ECHO | EXACT,
     .doc = "Id of the task."},
    {TIMESTAMP(start_task, timestamp), .tag = 4,
     .doc = "Time the task began, by the agent's clock."},
    {OBJECTS(start_task, altered, alteration), .tag = 5, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
    {BOOL(start_task, is_pushed), .tag = 6, .flags = SERVER_SET,
     .doc = "Whether the agent was sent the task, and so claimed none."},
};
static const struct shape start_task_shape =
    SHAPE_WITH(start_task, "Task that was started.", .is_lenient = true, .altered_tag = 5);

/* A task that runs already is answered as it is: agents repeat themselves. */
static enum status
check(const struct decision *decision, const struct task_state_view *task, struct error *error)
{
    const char *id = decision_show(decision, task->id);

    if (task_has_ended(task))
        return decision_refuse(error, &refused_start_ended, id, task_status_name(task));
    if (task->status.is == TASK_QUEUED)
        return decision_refuse(error, &refused_start_queued, id);
    if (task->status.is == TASK_ACCEPTED && task->lease_until.us <= decision->now.us)
        return decision_refuse(error, &refused_start_lease, id);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct start_task *report = input;
    bool is_said = timestamp_is_present(report->timestamp);
    struct task_started started = {
        .task_id = report->task_id,
        .started_at = is_said ? report->timestamp : decision->now,
        .is_by_agent = opt_bool_of(is_said),
    };
    struct task_state_view task;
    enum status status = task_of_agent(
        decision, report->node_id, report->credential_digest, report->task_id, &task, error);

    if (status == STATUS_OK)
        task_take_pushed(decision, report->node_id, report->is_pushed, &task);
    if (status == STATUS_OK)
        status = check(decision, &task, error);
    if (status != STATUS_OK || task.status.is == TASK_RUNNING)
        return status;
    decision_emit(decision, &task_started_event, task.id, task.workspace_id, &started);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct start_task *report = input;

    (void)arena;
    task_load(decision, report->task_id, answer);
}

const struct command start_task_command = {
    .name = "start_task",
    .doc = "Reports that an agent started a task.",
    .input = &start_task_shape,
    .decide = decide,
    .answer = &task_state_view_shape,
    .answer_from = answer_from,
};
