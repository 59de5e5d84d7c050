/*
 * An agent authenticates on a connection: from now on it speaks for its node there, and nowhere else.
 * Said again on the same connection, it brings what has changed.
 *
 *   agent ──connect_agent──► [here] ──(node_came_online | node_versions_reported) (node_agent_connected)
 *                                     (node_root_access_reported) (node_location_reported) (node_labels_reported)
 *                                     (node_agent_started, task_abandoned*)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/connection_commands.h"
#include "commands/node/node.h"
#include "commands/node/node_lookup.h"
#include "core/shape/alteration.h"

static const struct field connect_agent_fields[] = {
    {UUID(connect_agent, node_id), .tag = 1, .flags = REQUIRED | EXACT, .doc = "Id of the node."},
    {TEXT(connect_agent, agent_token), .tag = 2, .flags = REQUIRED | SECRET | EXACT, .min = 16,
     .max = 512, .doc = "Credential of the agent."},
    {TEXT(connect_agent, agent_version), .tag = 3, .flags = TRIM, .min = 1, .max = 64,
     .doc = "Version of the agent."},
    {TEXT(connect_agent, platform_version), .tag = 4, .flags = TRIM, .min = 1, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(connect_agent, kernel_version), .tag = 5, .flags = TRIM, .min = 1, .max = 120,
     .doc = "Version of the kernel."},
    {OBJECT(connect_agent, root_access, root_access_report), .tag = 6,
     .doc = "Root access that is in force on the node."},
    {OBJECT(connect_agent, location, node_location), .tag = 7, .doc = "Location of the machine."},
    {TEXT(connect_agent, start), .tag = 8, .flags = TRIM, .min = 1, .max = 64,
     .doc = "What the agent calls its start; another one than before says that it was restarted."},
    {UUID(connect_agent, connection), .tag = 9, .flags = SERVER_SET,
     .doc = "Id of the connection."},
    {BYTES(connect_agent, credential_digest), .tag = 10, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the agent's credential."},
    {OBJECTS(connect_agent, altered, alteration), .tag = 11, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
    {JSON(connect_agent, labels), .tag = 12, .max = NODE_LARGEST_LABELS_REPORT,
     .doc = "Labels of the machine: values by keys; absent: as they were."},
};
static const struct shape connect_agent_shape = SHAPE_WITH(
    connect_agent,
    "Agent that authenticates on a connection.",
    .is_lenient = true,
    .altered_tag = 11);

static const struct field connect_answer_fields[] = {
    {UUID(connect_answer, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {ENUM(connect_answer, root_profile, root_profile_names), .tag = 2,
     .doc = "Root access profile that is wanted."},
    {TIMESTAMP(connect_answer, root_updated_at), .tag = 3,
     .doc = "Time the wanted profile was set."},
};
static const struct shape connect_answer_shape =
    SHAPE(connect_answer, "What an agent is told that has authenticated.");

static void note_connection(
    struct decision *decision, const struct connect_agent *report, const struct node_lookup *node)
{
    struct node_agent_connected connected = {
        .node_id = report->node_id,
        .connection = report->connection,
        .boot = decision->policy->boot,
        .replaced = node->connection,
    };

    if (!uuid_equal(node->connection, report->connection))
        decision_emit(
            decision, &node_agent_connected_event, report->node_id, node->workspace_id, &connected);
}

static void note_location(
    struct decision *decision, const struct connect_agent *report, const struct node_lookup *node)
{
    struct node_location_reported reported = {report->node_id, report->location};
    struct bytes digest = node_location_digest(decision->arena, report->location);

    if (report->location != NULL && !bytes_equal(digest, node->state->location_digest))
        decision_emit(
            decision, &node_location_reported_event, report->node_id, node->workspace_id,
            &reported);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct connect_agent *report = input;
    struct versions said = {
        report->agent_version, report->platform_version, report->kernel_version};
    struct node_lookup node;
    struct node known;
    enum status status =
        node_must_speak(decision, report->node_id, report->credential_digest, &known, error);

    if (status != STATUS_OK)
        return status;
    (void)node_lookup(decision, report->node_id, &node);
    node_note_sign(decision, report->node_id, &known, SIGN_CONNECTION, &said);
    note_connection(decision, report, &node);
    node_note_root_access(decision, report->node_id, &node, report->root_access);
    note_location(decision, report, &node);
    node_note_labels(decision, report->node_id, &known, report->labels);
    node_note_start(decision, report->node_id, &node, report->start);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct connect_agent *report = input;
    struct connect_answer *told = answer;
    struct node node;

    (void)arena;
    told->node_id = report->node_id;
    if (!node_load(decision, report->node_id, &node))
        return;
    told->root_profile = node.desired_profile;
    told->root_updated_at = node.root_updated_at;
}

const struct command connect_agent_command = {
    .name = "connect_agent",
    .doc = "Reports that an agent authenticated on a connection.",
    .input = &connect_agent_shape,
    .decide = decide,
    .answer = &connect_answer_shape,
    .answer_from = answer_from,
};
