/*
 * An agent's credential is random, told once, and kept as a digest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/credential_view.h"

#include "api/call.h"
#include "commands/node/node_commands.h"
#include "core/base/log.h"
#include "core/crypto/crypto.h"

struct credential_view {
    struct uuid node_id;
    struct text agent_token;
    struct text warning;
};
static const struct field credential_view_fields[] = {
    {UUID(credential_view, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TEXT(credential_view, agent_token), .tag = 2, .flags = REQUIRED,
     .doc = "Credential of the agent; shown only once."},
    {TEXT(credential_view, warning), .tag = 3, .flags = OMIT_ABSENT,
     .doc = "What an operator should know of it; where there is something."},
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
    struct credential_view view = {
        .node_id = agent->node_id, .agent_token = *(const struct text *)call->handler_state};

    if (opt_bool_is_true(agent->has_replaced)) {
        view.warning = text_lit("Another agent of this host name is no longer accepted.");
        log_warning("node.agent_replaced", log_uuid("node", agent->node_id));
    }
    call_answer_shape(call, call->route->status, &credential_view_shape, &view);
}
