/*
 * Create the same task for several nodes: for all of them, in the order given, or for none.
 *
 *   api ──create_task_batch──► [here] ──task_created, one a node──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/task.h"

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

/* An unknown node is told before anything that is wrong with the others. */
static enum status find_nodes(
    const struct decision *decision,
    const struct create_task_batch *order,
    struct node_lookup *out,
    struct error *error)
{
    const struct uuid *ids = order->node_ids.items;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < order->node_ids.count; i++)
        status = task_node_must_exist(decision, order->workspace_id, ids[i], &out[i], error);
    return status;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_task_batch *order = input;
    const struct uuid *ids = order->node_ids.items;
    size_t count = order->node_ids.count;
    struct json payload = order->payload;
    struct node_lookup *nodes;
    enum status status;

    if (!text_is_present(payload.text))
        payload.text = text_lit("{}");
    if (count == 0)
        return decision_refuse(error, &refused_nodes_missing);
    status = task_order_must_fit(count, payload.text, error);
    if (status != STATUS_OK)
        return status;
    nodes = arena_array(decision->arena, count, sizeof(*nodes));
    status = find_nodes(decision, order, nodes, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = task_work_must_be_possible(decision, &nodes[i], order->type, payload.text, error);
    if (status != STATUS_OK)
        return status;
    if (uuid_is_present(order->template_id))
        return decision_refuse(
            error, &refused_template_missing, decision_show(decision, order->template_id));
    for (size_t i = 0; i < count; i++) {
        struct task_created created = {
            .node_id = ids[i], .type = order->type, .payload = payload, .is_internal = OPT_FALSE};
        task_emit_created(decision, &nodes[i], &created);
    }
    return STATUS_OK;
}

const struct command create_task_batch_command = {
    .name = "create_task_batch",
    .doc = "Creates the same task for several nodes, or for none.",
    .input = &create_task_batch_shape,
    .decide = decide,
};
