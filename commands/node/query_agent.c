/*
 * Question: does this credential speak for this node? Asked before the large body of an agent is read;
 * the command that the body orders asks again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "commands/node/node_lookup.h"

static const struct field query_agent_fields[] = {
    {UUID(query_agent, node_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the agent's node."},
    {BYTES(query_agent, credential_digest), .tag = 2, .flags = SERVER_SET | SECRET,
     .doc = "Digest of the agent's credential."},
};
static const struct shape query_agent_shape = SHAPE(query_agent, "Agent to look up.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct query_agent *question = input;
    struct node_lookup node;

    if (!node_lookup_agent(decision, question->node_id, question->credential_digest, &node))
        return decision_refuse(error, &refused_agent_token);
    return STATUS_OK;
}

const struct command query_agent_command = {
    .name = "query_agent",
    .doc = "Looks up whether a credential speaks for a node.",
    .input = &query_agent_shape,
    .decide = decide,
    .is_question = true,
};
