/*
 * Question of somebody who wants to hear of a node, or of a workspace: is it there, and may they?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_lookup.h"
#include "commands/node/subscription_commands.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field query_subscription_fields[] = {
    {UUID(query_subscription, user_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the caller."},
    {BOOL(query_subscription, sees_all), .tag = 2, .flags = SERVER_SET,
     .doc = "Whether the caller is a platform admin."},
    {UUID(query_subscription, node_id), .tag = 3, .flags = SERVER_SET, .doc = "Id of the node."},
    {UUID(query_subscription, workspace_id), .tag = 4, .flags = SERVER_SET,
     .doc = "Id of the workspace, where no node is named."},
};
static const struct shape query_subscription_shape =
    SHAPE(query_subscription, "Somebody and what they want to hear of.");

static const struct field subscription_lookup_fields[] = {
    {UUID(subscription_lookup, workspace_id), .tag = 1,
     .doc = "Workspace of the node, or the workspace itself."},
};
static const struct shape subscription_lookup_shape =
    SHAPE(subscription_lookup, "Where something belongs that may be heard of.");

/* Absent where there is no such node or workspace. */
static struct uuid
find_workspace(const struct decision *decision, const struct query_subscription *question)
{
    struct node_lookup node;

    if (!uuid_is_present(question->node_id))
        return workspace_exists(decision, question->workspace_id) ? question->workspace_id
                                                                  : UUID_NONE;
    return node_lookup(decision, question->node_id, &node) ? node.workspace_id : UUID_NONE;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct query_subscription *question = input;
    struct uuid workspace_id = find_workspace(decision, question);
    bool is_of_node = uuid_is_present(question->node_id);

    if (!uuid_is_present(workspace_id) && is_of_node)
        return decision_refuse(
            error, &refused_node_missing, decision_show(decision, question->node_id));
    if (!uuid_is_present(workspace_id))
        return workspace_must_exist(decision, question->workspace_id, error);
    if ((opt_bool_is_true(question->sees_all) &&
         !workspace_is_shut(decision, workspace_id, question->user_id)) ||
        workspace_open_role(decision, workspace_id, question->user_id) != 0)
        return STATUS_OK;
    return decision_refuse(error, &refused_subscription, is_of_node ? "node" : "workspace");
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct subscription_lookup *found = answer;

    (void)arena;
    found->workspace_id = find_workspace(decision, input);
}

const struct command query_subscription_command = {
    .name = "query_subscription",
    .doc = "Looks up whether somebody may hear of a node or a workspace.",
    .input = &query_subscription_shape,
    .decide = decide,
    .answer = &subscription_lookup_shape,
    .answer_from = answer_from,
    .is_question = true,
};
