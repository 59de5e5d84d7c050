/*
 * Run a template: a task for a node, for several, or for each node of a team, with values in place of the template's
 * parameters. By admins of the workspace, and by its members where the template says so.
 *
 *   api ──run_template──► [here] ──► template_fill.c, task_order.c ──task_created, one a node──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/task/task_lookup.h"
#include "commands/template/template_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field run_template_fields[] = {
    {UUID(run_template, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace of the template."},
    {UUID(run_template, template_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the template."},
    {UUID(run_template, node_id), .tag = 3,
     .doc = "Node that is to run it: this, nodeIds, teamId, selector or selectionId."},
    {LIST_OF(run_template, node_ids, KIND_UUID), .tag = 4, .flags = UNIQUE, .min = 1,
     .max = MOST_NODES_AT_ONCE, .doc = "Nodes that are to run it."},
    {UUID(run_template, team_id), .tag = 5,
     .doc = "Team whose nodes are to run it, but for those in maintenance."},
    {JSON(run_template, parameters), .tag = 6,
     .doc = "Values by the names of the template's parameters."},
    {TEXT(run_template, selector), .tag = 7, .flags = ONE_LINE | TRIM, .max = SELECTOR_LONGEST,
     .doc =
         "Condition on the labels of the nodes that are to run it, but for those in maintenance."},
    {UUID(run_template, selection_id), .tag = 8, .doc = "Selection of the nodes."},
};
static const struct shape run_template_shape = SHAPE(run_template, "Run of a template.");

static enum status caller_must_be_allowed(
    const struct decision *decision,
    struct uuid workspace_id,
    const struct template_definition *template,
    struct error *error)
{
    bool is_member =
        workspace_open_role(decision, workspace_id, decision->actor.id) == MEMBER_MEMBER;

    if ((is_member && opt_bool_is_true(template->is_runnable_by_members)) ||
        workspace_is_for_admin(decision, workspace_id))
        return STATUS_OK;
    return decision_refuse(error, &refused_run_by_members);
}

static enum status targets_must_be_named_once(const struct run_template *asked, struct error *error)
{
    int named = uuid_is_present(asked->node_id) + uuid_is_present(asked->team_id) +
                (asked->node_ids.items != NULL) + text_is_present(asked->selector) +
                uuid_is_present(asked->selection_id);

    return named == 1 ? STATUS_OK : decision_refuse(error, &refused_run_targets);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct run_template *asked = input;
    struct task_order order = {
        .workspace_id = asked->workspace_id,
        .node_ids =
            uuid_is_present(asked->node_id) ? (struct list){&asked->node_id, 1} : asked->node_ids,
        .team_id = asked->team_id,
        .selected = {asked->selector, asked->selection_id},
        .template_id = asked->template_id,
    };
    struct template_definition template;
    struct list task_ids;
    enum status status = workspace_must_be_writable(decision, asked->workspace_id, error);

    if (status == STATUS_OK)
        status = template_must_be_usable(
            decision, asked->workspace_id, asked->template_id, &template, error);
    if (status == STATUS_OK)
        status = caller_must_be_allowed(decision, asked->workspace_id, &template, error);
    if (status == STATUS_OK)
        status = targets_must_be_named_once(asked, error);
    if (status == STATUS_OK && !workspace_is_for_admin(decision, asked->workspace_id))
        status = template_secrets_must_be_offered(
            decision->arena, &template, asked->parameters.text, error);
    if (status == STATUS_OK)
        status = template_fill(
            decision->arena, &template, template.task_type, asked->parameters.text, &order.payload,
            error);
    if (status != STATUS_OK)
        return status;
    order.type = template.task_type;
    status = task_order_make(decision, &order, &task_ids, error);
    if (status == STATUS_OK)
        task_emit_run(decision, &order, task_ids);
    return status;
}

const struct command run_template_command = {
    .name = "run_template",
    .doc = "Creates tasks from a template, for a node, several nodes, or the nodes of a team.",
    .input = &run_template_shape,
    .decide = decide,
};
