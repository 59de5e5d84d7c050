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

static const struct field known_follower_fields[] = {
    {UUID(known_follower, follower_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the follower."},
};
static const struct shape known_follower_shape = SHAPE(known_follower, "Whose token it is.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_follower *question = input;
    struct known_follower *known = answer;

    (void)arena;
    (void)model_holder(
        decision->model, CLAIM_FOLLOWER, question->token_digest, &known->follower_id);
}

const struct command query_follower_command = {
    .name = "query_follower",
    .doc = "Looks up whether a token is that of an admitted follower.",
    .input = &query_follower_shape,
    .decide = decide,
    .answer = &known_follower_shape,
    .answer_from = answer_from,
    .is_question = true,
};
