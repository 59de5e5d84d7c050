/*
 * Delete an account that belongs nowhere any more. Its address is free again; what its owner did
 * stays on record.
 *
 *   api ──delete_user──► [here] ──user_deleted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/directory_group.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"
#include "commands/rolling/rolling_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"

static const struct field delete_user_fields[] = {
    {UUID(delete_user, user_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
};
static const struct shape delete_user_shape = SHAPE(delete_user, "Account to delete.");

enum status
user_check_deletable(const struct decision *decision, struct uuid user_id, struct error *error)
{
    if (workspace_user_has_workspaces(decision, user_id))
        return decision_refuse(error, &refused_has_workspaces);
    if (workspace_user_has_teams(decision, user_id))
        return decision_refuse(error, &refused_has_teams);
    if (schedule_user_has_schedules(decision, user_id))
        return decision_refuse(error, &refused_has_schedules);
    if (rolling_user_has_runs(decision, user_id))
        return decision_refuse(error, &refused_has_rolling_runs);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_user *order = input;
    struct user_deleted deleted = {order->user_id};
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user))
        return decision_refuse(
            error, &refused_account_missing, decision_show(decision, order->user_id));
    if (user_is_last_admin(decision, order->user_id))
        return decision_refuse(error, &refused_last_admin);
    if (uuid_equal(decision->actor.id, order->user_id))
        return decision_refuse(error, &refused_deleting_self);
    status = user_check_deletable(decision, order->user_id, error);
    if (status != STATUS_OK)
        return status;
    user_emit_groups_left(decision, order->user_id);
    security_key_emit_all_removed(decision, order->user_id, &user);
    session_emit_ending(decision, &user_deleted_event, order->user_id, &deleted);
    api_token_emit_all_ended(decision, order->user_id, TOKEN_OWNER_GONE);
    return STATUS_OK;
}

const struct command delete_user_command = {
    .name = "delete_user",
    .doc = "Deletes an account that belongs to no workspace and no team.",
    .input = &delete_user_shape,
    .decide = decide,
};
