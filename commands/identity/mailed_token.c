/*
 * Mailed tokens: one rule for invitations and for requests for a new password, each with its own
 * words.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/mailed_token.h"

const int64_t invitation_life_us = INT64_C(72) * 3600 * US_PER_S;
const int64_t reset_life_us = INT64_C(3600) * US_PER_S;

const char *const mailed_purpose_names[] = {"invitation", "reset", NULL};
static const char *const mailed_state_names[] = {"pending", "used", "revoked", NULL};

static const struct field mailed_token_fields[] = {
    {UUID(mailed_token, user_id), .tag = 1,
     .doc = "Id of the person that the token was mailed to."},
    {ENUM(mailed_token, state, mailed_state_names), .tag = 2, .doc = "State of the token."},
    {TIMESTAMP(mailed_token, expires_at), .tag = 3,
     .doc = "Time until which the token can be used."},
};
static const struct shape mailed_token_shape = SHAPE(mailed_token, "State of a mailed token.");
const struct aggregate mailed_token_aggregate = {
    STATE_MAILED_TOKEN, "mailed_token", &mailed_token_shape};

struct words {
    uint16_t claim;
    const struct refusal *unknown;
    const struct refusal *used;
    const struct refusal *over;
};

static const struct words *words_of(enum mailed_purpose purpose)
{
    static const struct words of_invitation = {
        CLAIM_INVITATION, &refused_invitation_unknown, &refused_invitation_used,
        &refused_invitation_over};
    static const struct words of_reset = {
        CLAIM_RESET, &refused_reset_unknown, &refused_reset_used, &refused_reset_over};

    return purpose == MAILED_INVITATION ? &of_invitation : &of_reset;
}

enum status mailed_token_must_work(
    const struct decision *decision,
    enum mailed_purpose purpose,
    struct bytes token_digest,
    struct uuid *out_id,
    struct error *error)
{
    const struct words *words = words_of(purpose);
    struct mailed_token token;
    struct uuid id;

    if (!model_holder(decision->model, (uint16_t)words->claim, token_digest, &id) ||
        !model_load(decision->model, &mailed_token_aggregate, id, decision->arena, &token))
        return decision_refuse(error, words->unknown);
    if (token.state.is == MAILED_USED)
        return decision_refuse(error, words->used);
    if (token.state.is != MAILED_PENDING || decision->now.us >= token.expires_at.us)
        return decision_refuse(error, words->over);
    *out_id = id;
    return STATUS_OK;
}

enum status mailed_token_owner(
    const struct decision *decision,
    enum mailed_purpose purpose,
    struct uuid token_id,
    struct uuid *out_user_id,
    struct error *error)
{
    struct mailed_token token;
    struct user user;

    if (!model_load(decision->model, &mailed_token_aggregate, token_id, decision->arena, &token) ||
        !user_load(decision, token.user_id, &user))
        return decision_refuse(error, words_of(purpose)->unknown);
    if (purpose == MAILED_INVITATION && opt_bool_is_true(user.is_accepted))
        return decision_refuse(error, &refused_invitation_used);
    if (purpose == MAILED_RESET &&
        !(opt_bool_is_true(user.is_active) && opt_bool_is_true(user.is_accepted)))
        return decision_refuse(error, &refused_reset_inactive);
    *out_user_id = token.user_id;
    return STATUS_OK;
}

void mailed_token_fold(
    struct fold *fold,
    enum mailed_purpose purpose,
    struct uuid token_id,
    struct bytes token_digest,
    const struct mailed_token *token)
{
    fold_claim(fold, (uint16_t)words_of(purpose)->claim, token_digest, token_id);
    model_store(fold->model, &mailed_token_aggregate, token_id, token);
}

void mailed_token_fold_state(struct fold *fold, struct uuid token_id, enum mailed_state state)
{
    struct mailed_token token;

    if (!model_load(fold->model, &mailed_token_aggregate, token_id, fold->arena, &token))
        return;
    token.state.is = state;
    model_store(fold->model, &mailed_token_aggregate, token_id, &token);
}
