/*
 * An agent's credential is random, told once, and kept as a digest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/credential_view.h"

#include "api/call.h"
#include "commands/node/node_commands.h"
#include "core/crypto/crypto.h"

struct credential_view {
    struct uuid node_id;
    struct text agent_token;
};
static const struct field credential_view_fields[] = {
    {UUID(credential_view, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TEXT(credential_view, agent_token), .tag = 2, .flags = REQUIRED,
     .doc = "Credential of the agent; shown only once."},
};
const struct shape credential_view_shape = SHAPE(credential_view, "Credential of a node's agent.");

struct bytes credential_digest(struct arena *arena, struct text token)
{
    struct digest *digest = arena_one(arena, struct digest);

    *digest = sha256(bytes_of_text(token));
    return (struct bytes){digest->bytes, DIGEST_SIZE};
}

struct bytes credential_make(struct call *call)
{
    struct text *token = arena_one(call->arena, struct text);

    *token = token_hex(call->arena);
    call->handler_state = token;
    return credential_digest(call->arena, *token);
}

void credential_answer(struct call *call, const void *answer)
{
    const struct registered_agent *agent = answer;
    struct credential_view view = {agent->node_id, *(const struct text *)call->handler_state};

    call_answer_shape(call, call->route->status, &credential_view_shape, &view);
}
