/*
 * Create the same schedule for several nodes: for all of them, in the order given, or for none.
 *
 *   api ──create_schedule_batch──► [here] ──schedule_created, one a node──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"

enum { MOST_NODES = 1000 };

static const struct field create_schedule_batch_fields[] = {
    {LIST_OF(create_schedule_batch, node_ids, KIND_UUID), .tag = 21,
     .flags = REQUIRED | UNIQUE | TRIM, .min = 1, .max = MOST_NODES,
     .doc = "Ids of the nodes that they make tasks for."},
};
static const struct shape create_schedule_batch_shape = SHAPE_WITH(
    create_schedule_batch,
    "Schedule to create for several nodes.",
    .base = &schedule_order_shape,
    .given_tag = SCHEDULE_GIVEN_TAG);

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_schedule_batch *batch = input;
    const struct uuid *node_ids = batch->node_ids.items;
    const struct schedule_target target = {.node_ids = batch->node_ids};
    struct schedule_created created;
    enum status status = schedule_plan(decision, &batch->order, &target, &created, error);

    for (size_t i = 0; status == STATUS_OK && i < batch->node_ids.count; i++) {
        created.node_id = node_ids[i];
        schedule_emit_created(decision, &created);
    }
    return status;
}

const struct command create_schedule_batch_command = {
    .name = "create_schedule_batch",
    .doc = "Creates the same schedule for several nodes, or for none.",
    .input = &create_schedule_batch_shape,
    .decide = decide,
};
