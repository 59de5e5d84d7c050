/*
 * Add a node by hand, before any agent speaks for it.
 *
 *   api ──add_node──► [here] ──node_added──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field add_node_fields[] = {
    {UUID(add_node, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that the node will belong to; the default one when absent."},
    {TEXT(add_node, hostname), .tag = 2, .flags = HOST_NAME | REQUIRED | TRIM | LOWER, .min = 2,
     .max = 255, .doc = "Host name; unique in the installation."},
    {TEXT(add_node, os), .tag = 3, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2, .max = 120,
     .doc = "Operating system of the machine."},
    {TEXT(add_node, arch), .tag = 4, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2, .max = 64,
     .doc = "Processor architecture of the machine."},
    {TEXT(add_node, name), .tag = 5, .flags = ONE_LINE | TRIM, .min = 2, .max = 120,
     .doc = "Display name; the host name when absent."},
    {TEXT(add_node, description), .tag = 6, .flags = MANY_LINES | TRIM, .min = 2, .max = 2000,
     .doc = "What the node is for."},
    {UUID(add_node, team_id), .tag = 7, .doc = "Team that the node is assigned to."},
};
static const struct shape add_node_shape = SHAPE(add_node, "Node to add.");

static enum status check(
    const struct decision *decision,
    const struct add_node *order,
    struct uuid workspace_id,
    struct error *error)
{
    enum status status = node_hostname_must_be_free(decision, order->hostname, error);

    if (status == STATUS_OK && !uuid_is_present(workspace_id))
        status = decision_refuse(error, &refused_default_workspace_missing);
    if (status == STATUS_OK)
        status = workspace_must_be_writable(decision, workspace_id, error);
    if (status == STATUS_OK)
        status = team_must_be_of(decision, order->team_id, workspace_id, error);
    return status;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct add_node *order = input;
    struct uuid workspace_id =
        uuid_is_present(order->workspace_id) ? order->workspace_id : workspace_default(decision);
    struct node_added added = {
        .workspace_id = workspace_id,
        .name = text_is_present(order->name) ? order->name : order->hostname,
        .description = order->description,
        .hostname = order->hostname,
        .os = order->os,
        .arch = order->arch,
        .team_id = order->team_id,
        .source = {SOURCE_OPERATOR},
    };
    enum status status = check(decision, order, workspace_id, error);

    if (status != STATUS_OK)
        return status;
    added.node_id = decision_id(decision);
    decision_emit(decision, &node_added_event, added.node_id, workspace_id, &added);
    return STATUS_OK;
}

const struct command add_node_command = {
    .name = "add_node",
    .doc = "Adds a node by hand.",
    .input = &add_node_shape,
    .decide = decide,
};
