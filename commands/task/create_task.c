/*
 * Create a task for a node; it waits until the node's agent claims it. The node need not be online.
 *
 *   api ──create_task──► [here] ──task_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/task.h"

static const struct field create_task_fields[] = {
    {UUID(create_task, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the node must belong to; any when absent."},
    {UUID(create_task, node_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the node that is to run the task."},
    {TEXT(create_task, type), .tag = 3, .flags = ONE_LINE | REQUIRED, .min = 2, .max = 120,
     .doc = "Type of the task, as the agent knows it."},
    {JSON(create_task, payload), .tag = 4,
     .doc = "Parameters of the task, for the agent; {} when absent."},
    {UUID(create_task, template_id), .tag = 5, .doc = "Template that the task is made from."},
};
static const struct shape create_task_shape = SHAPE(create_task, "Task to create.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_task *order = input;
    struct task_created created = {
        .node_id = order->node_id,
        .type = order->type,
        .payload = order->payload,
        .is_internal = OPT_FALSE,
    };
    struct node_lookup node;
    enum status status;

    if (!text_is_present(created.payload.text))
        created.payload.text = text_lit("{}");
    status = task_node_must_exist(decision, order->workspace_id, order->node_id, &node, error);
    if (status == STATUS_OK)
        status =
            task_work_must_be_possible(decision, &node, created.type, created.payload.text, error);
    if (status != STATUS_OK)
        return status;
    if (uuid_is_present(order->template_id))
        return decision_refuse(
            error, &refused_template_missing, decision_show(decision, order->template_id));
    task_emit_created(decision, &node, &created);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input;
    (void)arena;
    task_load(decision, decision->subject, answer);
}

const struct command create_task_command = {
    .name = "create_task",
    .doc = "Creates a task for a node.",
    .input = &create_task_shape,
    .decide = decide,
    .answer = &task_state_view_shape,
    .answer_from = answer_from,
};
