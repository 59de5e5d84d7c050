/*
 * A token for a program is made. It opens what its owner may, within its scope, and no longer than it says; its text is
 * shown once, by api, and nobody has it afterwards.
 *
 *   api ──create_api_token──► [here] ──api_token_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/api_token_commands.h"
#include "commands/workspace/workspace_lookup.h"

/* A directory's is made by create_directory_token. */
static const char *const scopes_of_programs[] = {"read", "work", "admin", NULL};

static const struct field create_api_token_fields[] = {
    {UUID(create_api_token, user_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the owner; absent: the caller."},
    {UUID(create_api_token, token_id), .tag = 2, .flags = SERVER_SET, .doc = "Id of the token."},
    {BYTES(create_api_token, digest), .tag = 3, .flags = SERVER_SET | SECRET, .max = 32,
     .doc = "SHA-256 digest of the token."},
    {TEXT(create_api_token, name), .tag = 4, .flags = REQUIRED | ONE_LINE | TRIM, .min = 1,
     .max = 120, .doc = "What it is for, as people call it."},
    {ENUM(create_api_token, scope, scopes_of_programs), .tag = 5, .flags = REQUIRED,
     .doc = "What it opens of what its owner may: read what members read; work as members do; or "
            "admin, all but what people sign in by."},
    {LIST_OF(create_api_token, workspace_ids, KIND_UUID), .tag = 6, .max = API_TOKEN_WORKSPACES,
     .doc = "Workspaces that it is good in, and nowhere else; without any, in all."},
    {TEXT(create_api_token, networks), .tag = 7, .flags = ONE_LINE | TRIM,
     .max = API_TOKEN_NETWORKS,
     .doc = "Addresses and networks that it may come from, separated by commas: 10.0.0.0/8, "
            "192.0.2.7; absent: from anywhere."},
    {TIMESTAMP(create_api_token, expires_at), .tag = 8, .flags = REQUIRED,
     .doc = "Time until which it is good."},
};
static const struct shape create_api_token_shape =
    SHAPE(create_api_token, "Token for a program that is to be made.");

static enum status check_workspaces(
    const struct decision *decision,
    const struct create_api_token *order,
    struct uuid user_id,
    struct error *error)
{
    const struct uuid *ids = order->workspace_ids.items;
    bool is_admin = user_is_platform_admin(decision, user_id);

    for (size_t i = 0; i < order->workspace_ids.count; i++) {
        if (!workspace_exists(decision, ids[i]) ||
            (!is_admin && workspace_role(decision, ids[i], user_id) == 0))
            return decision_refuse(
                error, &refused_token_workspace, decision_show(decision, ids[i]));
    }
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_api_token *order = input;
    struct uuid user_id = user_or_caller(decision, order->user_id);
    const struct api_token_created created = {
        .user_id = user_id,
        .token_id = order->token_id,
        .digest = order->digest,
        .name = order->name,
        .scope = order->scope,
        .workspace_ids = order->workspace_ids,
        .networks = order->networks,
        .expires_at = order->expires_at,
    };
    struct user user;
    enum status status;

    if (!user_load(decision, user_id, &user))
        return decision_refuse(error, &refused_account_missing, decision_show(decision, user_id));
    if (!opt_bool_is_true(user.is_service) && !uuid_equal(user_id, decision->actor.id))
        return decision_refuse(error, &refused_token_of_other);
    if (!opt_bool_is_true(user.is_active))
        return decision_refuse(error, &refused_account_inactive);
    status = api_token_must_end_in_time(decision, order->expires_at, error);
    if (status == STATUS_OK)
        status = check_workspaces(decision, order, user_id, error);
    if (status == STATUS_OK)
        status = api_token_must_have_room(decision, user_id, error);
    if (status != STATUS_OK)
        return status;
    decision_emit(decision, &api_token_created_event, user_id, UUID_NONE, &created);
    return STATUS_OK;
}

const struct command create_api_token_command = {
    .name = "create_api_token",
    .doc = "Makes a token for a program.",
    .input = &create_api_token_shape,
    .decide = decide,
};
