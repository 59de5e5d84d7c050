/*
 * Tokens for programs, as folding keeps them. One that has ended leaves nothing here; the ledger has it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"

#include "commands/identity/session.h"
#include "core/shape/list.h"

static const struct field api_token_fields[] = {
    {UUID(api_token, user_id), .tag = 1, .doc = "Id of the owner."},
    {BYTES(api_token, digest), .tag = 2, .doc = "SHA-256 digest of the token."},
    {ENUM(api_token, scope, token_scope_names), .tag = 3,
     .doc = "What it opens of what its owner may."},
    {LIST_OF(api_token, workspace_ids, KIND_UUID), .tag = 4,
     .doc = "Workspaces that it is good in; without any, in all."},
    {TEXT(api_token, networks), .tag = 5, .doc = "Networks that it may come from."},
    {TIMESTAMP(api_token, expires_at), .tag = 6, .doc = "Time until which it is good."},
    {TIMESTAMP(api_token, used_at), .tag = 7, .doc = "Time of its last use, to the hour."},
};
static const struct shape api_token_shape = SHAPE(api_token, "State of a token for programs.");
const struct aggregate api_token_aggregate = {STATE_API_TOKEN, "api_token", &api_token_shape};

bool api_token_load(const struct decision *decision, struct uuid token_id, struct api_token *out)
{
    return model_load(decision->model, &api_token_aggregate, token_id, decision->arena, out);
}

bool identity_is_open(const struct decision *decision, struct uuid id, struct uuid user_id)
{
    struct session session;
    struct api_token token;

    if (session_load(decision, id, &session))
        return uuid_equal(session.user_id, user_id);
    return api_token_load(decision, id, &token) && uuid_equal(token.user_id, user_id);
}

enum status api_token_must_end_in_time(
    const struct decision *decision, struct timestamp expires_at, struct error *error)
{
    if (expires_at.us > decision->now.us &&
        expires_at.us <= decision->now.us + decision->policy->api_token_us)
        return STATUS_OK;
    return decision_refuse(error, &refused_token_expiry);
}

enum status
api_token_must_have_room(const struct decision *decision, struct uuid user_id, struct error *error)
{
    if (model_count_links(decision->model, LINK_API_TOKEN, user_id, API_TOKENS_OF_USER) <
        API_TOKENS_OF_USER)
        return STATUS_OK;
    return decision_refuse(error, &refused_tokens_too_many);
}

void api_token_emit_ended(
    struct decision *decision, struct uuid user_id, struct list token_ids, enum token_end end)
{
    const struct api_tokens_ended ended = {user_id, token_ids, {end}};

    decision_emit(decision, &api_tokens_ended_event, user_id, UUID_NONE, &ended);
}

void api_token_emit_all_ended(struct decision *decision, struct uuid user_id, enum token_end end)
{
    struct uuid *ids = arena_array(decision->arena, API_TOKENS_OF_USER, sizeof(*ids));
    struct uuid id = UUID_NONE;
    size_t count = 0;

    while (count < API_TOKENS_OF_USER &&
           model_next_link(decision->model, LINK_API_TOKEN, user_id, id, &id, NULL))
        ids[count++] = id;
    if (count > 0)
        api_token_emit_ended(decision, user_id, (struct list){ids, count}, end);
}

bool api_token_is_for(const struct api_token *token, struct uuid workspace_id)
{
    return token->workspace_ids.count == 0 || list_has_uuid(&token->workspace_ids, workspace_id);
}

static struct timer timer_of(struct uuid id, const struct api_token *token)
{
    return (struct timer){TIMER_API_TOKEN, id, token->expires_at};
}

static void fold_created(struct fold *fold, const struct record *record)
{
    const struct api_token_created *created = record->event;
    const struct api_token token = {
        .user_id = created->user_id,
        .digest = created->digest,
        .scope = created->scope,
        .workspace_ids = created->workspace_ids,
        .networks = created->networks,
        .expires_at = created->expires_at,
    };
    struct timer timer = timer_of(created->token_id, &token);

    fold_claim(fold, CLAIM_API_TOKEN, created->digest, created->token_id);
    model_link(fold->model, LINK_API_TOKEN, created->user_id, created->token_id, 1);
    model_store(fold->model, &api_token_aggregate, created->token_id, &token);
    model_set_timer(fold->model, &timer);
}

static void fold_used(struct fold *fold, const struct record *record)
{
    const struct api_token_used *used = record->event;
    struct api_token token;

    if (!model_load(fold->model, &api_token_aggregate, used->token_id, fold->arena, &token))
        return;
    token.used_at = record->entry.recorded_at;
    model_store(fold->model, &api_token_aggregate, used->token_id, &token);
}

static void forget(struct fold *fold, struct uuid token_id)
{
    struct api_token token;
    struct timer timer;

    if (!model_load(fold->model, &api_token_aggregate, token_id, fold->arena, &token))
        return;
    timer = timer_of(token_id, &token);
    model_clear_timer(fold->model, &timer);
    fold_release(fold, CLAIM_API_TOKEN, token.digest, token_id);
    model_unlink(fold->model, LINK_API_TOKEN, token.user_id, token_id);
    model_remove(fold->model, &api_token_aggregate, token_id);
}

static void fold_ended(struct fold *fold, const struct record *record)
{
    const struct api_tokens_ended *ended = record->event;
    const struct uuid *ids = ended->token_ids.items;

    for (size_t i = 0; i < ended->token_ids.count; i++)
        forget(fold, ids[i]);
}

void api_token_fold(struct fold *fold, const struct record *record)
{
    if (record->type == &api_token_created_event)
        fold_created(fold, record);
    else if (record->type == &api_token_used_event)
        fold_used(fold, record);
    else if (record->type == &api_tokens_ended_event)
        fold_ended(fold, record);
}
