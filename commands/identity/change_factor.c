/*
 * What both changes of a second factor in use have in common: a code of it confirms them, and each code one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"

static const struct field change_factor_fields[] = {
    {UUID(change_factor, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(change_factor, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the code was checked."},
    {INT64(change_factor, step), .tag = 3,
     .doc = "Step of the code; 0 where it was wrong; absent: none came."},
    {BYTES(change_factor, recovery), .tag = 4, .max = RECOVERY_CODES * RECOVERY_DIGEST_SIZE,
     .doc = "Keyed digests of the new recovery codes, in a row."},
    {UUID(change_factor, session_id), .tag = 5, .doc = "Id of the session that it is asked with."},
};
const struct shape change_factor_shape =
    SHAPE(change_factor, "Change of a second factor, confirmed by a code.");

enum status identity_factor_must_be_confirmed(
    const struct decision *decision, const struct change_factor *order, struct error *error)
{
    struct user user;

    if (!user_load(decision, order->user_id, &user) ||
        user.session_version != order->session_version)
        return decision_refuse(error, &refused_sign_in_void);
    if (!user_has_factor(&user))
        return decision_refuse(error, &refused_factor_off);
    if (order->step == INT64_ABSENT || order->step <= user.change_step)
        return decision_refuse(error, &refused_code_wrong);
    return STATUS_OK;
}

enum status identity_factor_must_not_be_needed(
    const struct decision *decision, struct uuid user_id, struct error *error)
{
    if (sign_in_rules_need_factor(decision) || workspace_user_needs_factor(decision, user_id))
        return decision_refuse(error, &refused_factor_required);
    return STATUS_OK;
}
