/*
 * Create a schedule for a node; or for a team or a selector, whose nodes are looked up when it runs.
 *
 *   api ──create_schedule──► [here] ──schedule_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"

static const struct field create_schedule_fields[] = {
    {UUID(create_schedule, node_id), .tag = 21, .flags = MAY_BE_NULL,
     .doc = "Node that it makes tasks for."},
    {UUID(create_schedule, team_id), .tag = 22, .flags = MAY_BE_NULL,
     .doc = "Team whose nodes it makes tasks for; goes before a node."},
    {TEXT(create_schedule, selector), .tag = 23, .flags = ONE_LINE | TRIM | MAY_BE_NULL,
     .max = SELECTOR_LONGEST,
     .doc = "Condition on labels: it makes tasks for the nodes that match when it runs."},
    {UUID(create_schedule, selection_id), .tag = 24, .flags = MAY_BE_NULL,
     .doc = "Selection: it makes tasks for the nodes that match when it runs."},
};
const struct shape create_schedule_shape = SHAPE_WITH(
    create_schedule,
    "Schedule to create.",
    .base = &schedule_order_shape,
    .given_tag = SCHEDULE_GIVEN_TAG);

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_schedule *order = input;
    const struct schedule_target target = schedule_target_of(order);
    struct schedule_created created;
    enum status status = schedule_plan(decision, &order->order, &target, &created, error);

    if (status == STATUS_OK && !uuid_is_present(order->team_id))
        created.node_id = order->node_id;
    if (status == STATUS_OK)
        schedule_emit_created(decision, &created);
    return status;
}

const struct command create_schedule_command = {
    .name = "create_schedule",
    .doc = "Creates a schedule for a node, a team, or what a selector matches.",
    .input = &create_schedule_shape,
    .decide = decide,
};
