/*
 * Question: who is this, and what may they do here? Asked once per caller and workspace, then kept
 * until such facts change.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_facts.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

static const struct field ask_access_fields[] = {
    {UUID(ask_access, user_id), .tag = 1, .flags = REQUIRED, .doc = "Who asks."},
    {UUID(ask_access, workspace_id), .tag = 2, .doc = "Where; absent: on the platform."},
};
static const struct shape ask_access_shape = SHAPE(ask_access, "What may somebody do here?");

static const struct field access_facts_fields[] = {
    {BOOL(access_facts, user_exists), .tag = 1, .doc = "Is there such an account?"},
    {BOOL(access_facts, is_active), .tag = 2, .doc = "May they sign in?"},
    {ENUM(access_facts, role, platform_role_names), .tag = 3, .doc = "Role on the platform."},
    {INT64(access_facts, session_version), .tag = 4, .doc = "Older tokens are void."},
    {BOOL(access_facts, workspace_exists), .tag = 5, .doc = "Is there such a workspace?"},
    {BOOL(access_facts, workspace_is_archived), .tag = 6, .doc = "Is it read-only?"},
    {ENUM(access_facts, member_role, member_role_names), .tag = 7,
     .doc = "Role there; absent: no member."},
};
static const struct shape access_facts_shape =
    SHAPE(access_facts, "What is known of a caller and of where they want to act.");

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
    const struct ask_access *question = input;
    struct access_facts *facts = answer;
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

const struct command ask_access_command = {
    .name = "ask_access",
    .doc = "Who is this, and what may they do here?",
    .input = &ask_access_shape,
    .decide = decide,
    .answer = &access_facts_shape,
    .answer_from = answer_from,
    .is_question = true,
};
