/*
 * Question: whose news may this person hear? Asked when a socket opens, and again whenever the answer may
 * have changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/authority/authority_lookup.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

static const struct field query_user_scope_fields[] = {
    {UUID(query_user_scope, user_id), .tag = 1, .flags = SERVER_SET, .doc = "Id of the person."},
    {LIST_OF(query_user_scope, session_ids, KIND_UUID), .tag = 2, .flags = SERVER_SET,
     .doc = "Sessions and API tokens of theirs that are asked about."},
};
static const struct shape query_user_scope_shape =
    SHAPE(query_user_scope, "Person whose scope is looked up.");

static const struct field user_scope_fields[] = {
    {BOOL(user_scope, is_active), .tag = 1,
     .doc = "Whether the account exists, and the person may sign in and lacks nothing."},
    {ENUM(user_scope, role, platform_role_names), .tag = 2, .doc = "Role on the platform."},
    {INT64(user_scope, session_version), .tag = 3,
     .doc = "Session version; tokens of older versions are void."},
    {LIST_OF(user_scope, workspace_ids, KIND_UUID), .tag = 4,
     .doc = "Workspaces that the person belongs to, by rising id."},
    {LIST_OF(user_scope, administered_ids, KIND_UUID), .tag = 5,
     .doc = "Workspaces of these that the person is owner or admin of."},
    {LIST_OF(user_scope, ended_ids, KIND_UUID), .tag = 6,
     .doc = "Sessions of those that were asked about that are not open any more."},
};
static const struct shape user_scope_shape = SHAPE(user_scope, "What a person may see.");

/* Those that the person may enter, in the place of all. */
static struct list open_ones(
    const struct decision *decision, struct uuid user_id, struct list ids, struct arena *arena)
{
    struct uuid *kept = arena_array(arena, ids.count + 1, sizeof(*kept));
    const struct uuid *all = ids.items;
    size_t count = 0;

    for (size_t i = 0; i < ids.count; i++) {
        if (workspace_open_role(decision, all[i], user_id) != 0)
            kept[count++] = all[i];
    }
    return (struct list){kept, count};
}

static struct list administered(
    const struct decision *decision, struct uuid user_id, struct list ids, struct arena *arena)
{
    struct uuid *kept = arena_array(arena, ids.count + 1, sizeof(*kept));
    const struct uuid *all = ids.items;
    size_t count = 0;

    for (size_t i = 0; i < ids.count; i++) {
        int64_t role = workspace_open_role(decision, all[i], user_id);
        if (role == MEMBER_OWNER || role == MEMBER_ADMIN)
            kept[count++] = all[i];
    }
    return (struct list){kept, count};
}

static struct list
ended(const struct decision *decision, const struct query_user_scope *question, struct arena *arena)
{
    const struct uuid *all = question->session_ids.items;
    struct uuid *kept = arena_array(arena, question->session_ids.count + 1, sizeof(*kept));
    size_t count = 0;

    for (size_t i = 0; i < question->session_ids.count; i++) {
        if (!identity_is_open(decision, all[i], question->user_id))
            kept[count++] = all[i];
    }
    return (struct list){kept, count};
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_user_scope *question = input;
    struct user_scope *scope = answer;
    struct user user;

    scope->is_active = OPT_FALSE;
    if (!user_load(decision, question->user_id, &user))
        return;
    scope->is_active =
        user_lacks_required_factor(decision, question->user_id) ? OPT_FALSE : user.is_active;
    scope->role = authority_of(decision, question->user_id, user.role).role;
    scope->session_version = user.session_version;
    scope->workspace_ids = open_ones(
        decision, question->user_id, workspace_ids_of_user(decision, question->user_id, arena),
        arena);
    scope->administered_ids =
        administered(decision, question->user_id, scope->workspace_ids, arena);
    scope->ended_ids = ended(decision, question, arena);
}

const struct command query_user_scope_command = {
    .name = "query_user_scope",
    .doc = "Looks up what a person may see.",
    .input = &query_user_scope_shape,
    .answer = &user_scope_shape,
    .answer_from = answer_from,
    .is_question = true,
};
