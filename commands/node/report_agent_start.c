/*
 * An agent says that it has started: tasks and terminals that an earlier start ran have nobody who could end them.
 *
 *   agent ──report_agent_start──► [here] ──(node_agent_started, task_abandoned*, terminal_failed*)──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "commands/node/node_lookup.h"
#include "commands/task/task_lookup.h"
#include "commands/terminal/terminal_lookup.h"
#include "core/shape/alteration.h"

static const struct field report_agent_start_fields[] = {
    {UUID(report_agent_start, node_id), .tag = 1, .flags = SERVER_SET,
     .doc = "Id of the agent's node."},
    {BYTES(report_agent_start, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
    {TEXT(report_agent_start, start), .tag = 3, .flags = REQUIRED | TRIM, .min = 1, .max = 64,
     .doc = "What the agent calls its start; another one at every start."},
    {OBJECTS(report_agent_start, altered, alteration), .tag = 4, .flags = SERVER_SET,
     .doc = "What was altered of the report so that it could be taken."},
};
static const struct shape report_agent_start_shape =
    SHAPE_WITH(report_agent_start, "Start of an agent.", .is_lenient = true, .altered_tag = 4);

static void end_what_ran(struct decision *decision, struct uuid node_id)
{
    task_emit_abandoned(decision, node_id, ABANDONED_AGENT_RESTARTED);
    terminal_emit_ends(decision, node_id, TERMINAL_ENDED_AGENT_RESTARTED);
}

/* The first start that an agent tells of ends nothing: the one before may not have told of its own. */
void node_note_start(
    struct decision *decision,
    struct uuid node_id,
    const struct node_lookup *node,
    struct text start)
{
    const struct node *known = node->state;
    struct node_agent_started started = {node_id, start};

    if (!text_is_present(start) || text_equal(known->agent_start, start))
        return;
    decision_emit(decision, &node_agent_started_event, node_id, known->workspace_id, &started);
    if (text_is_present(known->agent_start))
        end_what_ran(decision, node_id);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct report_agent_start *report = input;
    struct node_lookup node;

    if (!node_lookup_agent(decision, report->node_id, report->credential_digest, &node))
        return decision_refuse(error, &refused_agent_token);
    node_note_start(decision, report->node_id, &node, report->start);
    return STATUS_OK;
}

const struct command report_agent_start_command = {
    .name = "report_agent_start",
    .doc = "Reports that an agent has started.",
    .input = &report_agent_start_shape,
    .decide = decide,
};
