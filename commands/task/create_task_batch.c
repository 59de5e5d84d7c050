/*
 * Create the same task for several nodes: for all of them, in the order given, or for none.
 *
 *   api ──create_task_batch──► [here] ──► task_order.c ──task_created, one a node──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/task/task_lookup.h"

static const struct field create_task_batch_fields[] = {
    {UUID(create_task_batch, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the nodes must belong to; any when absent."},
    {LIST_OF(create_task_batch, node_ids, KIND_UUID), .tag = 2, .flags = REQUIRED | UNIQUE | TRIM,
     .min = 1, .max = MOST_NODES_AT_ONCE, .doc = "Ids of the nodes that are to run the task."},
    {TEXT(create_task_batch, type), .tag = 3, .flags = ONE_LINE | REQUIRED, .min = 2, .max = 120,
     .doc = "Type of the task, as the agents know it."},
    {JSON(create_task_batch, payload), .tag = 4,
     .doc = "Parameters of the task, for the agents; {} when absent."},
    {UUID(create_task_batch, template_id), .tag = 5,
     .doc = "Template that the tasks are made from."},
};
static const struct shape create_task_batch_shape =
    SHAPE(create_task_batch, "Task to create for several nodes.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_task_batch *order = input;
    struct list task_ids;

    return task_order_make(
        decision,
        &(const struct task_order){
            .workspace_id = order->workspace_id,
            .node_ids = order->node_ids,
            .template_id = order->template_id,
            .type = order->type,
            .payload = order->payload,
        },
        &task_ids, error);
}

const struct command create_task_batch_command = {
    .name = "create_task_batch",
    .doc = "Creates the same task for several nodes, or for none.",
    .input = &create_task_batch_shape,
    .decide = decide,
};
