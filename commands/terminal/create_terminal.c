/*
 * Create a terminal session: the node's agent is to start a shell.
 *
 *   api ──create_terminal──► [here] ──terminal_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/terminal/terminal.h"
#include "commands/terminal/terminal_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/node_events.h"

static const struct field create_terminal_fields[] = {
    {UUID(create_terminal, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the node must belong to."},
    {UUID(create_terminal, node_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Node that the shell is to run on."},
    {INT64(create_terminal, cols), .tag = 3, .flags = HAS_FALLBACK, .min = 20, .max = 400,
     .fallback = 120, .doc = "Width of the screen in columns."},
    {INT64(create_terminal, rows), .tag = 4, .flags = HAS_FALLBACK, .min = 10, .max = 200,
     .fallback = 34, .doc = "Height of the screen in rows."},
    {BOOL(create_terminal, run_as_root), .tag = 5, .doc = "Whether the shell is to run as root."},
};
static const struct shape create_terminal_shape =
    SHAPE(create_terminal, "Terminal session to create.");

static enum status check_node(
    const struct decision *decision,
    const struct create_terminal *order,
    const struct node_lookup *node,
    struct error *error)
{
    const char *hostname = text_c(decision->arena, node->hostname);

    if (!node->is_online)
        return decision_refuse(error, &refused_terminal_offline, hostname);
    if (!uuid_is_present(node->connection))
        return decision_refuse(error, &refused_terminal_route, hostname);
    if (opt_bool_is_true(order->run_as_root) && !node_allows_root(node, SURFACE_TERMINAL))
        return decision_refuse(
            error, &refused_terminal_root, hostname,
            enum_name(root_profile_names, (struct enum_value){node->applied_profile}));
    if (terminal_count_live(decision, order->node_id, TERMINAL_MOST_LIVE) >= TERMINAL_MOST_LIVE)
        return decision_refuse(error, &refused_terminal_limit, hostname);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_terminal *order = input;
    struct terminal_created created = {
        .workspace_id = order->workspace_id,
        .node_id = order->node_id,
        .user_id = decision->actor.id,
        .cols = order->cols,
        .rows = order->rows,
        .run_as_root = opt_bool_of(opt_bool_is_true(order->run_as_root)),
    };
    struct node_lookup node;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!node_lookup(decision, order->node_id, &node) ||
        !uuid_equal(node.workspace_id, order->workspace_id))
        return decision_refuse(
            error, &refused_terminal_node_missing, decision_show(decision, order->node_id));
    status = check_node(decision, order, &node, error);
    if (status != STATUS_OK)
        return status;
    created.session_id = decision_id(decision);
    created.hostname = node.hostname;
    created.retention_expires_at =
        timestamp_plus_us(decision->now, decision->policy->terminal_retention_us);
    decision_emit(
        decision, &terminal_created_event, created.session_id, created.workspace_id, &created);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input;
    (void)arena;
    terminal_answer(decision, decision->subject, answer);
}

const struct command create_terminal_command = {
    .name = "create_terminal",
    .doc = "Creates a terminal session on a node.",
    .input = &create_terminal_shape,
    .decide = decide,
    .answer = &terminal_view_shape,
    .answer_from = answer_from,
};
