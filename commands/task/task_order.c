/*
 * Making tasks of one kind for several nodes: for all of them, or for none. Whoever orders tasks does it
 * here, so that the same holds of all of them; whoever has them made later has the order checked here first.
 *
 *   create_task, create_task_batch, create_team_tasks, run_template, run_schedule
 *       ──► [here] ──task_created, one a node──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/secret/secret_lookup.h"
#include "commands/task/task.h"
#include "commands/task/task_lookup.h"
#include "commands/template/template_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/must.h"

#include <string.h>

enum { LONGEST_SHOWN_SELECTOR = 200 };

static struct task_crew crew_for(const struct decision *decision, size_t most)
{
    return (struct task_crew){
        .ids = arena_array(decision->arena, most, sizeof(struct uuid)),
        .nodes = arena_array(decision->arena, most, sizeof(struct node_lookup)),
    };
}

/* An unknown node is told before anything that is wrong with the others. */
static enum status find_nodes(
    const struct decision *decision,
    const struct task_order *order,
    size_t most,
    struct task_crew *out,
    struct error *error)
{
    const struct uuid *ids = order->node_ids.items;
    size_t count = order->node_ids.count;
    enum status status = STATUS_OK;

    if (count == 0)
        return decision_refuse(error, &refused_nodes_missing);
    if (count > most)
        return decision_refuse(error, &refused_order_too_large);
    *out = crew_for(decision, count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        out->ids[i] = ids[i];
        status = task_node_must_exist(decision, order->workspace_id, ids[i], &out->nodes[i], error);
    }
    out->count = count;
    return status;
}

/* Those of a team that are in no maintenance, oldest first. */
static enum status find_team_nodes(
    const struct decision *decision,
    const struct task_order *order,
    size_t most,
    struct task_crew *out,
    struct error *error)
{
    struct uuid node_id = UUID_NONE;

    *out = crew_for(decision, most);
    while (node_next_of_team(decision, order->team_id, node_id, &node_id)) {
        struct node_lookup node;
        if (!node_lookup(decision, node_id, &node) || node.is_in_maintenance)
            continue;
        if (out->count == most)
            return decision_refuse(error, &refused_order_too_large);
        out->ids[out->count] = node_id;
        out->nodes[out->count++] = node;
    }
    return STATUS_OK;
}

static enum status find_team(
    const struct decision *decision,
    const struct task_order *order,
    size_t most,
    struct task_crew *out,
    struct error *error)
{
    struct text name;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!team_is_of(decision, order->team_id, order->workspace_id, &name))
        return decision_refuse(
            error, &refused_task_team_missing, decision_show(decision, order->team_id));
    status = find_team_nodes(decision, order, most, out, error);
    if (status == STATUS_OK && out->count == 0)
        return decision_refuse(error, &refused_team_idle, text_c(decision->arena, name));
    return status;
}

static enum status find_selected(
    const struct decision *decision,
    const struct task_order *order,
    size_t most,
    struct task_crew *out,
    struct error *error)
{
    struct selection_found found;
    struct list ids;
    enum status status;

    if (!uuid_is_present(order->workspace_id))
        return decision_refuse(error, &refused_selector_anywhere);
    status = workspace_must_be_writable(decision, order->workspace_id, error);
    if (status == STATUS_OK)
        status = selection_find(decision, order->workspace_id, order->selected, &found, error);
    if (status != STATUS_OK)
        return status;
    ids = node_select(decision, order->workspace_id, &found.selector, most);
    if (ids.count > most)
        return decision_refuse(error, &refused_order_too_large);
    if (ids.count == 0)
        return decision_refuse(
            error, &refused_selector_idle,
            text_c(decision->arena, text_first_characters(found.text, LONGEST_SHOWN_SELECTOR)));
    *out = crew_for(decision, ids.count);
    for (; out->count < ids.count; out->count++) {
        out->ids[out->count] = ((const struct uuid *)ids.items)[out->count];
        must(node_lookup(decision, out->ids[out->count], &out->nodes[out->count]));
    }
    return STATUS_OK;
}

static enum status find_crew(
    const struct decision *decision,
    const struct task_order *order,
    size_t most,
    struct task_crew *out,
    struct error *error)
{
    if (uuid_is_present(order->team_id))
        return find_team(decision, order, most, out, error);
    if (selection_is_named(order->selected))
        return find_selected(decision, order, most, out, error);
    return find_nodes(decision, order, most, out, error);
}

static enum status work_must_be_possible(
    const struct decision *decision,
    const struct task_order *order,
    const struct task_crew *crew,
    struct error *error)
{
    enum status status = STATUS_OK;

    if (order->type.size == 0)
        return decision_refuse(error, &refused_type_missing);
    for (size_t i = 0; status == STATUS_OK && i < crew->count; i++)
        status = task_work_must_be_possible(
            decision, &crew->nodes[i], order->type, order->payload.text, error);
    return status;
}

