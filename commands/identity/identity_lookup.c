/*
 * Questions about people that other files and areas ask.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"

#include "commands/authority/authority_lookup.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"

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

bool user_is_last_admin(const struct decision *decision, struct uuid user_id)
{
    struct uuid other = UUID_NONE;

    if (!user_is_platform_admin(decision, user_id))
        return false;
    while (model_next_link(decision->model, LINK_ADMIN, UUID_NONE, other, &other, NULL)) {
        if (!uuid_equal(other, user_id) && user_is_platform_admin(decision, other))
            return false;
    }
    return true;
}

bool user_is_platform_admin(const struct decision *decision, struct uuid user_id)
{
    static const struct enum_value admin = {ROLE_PLATFORM_ADMIN};

    return model_linked(decision->model, LINK_ADMIN, UUID_NONE, user_id, NULL) &&
           authority_of(decision, user_id, admin).lack.is == 0;
}

bool user_is_recovery_admin(const struct decision *decision, struct uuid user_id)
{
    const struct enum_value role = {user_stored_role(decision, user_id)};

    return authority_of(decision, user_id, role).role.is == ROLE_PLATFORM_RECOVERY_ADMIN;
}

enum status user_must_not_recover_self(
    const struct decision *decision, struct uuid user_id, struct error *error)
{
    if (decision->actor.kind == ACTOR_USER && uuid_equal(decision->actor.id, user_id) &&
        user_is_recovery_admin(decision, user_id))
        return decision_refuse(error, &refused_recovery_of_self);
    return STATUS_OK;
}

bool user_any_admin(const struct decision *decision)
{
    return identity_has_admin(decision->model);
}

int64_t user_stored_role(const struct decision *decision, struct uuid user_id)
{
    struct user user;

    return user_load(decision, user_id, &user) ? user.role.is : 0;
}

bool user_may_have_role(const struct decision *decision, struct uuid user_id)
{
    struct user user;

    return user_load(decision, user_id, &user) && opt_bool_is_true(user.is_accepted) &&
           !opt_bool_is_true(user.is_service);
}

bool identity_has_admin(const struct model *model)
{
    struct uuid admin;

    return model_next_link(model, LINK_ADMIN, UUID_NONE, UUID_NONE, &admin, NULL);
}

bool user_was_there(const struct decision *decision, struct uuid user_id)
{
    struct former_user former;

    return model_load(decision->model, &former_user_aggregate, user_id, decision->arena, &former);
}

int64_t user_since(const struct decision *decision, struct uuid user_id)
{
    struct former_user former;
    struct user user;

    if (user_load(decision, user_id, &user))
        return user.since_position;
    if (model_load(decision->model, &former_user_aggregate, user_id, decision->arena, &former))
        return former.since_position;
    return INT64_ABSENT;
}

bool user_is_there(
    const struct decision *decision, struct uuid user_id, bool *out_is_active_and_accepted)
{
    struct user user;

    if (!user_load(decision, user_id, &user))
        return false;
    *out_is_active_and_accepted =
        opt_bool_is_true(user.is_active) && opt_bool_is_true(user.is_accepted);
    return true;
}
