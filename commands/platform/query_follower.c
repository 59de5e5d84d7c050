/*
 * Question: may whoever shows this token follow?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/follower.h"
#include "commands/platform/platform_commands.h"

static const struct field query_follower_fields[] = {
    {BYTES(query_follower, token_digest), .tag = 1, .flags = SERVER_SET | SECRET,
     .max = DIGEST_SIZE, .doc = "Keyed digest of the token."},
};
static const struct shape query_follower_shape = SHAPE(query_follower, "Follower to look up.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct query_follower *question = input;
    struct uuid follower;

    if (!model_holder(decision->model, CLAIM_FOLLOWER, question->token_digest, &follower))
        return decision_refuse(error, &refused_follower_not_admitted);
    return STATUS_OK;
}

const struct command query_follower_command = {
    .name = "query_follower",
    .doc = "Looks up whether a token is that of an admitted follower.",
    .input = &query_follower_shape,
    .decide = decide,
    .is_question = true,
};
