/*
 * Question of an agent that runs a task: does somebody want it stopped?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

static const struct field query_control_fields[] = {
    {UUID(query_control, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(query_control, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {UUID(query_control, task_id), .tag = 3, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the task."},
};
static const struct shape query_control_shape = SHAPE(query_control, "Task to look up.");

static const struct field control_answer_fields[] = {
    {UUID(control_answer, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {ENUM(control_answer, status, task_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the task."},
    {BOOL(control_answer, cancel_requested), .tag = 3, .flags = REQUIRED,
     .doc = "Whether the running task is to be stopped."},
    {TIMESTAMP(control_answer, cancel_requested_at), .tag = 4, .doc = "Time it was asked to stop."},
    {INT64(control_answer, cancelled_size), .tag = 5,
     .doc = "Ledger size at which the reason was recorded."},
};
static const struct shape control_answer_shape =
    SHAPE(control_answer, "Whether a task is to be stopped.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct query_control *question = input;
    struct task_state_view task;

    return task_of_agent(
        decision, question->node_id, question->credential_digest, question->task_id, &task, error);
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_control *question = input;
    struct control_answer *control = answer;
    struct task_state_view task;

    (void)arena;
    if (!task_load(decision, question->task_id, &task))
        return;
    control->task_id = task.id;
    control->status = task.status;
    control->cancel_requested = opt_bool_of(
        task.status.is == TASK_RUNNING && timestamp_is_present(task.cancel_requested_at));
    control->cancel_requested_at = task.cancel_requested_at;
    control->cancelled_size = task.cancelled_size;
}

const struct command query_control_command = {
    .name = "query_control",
    .doc = "Looks up whether a task is to be stopped.",
    .input = &query_control_shape,
    .decide = decide,
    .answer = &control_answer_shape,
    .answer_from = answer_from,
    .is_question = true,
};
