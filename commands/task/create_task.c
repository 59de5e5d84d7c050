/*
 * Create a task for a node; it waits until the node's agent claims it. The node need not be online.
 *
 *   api ──create_task──► [here] ──task_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_facts.h"
#include "commands/task/task.h"
#include "commands/workspace/workspace_facts.h"

static const struct field create_task_fields[] = {
    {UUID(create_task, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Where the node must belong; absent: anywhere."},
    {UUID(create_task, node_id), .tag = 2, .flags = REQUIRED, .doc = "The node to run it."},
    {TEXT(create_task, type), .tag = 3, .flags = REQUIRED, .min = 2, .max = 120,
     .doc = "Kind of work, as the agent knows it."},
    {JSON(create_task, payload), .tag = 4, .doc = "What the agent needs; absent: {}."},
    {UUID(create_task, template_id), .tag = 5, .doc = "Template that it was made from."},
};
static const struct shape create_task_shape = SHAPE(create_task, "Create a task for a node.");

static enum status check(
    const struct decision *decision,
    const struct create_task *order,
    struct text payload,
    struct node_facts *out_node,
    struct fault *fault)
{
    enum status status;

    if (!node_facts(decision, order->node_id, out_node) ||
        (uuid_is_present(order->workspace_id) &&
         !uuid_equal(order->workspace_id, out_node->workspace_id)))
        return refuse(fault, &refused_task_node_missing, decision_show(decision, order->node_id));
    status = workspace_must_be_writable(decision, out_node->workspace_id, fault);
    if (status != STATUS_OK)
        return status;
    if (out_node->is_in_maintenance)
        return refuse(
            fault, &refused_node_in_maintenance, text_c(decision->arena, out_node->hostname));
    status = task_root_must_be_allowed(decision, out_node, order->type, payload, fault);
    if (status == STATUS_OK && uuid_is_present(order->template_id))
        status =
            refuse(fault, &refused_template_missing, decision_show(decision, order->template_id));
    return status;
}

static enum status decide(struct decision *decision, const void *input, struct fault *fault)
{
    const struct create_task *order = input;
    struct task_created created = {
        .node_id = order->node_id,
        .type = order->type,
        .payload = order->payload,
        .is_internal = FLAG_NO,
    };
    struct node_facts node;
    enum status status;

    if (!text_is_present(created.payload.text))
        created.payload.text = text_lit("{}");
    status = check(decision, order, created.payload.text, &node, fault);
    if (status != STATUS_OK)
        return status;
    created.task_id = decision_id(decision);
    created.workspace_id = node.workspace_id;
    emit(decision, &task_created_event, created.task_id, created.workspace_id, &created);
    return STATUS_OK;
}

const struct command create_task_command = {
    .name = "create_task",
    .doc = "Create a task for a node.",
    .input = &create_task_shape,
    .decide = decide,
};