/* A template is one workspace's, and so are the nodes then. What was named before stays as it was then. */
static enum status name_template(
    const struct decision *decision,
    struct task_order *order,
    const struct task_crew *crew,
    struct error *error)
{
    struct uuid workspace_id = crew->nodes[0].workspace_id;
    struct template_definition template;
    enum status status;

    if (!uuid_is_present(order->template_id) || text_is_present(order->template_name))
        return STATUS_OK;
    status = template_must_be_usable(decision, workspace_id, order->template_id, &template, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 1; i < crew->count; i++) {
        if (!uuid_equal(crew->nodes[i].workspace_id, workspace_id))
            return template_missing(decision, order->template_id, error);
    }
    order->template_name = template.name;
    order->template_version = template.version;
    return STATUS_OK;
}

/* In the workspace of each node. */
static enum status find_secrets(
    const struct decision *decision,
    struct task_order *order,
    const struct task_crew *crew,
    struct error *error)
{
    struct uuid checked = UUID_NONE;
    enum status status =
        secret_refs_read(decision->arena, order->type, order->payload, &order->secrets, error);

    for (size_t i = 0; status == STATUS_OK && i < crew->count; i++) {
        struct uuid workspace_id = crew->nodes[i].workspace_id;
        if (!uuid_equal(workspace_id, checked))
            status = secret_refs_must_exist(decision, workspace_id, order->secrets, error);
        checked = workspace_id;
    }
    return status;
}

enum status task_order_check(
    const struct decision *decision,
    struct task_order *order,
    size_t most,
    struct task_crew *out,
    struct error *error)
{
    enum status status;

    if (!text_is_present(order->payload.text))
        order->payload.text = text_lit("{}");
    status = find_crew(decision, order, most, out, error);
    if (status != STATUS_OK)
        return status;
    must(out->count > 0);
    status = work_must_be_possible(decision, order, out, error);
    if (status == STATUS_OK)
        status = name_template(decision, order, out, error);
    if (status == STATUS_OK)
        status = find_secrets(decision, order, out, error);
    return status;
}

static struct list
emit(struct decision *decision, const struct task_order *order, const struct task_crew *crew)
{
    struct uuid *task_ids = arena_array(decision->arena, crew->count, sizeof(*task_ids));
    struct task_created task = {
        .target_team_id = order->team_id,
        .template_id = order->template_id,
        .template_name = order->template_name,
        .template_version = order->template_version,
        .type = order->type,
        .payload = order->payload,
        .is_internal = OPT_FALSE,
        .rolling_run_id = order->rolling_run_id,
        .rolling_target_id = order->rolling_target_id,
        .secrets = order->secrets.count > 0 ? order->secrets : (struct list){NULL, 0},
    };

    for (size_t i = 0; i < crew->count; i++) {
        task.node_id = crew->ids[i];
        task_emit_created(decision, &crew->nodes[i], &task);
        task_ids[i] = task.task_id;
    }
    return (struct list){task_ids, crew->count};
}

enum status task_order_make(
    struct decision *decision,
    const struct task_order *asked,
    struct list *out_task_ids,
    struct error *error)
{
    struct task_order order = *asked;
    struct task_crew crew = {.count = 0};
    enum status status = task_order_check(decision, &order, MOST_NODES_AT_ONCE, &crew, error);

    if (status == STATUS_OK)
        status = task_order_must_fit(crew.count, order.payload.text, error);
    if (status == STATUS_OK)
        *out_task_ids = emit(decision, &order, &crew);
    return status;
}

bool task_order_found_nobody(const struct error *error)
{
    return strcmp(error->code, refused_team_idle.code) == 0 ||
           strcmp(error->code, refused_selector_idle.code) == 0;
}

static void
emit_team_run(struct decision *decision, const struct task_order *order, struct list task_ids)
{
    struct task_team_run_created run = {
        .run_id = decision_id(decision),
        .workspace_id = order->workspace_id,
        .team_id = order->team_id,
        .type = order->type,
        .task_ids = task_ids,
    };

    team_is_of(decision, order->team_id, order->workspace_id, &run.team_name);
    decision_emit(decision, &task_team_run_created_event, run.run_id, run.workspace_id, &run);
}

static void
emit_selection_run(struct decision *decision, const struct task_order *order, struct list task_ids)
{
    struct task_selection_run_created run = {
        .run_id = decision_id(decision),
        .workspace_id = order->workspace_id,
        .type = order->type,
        .task_ids = task_ids,
    };
    struct selection_found found;
    struct error error;

    must(
        selection_find(decision, order->workspace_id, order->selected, &found, &error) ==
        STATUS_OK);
    run.selector = found.text;
    run.selection_id = found.selection_id;
    run.selection_name = found.name;
    decision_emit(decision, &task_selection_run_created_event, run.run_id, run.workspace_id, &run);
}

void task_emit_run(struct decision *decision, const struct task_order *order, struct list task_ids)
{
    if (uuid_is_present(order->team_id))
        emit_team_run(decision, order, task_ids);
    if (selection_is_named(order->selected))
        emit_selection_run(decision, order, task_ids);
}
