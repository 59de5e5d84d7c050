/*
 * Question: who is this, and what may they do here? Asked once per caller and workspace, then kept
 * until such facts change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

static const struct field query_access_fields[] = {
    {UUID(query_access, user_id), .tag = 1, .flags = REQUIRED, .doc = "Who asks."},
    {UUID(query_access, workspace_id), .tag = 2, .doc = "Where; absent: on the platform."},
};
static const struct shape query_access_shape = SHAPE(query_access, "What may somebody do here?");

static const struct field access_lookup_fields[] = {
    {BOOL(access_lookup, user_exists), .tag = 1, .doc = "Is there such an account?"},
    {BOOL(access_lookup, is_active), .tag = 2, .doc = "May they sign in?"},
    {ENUM(access_lookup, role, platform_role_names), .tag = 3, .doc = "Role on the platform."},
    {INT64(access_lookup, session_version), .tag = 4, .doc = "Older tokens are void."},
    {BOOL(access_lookup, workspace_exists), .tag = 5, .doc = "Is there such a workspace?"},
    {BOOL(access_lookup, workspace_is_archived), .tag = 6, .doc = "Is it read-only?"},
    {ENUM(access_lookup, member_role, member_role_names), .tag = 7,
     .doc = "Role there; absent: no member."},
};
static const struct shape access_lookup_shape =
    SHAPE(access_lookup, "What is known of a caller and of where they want to act.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    (void)decision;
    (void)input;
    (void)error;
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_access *question = input;
    struct access_lookup *facts = answer;
    bool is_archived = false;
    struct user user;

    (void)arena;
    facts->user_exists = opt_bool_of(user_load(decision, question->user_id, &user));
    if (opt_bool_is_true(facts->user_exists)) {
        facts->is_active = user.is_active;
        facts->role = user.role;
        facts->session_version = user.session_version;
    }
    facts->workspace_exists =
        opt_bool_of(workspace_exists(decision, question->workspace_id, &is_archived));
    facts->workspace_is_archived = opt_bool_of(is_archived);
    facts->member_role.is = workspace_role(decision, question->workspace_id, question->user_id);
}

const struct command query_access_command = {
    .name = "query_access",
    .doc = "Who is this, and what may they do here?",
    .input = &query_access_shape,
    .decide = decide,
    .answer = &access_lookup_shape,
    .answer_from = answer_from,
    .is_question = true,
};
