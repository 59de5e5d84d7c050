/*
 * Question: may this mailed token be used, and whose is it? Asked before a password is hashed for
 * it, because that is slow. Refused as the order itself would be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/identity/mailed_token.h"

static const struct field query_mailed_token_fields[] = {
    {ENUM(query_mailed_token, purpose, mailed_purpose_names), .tag = 1, .flags = REQUIRED,
     .doc = "Purpose that the token was mailed for."},
    {BYTES(query_mailed_token, token_digest), .tag = 2, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "Digest of the mailed token."},
};
static const struct shape query_mailed_token_shape =
    SHAPE(query_mailed_token, "Mailed token to look up.");

static const struct field mailed_token_lookup_fields[] = {
    {UUID(mailed_token_lookup, user_id), .tag = 1,
     .doc = "Id of the person that the token was mailed to."},
    {TIMESTAMP(mailed_token_lookup, expires_at), .tag = 2,
     .doc = "Time until which the token can be used."},
};
static const struct shape mailed_token_lookup_shape =
    SHAPE(mailed_token_lookup, "Person and expiry of a mailed token.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct query_mailed_token *question = input;
    enum mailed_purpose purpose = (enum mailed_purpose)question->purpose.is;
    struct uuid token_id;
    struct uuid user_id;
    enum status status =
        mailed_token_must_work(decision, purpose, question->token_digest, &token_id, error);

    if (status == STATUS_OK)
        status = mailed_token_owner(decision, purpose, token_id, &user_id, error);
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_mailed_token *question = input;
    struct mailed_token_lookup *facts = answer;
    struct mailed_token token;
    struct uuid id;
    struct error error;

    if (mailed_token_must_work(
            decision, (enum mailed_purpose)question->purpose.is, question->token_digest, &id,
            &error) != STATUS_OK ||
        !model_load(decision->model, &mailed_token_aggregate, id, arena, &token))
        return;
    facts->user_id = token.user_id;
    facts->expires_at = token.expires_at;
}

const struct command query_mailed_token_command = {
    .name = "query_mailed_token",
    .doc = "Looks up whether a mailed token can be used.",
    .input = &query_mailed_token_shape,
    .decide = decide,
    .answer = &mailed_token_lookup_shape,
    .answer_from = answer_from,
    .is_question = true,
};
