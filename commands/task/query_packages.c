/*
 * Ask a node's agent for its packages: all that are installed, or those that can be had under a
 * name. Who asks for the list while an agent is at it already waits for the same task.
 *
 *   api ──list_packages, search_packages──► [here] ──(task_created)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/task/package_commands.h"
#include "commands/task/task.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field awaited_task_fields[] = {
    {UUID(awaited_task, task_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the task that gives the answer."},
};
const struct shape awaited_task_shape = SHAPE(awaited_task, "Task that gives the answer.");

static const struct field list_packages_fields[] = {
    {UUID(list_packages, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the node must belong to; any when absent."},
    {UUID(list_packages, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
    {UUID(list_packages, member_id), .tag = 3, .flags = SERVER_SET,
     .doc = "Person whose workspaces are searched; all when absent."},
};
static const struct shape list_packages_shape =
    SHAPE(list_packages, "Node whose packages are listed.");

static const struct field search_packages_fields[] = {
    {UUID(search_packages, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the node must belong to; any when absent."},
    {TEXT(search_packages, term), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 1,
     .max = 255, .doc = "Text to search for."},
    {UUID(search_packages, node_id), .tag = 3, .flags = REQUIRED,
     .doc = "Id of the node that searches."},
    {UUID(search_packages, member_id), .tag = 4, .flags = SERVER_SET,
     .doc = "Person whose workspaces are searched; all when absent."},
};
static const struct shape search_packages_shape = SHAPE(search_packages, "Packages to search for.");

struct search_payload {
    struct text term;
    struct text query;
};
static const struct field search_payload_fields[] = {
    {TEXT(search_payload, term), .doc = "Text to search for."},
    {TEXT(search_payload, query), .doc = "Text to search for, for agents that read this name."},
};
static const struct shape search_payload_shape =
    SHAPE(search_payload, "Parameters of a task that searches for packages.");

/* A node of a workspace that is none of the caller's is as good as none. */
static enum status find_node(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid node_id,
    struct uuid member_id,
    struct node_lookup *out,
    struct error *error)
{
    enum status status = task_node_must_exist(decision, workspace_id, node_id, out, error);

    if (status == STATUS_OK && uuid_is_present(member_id) &&
        workspace_open_role(decision, out->workspace_id, member_id) == 0)
        return decision_refuse(error, &refused_task_node_missing, decision_show(decision, node_id));
    return status;
}

static bool find_list(const struct decision *decision, struct uuid node_id, struct uuid *out)
{
    return model_next_link(decision->model, LINK_PACKAGE_LIST, node_id, UUID_NONE, out, NULL);
}

static enum status create(
    struct decision *decision,
    const struct node_lookup *node,
    struct task_created *task,
    struct error *error)
{
    enum status status =
        task_work_must_be_possible(decision, node, task->type, task->payload.text, error);

    task->is_internal = OPT_FALSE;
    if (status == STATUS_OK)
        task_emit_created(decision, node, task);
    return status;
}

static enum status decide_list(struct decision *decision, const void *input, struct error *error)
{
    const struct list_packages *order = input;
    struct task_created task = {
        .node_id = order->id, .type = text_lit(PACKAGE_LIST), .payload = {text_lit("{}")}};
    struct node_lookup node;
    struct uuid under_way;
    enum status status =
        find_node(decision, order->workspace_id, order->id, order->member_id, &node, error);

    if (status != STATUS_OK || find_list(decision, order->id, &under_way))
        return status;
    return create(decision, &node, &task, error);
}

static enum status decide_search(struct decision *decision, const void *input, struct error *error)
{
    const struct search_packages *order = input;
    const struct search_payload payload = {order->term, order->term};
    struct task_created task = {
        .node_id = order->node_id,
        .type = text_lit("packageSearch"),
        .payload = task_payload(decision, &search_payload_shape, &payload),
    };
    struct node_lookup node;
    enum status status =
        find_node(decision, order->workspace_id, order->node_id, order->member_id, &node, error);

    return status == STATUS_OK ? create(decision, &node, &task, error) : status;
}

static void
answer_list(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct list_packages *order = input;
    struct awaited_task *awaited = answer;

    (void)arena;
    awaited->task_id = decision->subject;
    if (!uuid_is_present(decision->subject) && !find_list(decision, order->id, &awaited->task_id))
        awaited->task_id = UUID_NONE;
}

static void
answer_search(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct awaited_task *awaited = answer;

    (void)input;
    (void)arena;
    awaited->task_id = decision->subject;
}

const struct command list_packages_command = {
    .name = "list_packages",
    .doc = "Lists the packages of a node.",
    .input = &list_packages_shape,
    .decide = decide_list,
    .answer = &awaited_task_shape,
    .answer_from = answer_list,
};

const struct command search_packages_command = {
    .name = "search_packages",
    .doc = "Searches for packages that a node can install.",
    .input = &search_packages_shape,
    .decide = decide_search,
    .answer = &awaited_task_shape,
    .answer_from = answer_search,
};
