/*
 * An agent says that it is there. Most heartbeats change nothing and emit nothing: when a node was
 * last seen is telemetry.
 *
 *   agent ──report_heartbeat──► [here] ──(node_came_online | node_versions_reported) (node_labels_reported)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "core/shape/alteration.h"

static const struct field report_heartbeat_fields[] = {
    {UUID(report_heartbeat, node_id), .tag = 1, .flags = REQUIRED | EXACT,
     .doc = "Id of the node."},
    {TEXT(report_heartbeat, agent_token), .tag = 2, .flags = REQUIRED | SECRET | EXACT, .min = 32,
     .max = 512, .doc = "Credential of the agent."},
    {TEXT(report_heartbeat, agent_version), .tag = 3, .flags = TRIM, .min = 1, .max = 64,
     .doc = "Version of the agent."},
    {TEXT(report_heartbeat, platform_version), .tag = 4, .flags = TRIM, .min = 1, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(report_heartbeat, kernel_version), .tag = 5, .flags = TRIM, .min = 1, .max = 120,
     .doc = "Version of the kernel."},
    {TIMESTAMP(report_heartbeat, sent_at), .tag = 6, .doc = "Time by the agent's clock; not used."},
    {BYTES(report_heartbeat, credential_digest), .tag = 7, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the agent's credential."},
    {OBJECTS(report_heartbeat, altered, alteration), .tag = 8, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
    {JSON(report_heartbeat, labels), .tag = 9, .max = NODE_LARGEST_LABELS_REPORT,
     .doc = "Labels of the machine: values by keys; absent: as they were."},
};
static const struct shape report_heartbeat_shape =
    SHAPE_WITH(report_heartbeat, "Heartbeat of an agent.", .is_lenient = true, .altered_tag = 8);

static const struct field heartbeat_answer_fields[] = {
    {UUID(heartbeat_answer, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {ENUM(heartbeat_answer, status, node_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the node."},
    {TIMESTAMP(heartbeat_answer, last_seen_at), .tag = 3, .flags = REQUIRED,
     .doc = "Time the heartbeat arrived."},
};
const struct shape heartbeat_answer_shape =
    SHAPE(heartbeat_answer, "Acknowledgement of a heartbeat.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_heartbeat *report = input;
    struct versions said = {
        report->agent_version, report->platform_version, report->kernel_version};
    struct node node;
    enum status status =
        node_must_speak(decision, report->node_id, report->credential_digest, &node, error);

    if (status != STATUS_OK)
        return status;
    node_note_sign(decision, report->node_id, &node, SIGN_HEARTBEAT, &said);
    node_note_labels(decision, report->node_id, &node, report->labels);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct report_heartbeat *report = input;
    struct heartbeat_answer *heard = answer;

    (void)arena;
    heard->node_id = report->node_id;
    heard->status.is = NODE_ONLINE;
    heard->last_seen_at = decision->now;
}

const struct command report_heartbeat_command = {
    .name = "report_heartbeat",
    .doc = "Reports that an agent is alive.",
    .input = &report_heartbeat_shape,
    .decide = decide,
    .answer = &heartbeat_answer_shape,
    .answer_from = answer_from,
    .may_come_to_nothing = true,
};
