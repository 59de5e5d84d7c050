/*
 * Create a task for each node of a team that is in no maintenance, oldest node first: for all of
 * them, or for none.
 *
 *   api ──create_team_tasks──► [here] ──task_created, one a node; task_team_run_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/task.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field create_team_tasks_fields[] = {
    {UUID(create_team_tasks, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace of the team."},
    {UUID(create_team_tasks, team_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the team."},
    {TEXT(create_team_tasks, type), .tag = 3, .flags = ONE_LINE | REQUIRED, .min = 2, .max = 120,
     .doc = "Type of the task, as the agents know it."},
    {JSON(create_team_tasks, payload), .tag = 4,
     .doc = "Parameters of the task, for the agents; {} when absent."},
    {UUID(create_team_tasks, template_id), .tag = 5,
     .doc = "Template that the tasks are made from."},
};
static const struct shape create_team_tasks_shape =
    SHAPE(create_team_tasks, "Task to create for the nodes of a team.");

/* The team's nodes that can take work. */
struct crew {
    struct uuid *ids;
    struct node_lookup *nodes;
    size_t count;
    bool is_too_large;
};

static struct crew find_crew(const struct decision *decision, struct uuid team_id)
{
    struct crew crew = {0};
    struct uuid node_id = UUID_NONE;

    crew.ids = arena_array(decision->arena, MOST_NODES_AT_ONCE, sizeof(*crew.ids));
    crew.nodes = arena_array(decision->arena, MOST_NODES_AT_ONCE, sizeof(*crew.nodes));
    while (node_next_of_team(decision, team_id, node_id, &node_id)) {
        struct node_lookup node;
        if (!node_lookup(decision, node_id, &node) || node.is_in_maintenance)
            continue;
        if (crew.count == MOST_NODES_AT_ONCE) {
            crew.is_too_large = true;
            break;
        }
        crew.ids[crew.count] = node_id;
        crew.nodes[crew.count++] = node;
    }
    return crew;
}

static enum status check_order(
    const struct decision *decision,
    const struct create_team_tasks *order,
    struct text *out_team_name,
    struct error *error)
{
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!team_is_of(decision, order->team_id, order->workspace_id, out_team_name))
        return decision_refuse(
            error, &refused_task_team_missing, decision_show(decision, order->team_id));
    if (uuid_is_present(order->template_id))
        return decision_refuse(
            error, &refused_template_missing, decision_show(decision, order->template_id));
    return STATUS_OK;
}

static enum status check_crew(
    const struct decision *decision,
    const struct crew *crew,
    const struct task_created *task,
    struct text team_name,
    struct error *error)
{
    enum status status = STATUS_OK;

    if (crew->count == 0)
        return decision_refuse(error, &refused_team_idle, text_c(decision->arena, team_name));
    if (crew->is_too_large)
        return decision_refuse(error, &refused_order_too_large);
    if (task->type.size == 0)
        return decision_refuse(error, &refused_type_missing);
    status = task_order_must_fit(crew->count, task->payload.text, error);
    for (size_t i = 0; status == STATUS_OK && i < crew->count; i++)
        status = task_work_must_be_possible(
            decision, &crew->nodes[i], task->type, task->payload.text, error);
    return status;
}

static void emit_all(
    struct decision *decision,
    const struct crew *crew,
    struct task_created *task,
    struct text team_name)
{
    struct uuid *task_ids = arena_array(decision->arena, crew->count, sizeof(*task_ids));
    struct task_team_run_created run = {
        .team_id = task->target_team_id,
        .team_name = team_name,
        .type = task->type,
        .task_ids = {task_ids, crew->count},
    };

    for (size_t i = 0; i < crew->count; i++) {
        task->node_id = crew->ids[i];
        task_emit_created(decision, &crew->nodes[i], task);
        task_ids[i] = task->task_id;
    }
    run.run_id = decision_id(decision);
    run.workspace_id = task->workspace_id;
    decision_emit(decision, &task_team_run_created_event, run.run_id, run.workspace_id, &run);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_team_tasks *order = input;
    struct task_created task = {
        .target_team_id = order->team_id,
        .type = text_trim(order->type),
        .payload = order->payload,
        .is_internal = OPT_FALSE,
    };
    struct text team_name;
    struct crew crew;
    enum status status;

    if (!text_is_present(task.payload.text))
        task.payload.text = text_lit("{}");
    status = check_order(decision, order, &team_name, error);
    if (status != STATUS_OK)
        return status;
    crew = find_crew(decision, order->team_id);
    status = check_crew(decision, &crew, &task, team_name, error);
    if (status == STATUS_OK)
        emit_all(decision, &crew, &task, team_name);
    return status;
}

const struct command create_team_tasks_command = {
    .name = "create_team_tasks",
    .doc = "Creates a task for each node of a team that can take work.",
    .input = &create_team_tasks_shape,
    .decide = decide,
};
