/*
 * An agent registers with the shared token: a new node, or a new credential for the node that bears
 * its host name already.
 *
 *   agent ──register_agent──► [here] ──(node_added | node_agent_replaced, task_abandoned*, terminal_failed*)
 *                                      node_registered (node_came_online) (node_labels_reported)──► ledger
 *
 * An agent that is online keeps its node. One that never spoke with its credential asks again because
 * the answer was lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "commands/node/registered_agent.h"
#include "commands/task/task_lookup.h"
#include "commands/terminal/terminal_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/crypto/crypto.h"
#include "core/shape/alteration.h"

static const struct field register_agent_fields[] = {
    {TEXT(register_agent, hostname), .tag = 1, .flags = HOST_NAME | REQUIRED | TRIM | LOWER | EXACT,
     .min = 2, .max = 255, .doc = "Host name of the machine."},
    {TEXT(register_agent, enrollment_token), .tag = 2, .flags = REQUIRED | SECRET | EXACT,
     .doc = "Shared registration token."},
    {TEXT(register_agent, os), .tag = 3, .flags = TRIM, .min = 2, .max = 120,
     .doc = "Operating system of the machine."},
    {TEXT(register_agent, arch), .tag = 4, .flags = TRIM, .min = 2, .max = 64,
     .doc = "Processor architecture of the machine."},
    {TEXT(register_agent, operating_system), .tag = 5, .flags = TRIM, .max = 120,
     .doc = "Operating system, for agents that use this name."},
    {TEXT(register_agent, architecture), .tag = 6, .flags = TRIM, .max = 64,
     .doc = "Processor architecture, for agents that use this name."},
    {TEXT(register_agent, platform), .tag = 7, .flags = TRIM, .max = 120,
     .doc = "Operating system, when no other field names it."},
    {TEXT(register_agent, platform_version), .tag = 8, .flags = TRIM, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(register_agent, kernel_version), .tag = 9, .flags = TRIM, .max = 120,
     .doc = "Version of the kernel."},
    {TEXT(register_agent, agent_version), .tag = 10, .flags = TRIM, .max = 64,
     .doc = "Version of the agent."},
    {BYTES(register_agent, enrollment_digest), .tag = 11, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the shared registration token."},
    {BYTES(register_agent, credential_digest), .tag = 12, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the new credential."},
    {OBJECT(register_agent, location, node_location), .tag = 14, .doc = "Location of the machine."},
    {OBJECTS(register_agent, altered, alteration), .tag = 13, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
    {JSON(register_agent, labels), .tag = 15, .max = NODE_LARGEST_LABELS_REPORT,
     .doc = "Labels of the machine: values by keys."},
};
static const struct shape register_agent_shape = SHAPE_WITH(
    register_agent,
    "Agent to register.",
    .is_lenient = true,
    .altered_tag = 13,
    .refuses_unknown = true);

static const struct field registered_agent_fields[] = {
    {UUID(registered_agent, node_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the agent's node."},
    {BOOL(registered_agent, has_replaced), .tag = 2,
     .doc = "Whether it took the place of an agent that had fallen silent."},
};
const struct shape registered_agent_shape = SHAPE(registered_agent, "Node of a registered agent.");

static enum status check(
    const struct decision *decision,
    const struct register_agent *order,
    const struct node_registered *registered,
    struct error *error)
{
    struct bytes wanted = decision->policy->enrollment_digest;

    if (wanted.size != DIGEST_SIZE || !crypto_equal(wanted, order->enrollment_digest))
        return decision_refuse(error, &refused_enrollment_token);
    if (registered->os.size == 0)
        return decision_refuse(error, &refused_os_missing);
    if (registered->arch.size == 0)
        return decision_refuse(error, &refused_arch_missing);
    return STATUS_OK;
}

/* A node for a host name that nobody has. */
static enum status
add(struct decision *decision,
    const struct register_agent *order,
    const struct node_registered *registered,
    struct node *out,
    struct error *error)
{
    struct node_added added = {
        .node_id = registered->node_id,
        .workspace_id = workspace_default(decision),
        .name = order->hostname,
        .hostname = order->hostname,
        .os = registered->os,
        .arch = registered->arch,
        .source = {SOURCE_REGISTRATION},
    };

    if (!uuid_is_present(added.workspace_id))
        return decision_refuse(error, &refused_default_workspace_missing);
    *out = (struct node){.workspace_id = added.workspace_id, .status = {NODE_OFFLINE}};
    decision_emit(decision, &node_added_event, added.node_id, added.workspace_id, &added);
    return STATUS_OK;
}

/* Another credential for a node that is there: whatever ran with the one before is over. */
static enum status replace(
    struct decision *decision, struct uuid node_id, const struct node *node, struct error *error)
{
    struct node_agent_replaced replaced = {node_id};

    if (!node_has_agent(node))
        return STATUS_OK;
    if (node->status.is == NODE_ONLINE)
        return decision_refuse(
            error, &refused_node_online, text_c(decision->arena, node->hostname));
    decision_emit(decision, &node_agent_replaced_event, node_id, node->workspace_id, &replaced);
    task_emit_abandoned(decision, node_id, ABANDONED_AGENT_RESTARTED);
    terminal_emit_ends(decision, node_id, TERMINAL_ENDED_AGENT_RESTARTED);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct register_agent *order = input;
    struct versions said = {0};
    struct node_registered registered = {
        .os = node_first_said(order->os, order->operating_system, order->platform),
        .arch = node_first_said(order->arch, order->architecture, (struct text){0}),
        .credential_digest = order->credential_digest,
        .agent_version = order->agent_version,
        .platform_version = order->platform_version,
        .kernel_version = order->kernel_version,
        .location = order->location,
    };
    struct node node;
    enum status status = check(decision, order, &registered, error);

    if (status != STATUS_OK)
        return status;
    if (!model_holder(
            decision->model, CLAIM_HOSTNAME, bytes_of_text(order->hostname), &registered.node_id) ||
        !node_load(decision, registered.node_id, &node)) {
        registered.node_id = decision_id(decision);
        status = add(decision, order, &registered, &node, error);
    } else {
        status = replace(decision, registered.node_id, &node, error);
    }
    if (status != STATUS_OK)
        return status;
    decision_emit(
        decision, &node_registered_event, registered.node_id, node.workspace_id, &registered);
    node_note_sign(decision, registered.node_id, &node, SIGN_REGISTRATION, &said);
    node_note_labels(decision, registered.node_id, &node, order->labels);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    struct registered_agent *registered = answer;
    struct node node;

    (void)input;
    (void)arena;
    registered->node_id = decision->subject;
    if (node_load(decision, registered->node_id, &node))
        registered->has_replaced = opt_bool_of(node.agent_replaced_at.us == decision->now.us);
}

const struct command register_agent_command = {
    .name = "register_agent",
    .doc = "Registers an agent with the shared token.",
    .input = &register_agent_shape,
    .decide = decide,
    .answer = &registered_agent_shape,
    .answer_from = answer_from,
};
