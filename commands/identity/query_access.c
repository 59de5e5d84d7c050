/*
 * Question: who is this, and what may they do here? Asked once per caller and workspace, then kept
 * until such facts change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority_lookup.h"
#include "commands/identity/api_token.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

static const struct field query_access_fields[] = {
    {UUID(query_access, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the caller."},
    {UUID(query_access, workspace_id), .tag = 2,
     .doc = "Id of the workspace; absent for the platform."},
    {UUID(query_access, session_id), .tag = 3, .doc = "Id of the caller's session, if they say."},
    {BYTES(query_access, token_digest), .tag = 4, .max = 32,
     .doc = "SHA-256 digest of an API token, whose owner is the caller."},
};
static const struct shape query_access_shape =
    SHAPE(query_access, "Caller and place of a request.");

static const struct field access_lookup_fields[] = {
    {BOOL(access_lookup, user_exists), .tag = 1, .doc = "Whether the account exists."},
    {BOOL(access_lookup, is_active), .tag = 2, .doc = "Whether the person may sign in."},
    {ENUM(access_lookup, role, platform_role_names), .tag = 3, .doc = "Role on the platform."},
    {INT64(access_lookup, session_version), .tag = 4,
     .doc = "Session version; tokens of older versions are void."},
    {BOOL(access_lookup, workspace_exists), .tag = 5, .doc = "Whether the workspace exists."},
    {ENUM(access_lookup, member_role, member_role_names), .tag = 6,
     .doc = "Role in the workspace; absent for nonmembers."},
    {BOOL(access_lookup, has_session_ended), .tag = 7,
     .doc = "Whether the session that was asked about is not open any more."},
    {UUID(access_lookup, user_id), .tag = 8,
     .doc = "Id of the caller; absent: there is no such token."},
    {UUID(access_lookup, token_id), .tag = 9, .doc = "Id of the API token."},
    {ENUM(access_lookup, token_scope, token_scope_names), .tag = 10,
     .doc = "Scope of the API token."},
    {BOOL(access_lookup, token_is_for_here), .tag = 11,
     .doc = "Whether the API token is good in the workspace, or without one."},
    {TEXT(access_lookup, token_networks), .tag = 12,
     .doc = "Networks that the API token may come from."},
    {TIMESTAMP(access_lookup, token_ends_at), .tag = 13, .doc = "Time until which it is good."},
    {TIMESTAMP(access_lookup, token_used_at), .tag = 14,
     .doc = "Time of its last use, to the hour."},
    {BOOL(access_lookup, has_no_factor), .tag = 19,
     .doc = "Whether the caller has no second factor, and is no service account."},
    {BOOL(access_lookup, lacks_factor), .tag = 15,
     .doc = "Whether everybody needs a second factor, and the caller has none."},
    {BOOL(access_lookup, lacks_factor_here), .tag = 16,
     .doc = "Whether the workspace requires a second factor, and the caller has none."},
    {BOOL(access_lookup, lacks_authority), .tag = 17,
     .doc = "Whether the account has another role, which does not count without a grant."},
    {TIMESTAMP(access_lookup, role_ends_at), .tag = 18, .doc = "Time until which the role counts."},
};
static const struct shape access_lookup_shape = SHAPE(access_lookup, "Rights of a caller.");

/* Whose token it is, and what it opens. */
static void look_up_token(
    const struct decision *decision,
    const struct query_access *question,
    struct access_lookup *facts)
{
    struct api_token token;

    if (!model_holder(decision->model, CLAIM_API_TOKEN, question->token_digest, &facts->token_id) ||
        !api_token_load(decision, facts->token_id, &token) ||
        decision->now.us >= token.expires_at.us)
        return;
    facts->user_id = token.user_id;
    facts->token_scope = token.scope;
    facts->token_is_for_here = opt_bool_of(api_token_is_for(&token, question->workspace_id));
    facts->token_networks = token.networks;
    facts->token_ends_at = token.expires_at;
    facts->token_used_at = token.used_at;
}

/* The role that counts, and until when; where that is not the account's, so much is told. */
static void
look_up_role(const struct decision *decision, const struct user *user, struct access_lookup *facts)
{
    const struct authority authority = authority_of(decision, facts->user_id, user->role);

    facts->role = authority.role;
    facts->lacks_authority = opt_bool_of(authority.lack.is != 0);
    facts->role_ends_at = authority.ends_at;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_access *question = input;
    struct access_lookup *facts = answer;
    struct user user;

    (void)arena;
    facts->user_id = question->user_id;
    if (bytes_are_present(question->token_digest))
        look_up_token(decision, question, facts);
    facts->user_exists = opt_bool_of(user_load(decision, facts->user_id, &user));
    if (opt_bool_is_true(facts->user_exists)) {
        facts->is_active = user.is_active;
        look_up_role(decision, &user, facts);
        facts->session_version = user.session_version;
    }
    facts->workspace_exists = opt_bool_of(workspace_exists(decision, question->workspace_id));
    facts->member_role.is = workspace_role(decision, question->workspace_id, facts->user_id);
    facts->lacks_factor = opt_bool_of(user_lacks_required_factor(decision, facts->user_id));
    facts->has_no_factor = opt_bool_of(user_lacks_factor(decision, facts->user_id));
    facts->lacks_factor_here =
        opt_bool_of(workspace_is_shut(decision, question->workspace_id, facts->user_id));
    facts->has_session_ended = opt_bool_of(
        uuid_is_present(question->session_id) &&
        !identity_is_open(decision, question->session_id, question->user_id));
}

const struct command query_access_command = {
    .name = "query_access",
    .doc = "Looks up the rights of a caller.",
    .input = &query_access_shape,
    .answer = &access_lookup_shape,
    .answer_from = answer_from,
    .is_question = true,
};

bool identity_changes_access(const struct record *records, size_t count)
{
    static const struct event_type *const changing[] = {
        &user_registered_event,       &service_account_created_event,
        &user_created_event,          &invitation_accepted_event,
        &user_updated_event,          &user_deleted_event,
        &password_changed_event,      &password_reset_event,
        &factor_enabled_event,        &recovery_codes_replaced_event,
        &factor_disabled_event,       &sessions_ended_event,
        &api_tokens_ended_event,      &user_provisioned_event,
        &sign_in_rules_changed_event, &security_key_added_event,
        &security_key_removed_event,  &authority_declared_event,
        &role_granted_event,          &role_grant_ended_event,
    };

    for (size_t i = 0; i < count; i++) {
        if (workspace_changes_access(records[i].type))
            return true;
        for (size_t k = 0; k < COUNT_OF(changing); k++) {
            if (records[i].type == changing[k])
                return true;
        }
    }
    return false;
}
