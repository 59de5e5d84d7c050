/*
 * Create the same task for several nodes: for all of them, in the order given, or for none. Or for those that a selector
 * matches, oldest first.
 *
 *   api ──create_task_batch──► [here] ──► task_order.c ──task_created, one a node (task_selection_run_created)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/task/task_lookup.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field create_task_batch_fields[] = {
    {UUID(create_task_batch, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the nodes must belong to; any when absent."},
    {LIST_OF(create_task_batch, node_ids, KIND_UUID), .tag = 2, .flags = UNIQUE | TRIM, .min = 1,
     .max = MOST_NODES_AT_ONCE,
     .doc = "Ids of the nodes that are to run the task: these, or one of the last two."},
    {TEXT(create_task_batch, type), .tag = 3, .flags = ONE_LINE | REQUIRED, .min = 2, .max = 120,
     .doc = "Type of the task, as the agents know it."},
    {JSON(create_task_batch, payload), .tag = 4,
     .doc = "Parameters of the task, for the agents; {} when absent."},
    {UUID(create_task_batch, template_id), .tag = 5,
     .doc = "Template that the tasks are made from."},
    {TEXT(create_task_batch, selector), .tag = 6, .flags = ONE_LINE | TRIM, .max = SELECTOR_LONGEST,
     .doc = "Condition on the labels of the nodes, but for those in maintenance."},
    {UUID(create_task_batch, selection_id), .tag = 7, .doc = "Selection of the nodes."},
};
static const struct shape create_task_batch_shape =
    SHAPE(create_task_batch, "Task to create for several nodes.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_task_batch *asked = input;
    const struct task_order order = {
        .workspace_id = asked->workspace_id,
        .node_ids = asked->node_ids,
        .selected = {asked->selector, asked->selection_id},
        .template_id = asked->template_id,
        .type = asked->type,
        .payload = asked->payload,
    };
    struct list task_ids;
    enum status status = STATUS_OK;

    if (uuid_is_present(order.workspace_id))
        status = workspace_must_be_writable(decision, order.workspace_id, error);
    if (status != STATUS_OK)
        return status;
    if (selection_is_named(order.selected) && order.node_ids.items != NULL)
        return decision_refuse(error, &refused_batch_targets);
    status = task_order_make(decision, &order, &task_ids, error);
    if (status == STATUS_OK)
        task_emit_run(decision, &order, task_ids);
    return status;
}

const struct command create_task_batch_command = {
    .name = "create_task_batch",
    .doc = "Creates the same task for several nodes, or for none.",
    .input = &create_task_batch_shape,
    .decide = decide,
};
