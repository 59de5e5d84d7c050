/*
 * Questions about people that other files and areas ask.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"

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
    struct uuid first;
    struct uuid second;

    return model_next_link(decision->model, LINK_ADMIN, UUID_NONE, UUID_NONE, &first, NULL) &&
           uuid_equal(first, user_id) &&
           !model_next_link(decision->model, LINK_ADMIN, UUID_NONE, first, &second, NULL);
}

bool user_is_platform_admin(const struct decision *decision, struct uuid user_id)
{
    return model_linked(decision->model, LINK_ADMIN, UUID_NONE, user_id, NULL);
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
