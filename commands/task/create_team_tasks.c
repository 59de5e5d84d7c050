/*
 * Create a task for each node of a team that is in no maintenance, oldest node first: for all of
 * them, or for none.
 *
 *   api ──create_team_tasks──► [here] ──► task_order.c ──task_created, one a node; task_team_run_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/task/task_lookup.h"
#include "commands/template/template_lookup.h"

static const struct field create_team_tasks_fields[] = {
    {UUID(create_team_tasks, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace of the team."},
    {UUID(create_team_tasks, team_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the team."},
    {TEXT(create_team_tasks, type), .tag = 3, .flags = ONE_LINE | REQUIRED, .min = 2, .max = 120,
     .doc = "Type of the task, as the agents know it."},
    {JSON(create_team_tasks, payload), .tag = 4,
     .doc = "Parameters of the task, for the agents; those of the template when absent or empty."},
    {UUID(create_team_tasks, template_id), .tag = 5,
     .doc = "Template that the tasks are made from."},
};
static const struct shape create_team_tasks_shape =
    SHAPE(create_team_tasks, "Task to create for the nodes of a team.");

static bool has_members(struct text object)
{
    return text_is_present(object) && !text_is(object, "{}");
}

/* What is not said the template says: the type, and the payload, as it is without values for it. */
static enum status
complete_by_template(const struct decision *decision, struct task_order *order, struct error *error)
{
    struct template_definition template;
    enum status status;

    if (!uuid_is_present(order->template_id))
        return STATUS_OK;
    status = template_must_be_usable(
        decision, order->workspace_id, order->template_id, &template, error);
    if (status != STATUS_OK)
        return status;
    if (order->type.size == 0)
        order->type = template.task_type;
    if (has_members(order->payload.text))
        return STATUS_OK;
    return template_fill(
        decision->arena, &template, order->type, (struct text){0}, &order->payload, error);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_team_tasks *asked = input;
    struct task_order order = {
        .workspace_id = asked->workspace_id,
        .team_id = asked->team_id,
        .template_id = asked->template_id,
        .type = text_trim(asked->type),
        .payload = asked->payload,
    };
    struct list task_ids = {NULL, 0};
    enum status status = complete_by_template(decision, &order, error);

    if (status == STATUS_OK)
        status = task_order_make(decision, &order, &task_ids, error);
    if (status == STATUS_OK)
        task_emit_run(decision, &order, task_ids);
    return status;
}

const struct command create_team_tasks_command = {
    .name = "create_team_tasks",
    .doc = "Creates a task for each node of a team that can take work.",
    .input = &create_team_tasks_shape,
    .decide = decide,
};
