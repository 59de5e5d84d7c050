/*
 * Folding what is on record of somebody's access.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_record.h"

#include "api/access_rule.h"
#include "api/call.h"
#include "api/evidence/access_walk.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/identity/api_tokens.h"
#include "migrations/identity/users.h"
#include "migrations/workspace/memberships.h"
#include "migrations/workspace/workspaces.h"

static bool take_membership(const struct record *record, void *context)
{
    struct uuid *out = context;

    *out = ((const struct member_added *)record->event)->membership_id;
    return false;
}

/* The newest one: a person has one at a time. */
static enum status find_membership(
    struct call *call, const struct access_place *place, struct uuid *out, struct error *error)
{
    const struct access_walk walk = {
        .type = &member_added_event,
        .user_id = place->user_id,
        .workspace_id = place->workspace_id,
        .size = place->size,
        .each = take_membership,
        .context = out,
    };

    *out = UUID_NONE;
    if (!uuid_is_present(place->workspace_id))
        return STATUS_OK;
    return access_walk(call, &walk, error);
}

static bool take_rules(const struct record *record, void *context)
{
    const struct sign_in_rules_changed *event = record->event;
    struct access_record *out = context;

    out->needs_factor = opt_bool_is_true(event->second_factor_required);
    out->needs_factor_at = record->entry.position;
    return false;
}

/* What holds of everybody's sign-ins: the newest word. */
static enum status
find_rules(struct call *call, uint64_t size, struct access_record *out, struct error *error)
{
    const struct access_walk walk = {
        .type = &sign_in_rules_changed_event, .size = size, .each = take_rules, .context = out};

    out->needs_factor = false;
    out->needs_factor_at = INT64_ABSENT;
    return access_walk(call, &walk, error);
}

enum status access_record_look(
    struct call *call,
    const struct access_place *place,
    struct access_record *out,
    struct error *error)
{
    struct uuid membership_id = UUID_NONE;
    enum status status = find_membership(call, place, &membership_id, error);

    if (status == STATUS_OK)
        status = find_rules(call, place->size, out, error);
    if (status == STATUS_OK)
        status = authority_record_look(call, place->user_id, place->size, &out->authority, error);
    if (status == STATUS_OK)
        status = traced_look(call, &users_table, place->user_id, place->size, &out->user, error);
    if (status == STATUS_OK)
        status = traced_look(
            call, &memberships_table, membership_id, place->size, &out->membership, error);
    if (status == STATUS_OK)
        status = traced_look(
            call, &workspaces_table, place->workspace_id, place->size, &out->workspace, error);
    if (status == STATUS_OK)
        status =
            traced_look(call, &api_tokens_table, place->token_id, place->size, &out->token, error);
    return status;
}

static bool is_for(const struct api_token_row *token, struct uuid workspace_id)
{
    const struct uuid *ids = token->workspace_ids.items;

    for (size_t i = 0; i < token->workspace_ids.count; i++) {
        if (uuid_equal(ids[i], workspace_id))
            return true;
    }
    return token->workspace_ids.count == 0;
}

static void take_token(
    struct caller_access *access,
    const struct access_place *place,
    const struct access_record *record,
    struct timestamp at)
{
    const struct api_token_row *token = record->token.row;

    access->has_session_ended = token == NULL || at.us >= token->expires_at.us;
    if (token == NULL)
        return;
    access->token_scope = token->scope.is;
    access->token_is_for_here = is_for(token, place->workspace_id);
}

/* The role on the platform, where it counts. */
static void
take_role(struct caller_access *access, const struct access_record *record, struct timestamp at)
{
    const struct user_row *user = record->user.row;

    if (user == NULL)
        return;
    access->lacks_authority = authority_record_lacks(&record->authority, user->role.is, at);
    access_take_role(access, access->lacks_authority ? ROLE_USER : user->role.is);
}

/* Service accounts can have none, and need none. */
static bool lacks_factor(const struct user_row *user)
{
    return user != NULL && user->kind.is != USER_SERVICE_ACCOUNT &&
           !opt_bool_is_true(user->mfa_enabled);
}

static bool requires_factor(const struct workspace_row *workspace)
{
    return workspace != NULL && opt_bool_is_true(workspace->second_factor_required);
}

struct caller_access access_record_facts(
    const struct access_place *place, const struct access_record *record, struct timestamp at)
{
    const struct user_row *user = record->user.row;
    const struct membership_row *membership = record->membership.row;
    struct caller_access access = {
        .user_id = place->user_id,
        .workspace_id = place->workspace_id,
        .user_exists = user != NULL,
        .is_active = user != NULL && opt_bool_is_true(user->is_active),
        .workspace_exists = record->workspace.row != NULL,
        .member_role = membership == NULL ? 0 : membership->role.is,
        .lacks_factor = record->needs_factor && lacks_factor(user),
        .lacks_factor_here = requires_factor(record->workspace.row) && lacks_factor(user),
    };

    take_role(&access, record, at);
    if (uuid_is_present(place->token_id))
        take_token(&access, place, record, at);
    return access;
}
