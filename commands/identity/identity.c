/*
 * Folding what happens to people: accounts, their addresses, who is an admin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"

#include "commands/identity/identity_commands.h"
#include "commands/kinds.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"

static const struct field user_fields[] = {
    {BYTES(user, email_digest), .tag = 1, .doc = "Keyed digest of the address."},
    {PERSONAL(user, password), .tag = 2, .flags = SECRET, .doc = "Argon2id hash, sealed."},
    {UUID(user, password_event_id), .tag = 3, .doc = "Event that the hash is sealed for."},
    {CHOICE(user, role, platform_role_names), .tag = 4, .doc = "Role on the platform."},
    {FLAG(user, is_active), .tag = 5, .doc = "May they sign in?"},
    {WHOLE(user, session_version), .tag = 6, .doc = "Tokens of older versions are void."},
};
static const struct shape user_shape = SHAPE(user, "What deciding knows of an account.");
const struct aggregate user_aggregate = {STATE_USER, "user", &user_shape};

static void on_registered(struct fold *fold, const struct record *record)
{
    const struct user_registered *registered = record->event;
    struct user user = {
        .email_digest = registered->email.digest,
        .password = registered->password,
        .password_event_id = record->entry.event_id,
        .role = registered->role,
        .is_active = FLAG_YES,
        .session_version = 0,
    };

    fold_claim(fold, CLAIM_EMAIL, registered->email.digest, registered->user_id);
    model_store(fold->model, &user_aggregate, registered->user_id, &user);
    if (registered->role.is == ROLE_PLATFORM_ADMIN)
        model_link(fold->model, LINK_ADMIN, UUID_NONE, registered->user_id, 1);
}

void identity_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum identity_event)record->type->id) {
    case EVT_USER_REGISTERED:
        on_registered(fold, record);
        break;
    case EVT_USER_SIGNED_IN:
    case EVT_SIGN_IN_FAILED:
    case EVT_USER_CREATED:
    case EVT_USER_INVITED:
    case EVT_INVITATION_ACCEPTED:
    case EVT_USER_UPDATED:
    case EVT_USER_DELETED:
    case EVT_PREFERENCES_CHANGED:
    case EVT_PASSWORD_CHANGED:
    case EVT_PASSWORD_RESET_REQUESTED:
    case EVT_PASSWORD_RESET:
        break;
    }
}

bool user_load(const struct decision *decision, struct uuid user_id, struct user *out)
{
    return model_load(decision->model, &user_aggregate, user_id, decision->arena, out);
}

struct uuid user_of_email(const struct decision *decision, struct bytes email_digest)
{
    struct uuid holder;

    if (!model_holder(decision->model, CLAIM_EMAIL, email_digest, &holder))
        return UUID_NONE;
    return holder;
}

bool changes_access(const struct record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct event_type *type = records[i].type;
        if (type == &user_registered_event || type == &workspace_created_event ||
            type == &member_added_event)
            return true;
    }
    return false;
}
