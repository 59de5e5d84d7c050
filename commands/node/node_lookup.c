/*
 * What other areas may ask about nodes, and what agents report of root access on the way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"

#include "commands/node/node.h"
#include "core/crypto/crypto.h"

/* Connections end with the run of the server that has them. */
static struct uuid connection_of(const struct decision *decision, const struct node *node)
{
    if (!uuid_equal(node->connection_boot, decision->policy->boot))
        return UUID_NONE;
    return node->connection;
}

bool node_lookup(const struct decision *decision, struct uuid node_id, struct node_lookup *out)
{
    struct node *node = arena_one(decision->arena, struct node);

    if (!node_load(decision, node_id, node))
        return false;
    *out = (struct node_lookup){
        .state = node,
        .workspace_id = node->workspace_id,
        .hostname = node->hostname,
        .is_online = node->status.is == NODE_ONLINE,
        .connection = connection_of(decision, node),
        .is_in_maintenance = opt_bool_is_true(node->is_in_maintenance),
        .desired_profile = node->desired_profile.is,
        .applied_profile = node->applied_profile.is,
        .root_sync = node->root_sync.is,
        .root_updated_at = node->root_updated_at,
        .team_id = node->team_id,
        .name = text_is_present(node->name) ? node->name : node->hostname,
        .arch = node->arch,
        .agent_version = node->agent_version,
    };
    return true;
}

bool node_lookup_agent(
    const struct decision *decision,
    struct uuid node_id,
    struct bytes credential_digest,
    struct node_lookup *out)
{
    return node_lookup(decision, node_id, out) &&
           out->state->credential_digest.size == DIGEST_SIZE &&
           crypto_equal(out->state->credential_digest, credential_digest);
}

bool node_lookup_connected(
    const struct decision *decision,
    struct uuid node_id,
    struct uuid connection,
    struct node_lookup *out)
{
    return node_lookup(decision, node_id, out) && uuid_is_present(connection) &&
           uuid_equal(out->connection, connection);
}

bool node_next_of_team(
    const struct decision *decision, struct uuid team_id, struct uuid after, struct uuid *out)
{
    return model_next_link(decision->model, LINK_TEAM_NODE, team_id, after, out, NULL);
}

bool node_allows_root(const struct node_lookup *facts, enum root_surface surface)
{
    enum { OPERATIONAL = 1 << SURFACE_OPERATIONAL, TASK = 1 << SURFACE_TASK };
    enum { TERMINAL = 1 << SURFACE_TERMINAL };
    static const int opens[] = {
        [ROOT_OFF] = 0,
        [ROOT_OPERATIONAL] = OPERATIONAL,
        [ROOT_TASK] = TASK,
        [ROOT_TERMINAL] = TERMINAL,
        [ROOT_OPERATIONAL_TASK] = OPERATIONAL | TASK,
        [ROOT_OPERATIONAL_TERMINAL] = OPERATIONAL | TERMINAL,
        [ROOT_TASK_TERMINAL] = TASK | TERMINAL,
        [ROOT_ALL] = OPERATIONAL | TASK | TERMINAL,
    };

    if (facts->applied_profile < ROOT_OFF || facts->applied_profile > ROOT_ALL)
        return false;
    return (opens[facts->applied_profile] >> surface & 1) != 0;
}
