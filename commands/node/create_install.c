/*
 * Begin an install: a bootstrap token, good for a while, that a host can exchange for its agent's
 * credential. The token is made before the queue; here only its digest is seen.
 *
 *   api ──create_install──► [here] ──install_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/install.h"
#include "commands/node/node.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field create_install_fields[] = {
    {UUID(create_install, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the node will belong to."},
    {TEXT(create_install, node_name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = 120, .doc = "Name that the node will have."},
    {TEXT(create_install, description), .tag = 3, .flags = MANY_LINES | TRIM, .min = 2, .max = 2000,
     .doc = "Description that the node will have."},
    {UUID(create_install, team_id), .tag = 4, .doc = "Team that the node will be assigned to."},
    {UUID(create_install, install_id), .tag = 5, .flags = SERVER_SET, .doc = "Id of the install."},
    {BYTES(create_install, token_digest), .tag = 6, .flags = SERVER_SET | SECRET,
     .doc = "SHA-256 digest of the bootstrap token."},
};
static const struct shape create_install_shape = SHAPE(create_install, "Node to install.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_install *order = input;
    struct install_created created = {
        .install_id = order->install_id,
        .workspace_id = order->workspace_id,
        .node_name = order->node_name,
        .description = order->description,
        .team_id = order->team_id,
        .token_digest = order->token_digest,
        .expires_at = timestamp_plus_us(decision->now, decision->policy->install_token_us),
    };
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status == STATUS_OK)
        status = team_must_be_of(decision, order->team_id, order->workspace_id, error);
    if (status == STATUS_OK)
        decision_emit(
            decision, &install_created_event, created.install_id, created.workspace_id, &created);
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)input;
    model_load(decision->model, &install_aggregate, decision->subject, arena, answer);
}

const struct command create_install_command = {
    .name = "create_install",
    .doc = "Creates an install.",
    .input = &create_install_shape,
    .decide = decide,
    .answer = &install_view_shape,
    .answer_from = answer_from,
};
