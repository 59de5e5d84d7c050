/*
 * Create a task for a node; it waits until the node's agent claims it. The node need not be online.
 *
 *   api ──create_task──► [here] ──► task_order.c ──task_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/task/task_lookup.h"

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
    struct list task_ids;

    return task_order_make(
        decision,
        &(const struct task_order){
            .workspace_id = order->workspace_id,
            .node_ids = {&order->node_id, 1},
            .template_id = order->template_id,
            .type = order->type,
            .payload = order->payload,
        },
        &task_ids, error);
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
