/*
 * An admin changes an account. What does not change is left out of the event; a role or activity
 * that does change ends the sessions.
 *
 *   api ──update_user──► [here] ──user_updated──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "commands/rolling/rolling_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "eventlog/events/identity_events.h"

static const struct field update_user_fields[] = {
    {UUID(update_user, user_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
    {PERSONAL(update_user, email), .tag = 2, .flags = TRIM | LOWER | EMAIL, .digest = DIGEST_EMAIL,
     .max = 254, .doc = "New email address to sign in with."},
    {PERSONAL(update_user, name), .tag = 3, .flags = ONE_LINE | TRIM, .min = 2, .max = 120,
     .doc = "New display name."},
    {ENUM(update_user, role, platform_role_names), .tag = 4, .doc = "New role on the platform."},
    {BOOL(update_user, is_active), .tag = 5, .doc = "Whether the person may sign in."},
};
static const struct shape update_user_shape = SHAPE(update_user, "Changes of an account.");

static bool has_new_email(const struct update_user *order, const struct user *user)
{
    return bytes_are_present(order->email.digest) &&
           !bytes_equal(order->email.digest, user->email_digest);
}

/* What a provider's rules or directory switched off stays so once somebody says it, too. */
static bool is_to_stay_off(const struct update_user *order, const struct user *user)
{
    return order->is_active.is != 0 && !opt_bool_is_true(order->is_active) &&
           (uuid_is_present(user->off_provider_id) || opt_bool_is_true(user->is_off_by_directory));
}

/* Nobody locks everybody out, nor themselves. */
static enum status check_power(
    const struct decision *decision,
    const struct update_user *order,
    const struct user_updated *updated,
    struct error *error)
{
    bool is_downgraded = updated->role.is == ROLE_USER;
    bool is_deactivated = updated->is_active.is != 0 && !opt_bool_is_true(updated->is_active);
    bool is_self = uuid_equal(decision->actor.id, order->user_id);

    if ((is_downgraded || is_deactivated) && user_is_last_admin(decision, order->user_id))
        return decision_refuse(error, &refused_last_admin);
    if (is_self && is_deactivated)
        return decision_refuse(error, &refused_deactivating_self);
    if (is_self && is_downgraded)
        return decision_refuse(error, &refused_downgrading_self);
    return STATUS_OK;
}

/* A recovery administrator switches ordinary accounts on and off, and says what they are called and mailed by. */
static enum status check_recovery(
    const struct decision *decision,
    const struct update_user *order,
    const struct user *user,
    struct error *error)
{
    if (decision->actor.kind != ACTOR_USER || !user_is_recovery_admin(decision, decision->actor.id))
        return STATUS_OK;
    if (order->role.is != 0 || user->role.is != ROLE_USER)
        return decision_refuse(error, &refused_recovery_of_role);
    return STATUS_OK;
}

void user_emit_updated(struct decision *decision, const struct user_updated *updated)
{
    if (updated->role.is != 0 || updated->is_active.is != 0)
        session_emit_ending(decision, &user_updated_event, updated->user_id, updated);
    else
        decision_emit(decision, &user_updated_event, updated->user_id, UUID_NONE, updated);
    if (updated->is_active.is == 0 || opt_bool_is_true(updated->is_active))
        return;
    api_token_emit_all_ended(decision, updated->user_id, TOKEN_OWNER_GONE);
    schedule_emit_owner_left(decision, updated->user_id, UUID_NONE);
    rolling_emit_owner_left(decision, updated->user_id, UUID_NONE);
}

void user_emit_role(struct decision *decision, struct uuid user_id, struct enum_value role)
{
    const struct user_updated updated = {.user_id = user_id, .role = role};

    if (user_stored_role(decision, user_id) != role.is)
        user_emit_updated(decision, &updated);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct update_user *order = input;
    struct user_updated updated = {.user_id = order->user_id, .name = order->name};
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user))
        return decision_refuse(
            error, &refused_account_missing, decision_show(decision, order->user_id));
    if (opt_bool_is_true(user.is_service) && (bytes_are_present(order->email.digest) ||
                                              (order->role.is != 0 && order->role.is != ROLE_USER)))
        return decision_refuse(error, &refused_service_account);
    if (has_new_email(order, &user))
        updated.email = order->email;
    if (order->role.is != user.role.is)
        updated.role = order->role;
    if (order->is_active.is != user.is_active.is || is_to_stay_off(order, &user))
        updated.is_active = order->is_active;
    status = check_recovery(decision, order, &user, error);
    if (status == STATUS_OK)
        status = check_power(decision, order, &updated, error);
    if (status != STATUS_OK)
        return status;
    if (has_new_email(order, &user) &&
        uuid_is_present(user_of_email(decision, order->email.digest)))
        return decision_refuse(error, &refused_email_taken);
    if (opt_bool_is_true(updated.is_active) && !opt_bool_is_true(user.is_accepted))
        return decision_refuse(error, &refused_activating_pending);
    user_emit_updated(decision, &updated);
    return STATUS_OK;
}

const struct command update_user_command = {
    .name = "update_user",
    .doc = "Changes an account; absent fields stay unchanged.",
    .input = &update_user_shape,
    .decide = decide,
};
