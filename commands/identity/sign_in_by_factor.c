/*
 * The second step of a sign-in: a code, newer than the last one that was taken, or a recovery code that is unused. Asked
 * again here, so that of two who come with the same one gets in.
 *
 *   api ──sign_in_by_factor──► [here] ──factor_used, user_signed_in──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field sign_in_by_factor_fields[] = {
    {UUID(sign_in_by_factor, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(sign_in_by_factor, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the password was checked."},
    {INT64(sign_in_by_factor, step), .tag = 3,
     .doc = "Step of the code; 0 where it was wrong; absent for a recovery code."},
    {BYTES(sign_in_by_factor, recovery), .tag = 4, .max = RECOVERY_DIGEST_SIZE,
     .doc = "Keyed digest of the recovery code."},
    {UUID(sign_in_by_factor, session_id), .tag = 5, .flags = REQUIRED,
     .doc = "Id of the session to open."},
    {BOOL(sign_in_by_factor, is_refreshable), .tag = 6,
     .doc = "Whether the session gets a refresh token."},
    {UUID(sign_in_by_factor, provider_id), .tag = 7,
     .doc = "Id of the provider that vouched for the person; absent: a password did."},
    {BYTES(sign_in_by_factor, provider_session), .tag = 8, .max = 32,
     .doc = "Keyed digest of the provider's own session, where it named one."},
};
static const struct shape sign_in_by_factor_shape =
    SHAPE(sign_in_by_factor, "Person who signs in by a second factor.");

static enum status
must_be_taken(const struct user *user, const struct sign_in_by_factor *order, struct error *error)
{
    if (!user_has_factor(user))
        return decision_refuse(error, &refused_factor_off);
    if (order->step == INT64_ABSENT)
        return user_recovery_index(user, order->recovery) < 0
                   ? decision_refuse(error, &refused_recovery_wrong)
                   : STATUS_OK;
    return order->step <= user->sign_in_step ? decision_refuse(error, &refused_code_wrong)
                                             : STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct sign_in_by_factor *order = input;
    const struct factor_used used = {order->user_id, order->step, order->recovery};
    struct user_signed_in signed_in = session_opened(
        decision, order->user_id, order->session_id,
        order->step == INT64_ABSENT ? BY_RECOVERY_CODE : BY_CODE, order->is_refreshable);
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user) || !opt_bool_is_true(user.is_active) ||
        user.session_version != order->session_version)
        return decision_refuse(error, &refused_challenge_void);
    status = must_be_taken(&user, order, error);
    if (status != STATUS_OK)
        return status;
    signed_in.provider_id = order->provider_id;
    signed_in.provider_session = order->provider_session;
    decision_emit(decision, &factor_used_event, order->user_id, UUID_NONE, &used);
    decision_emit(decision, &user_signed_in_event, order->user_id, UUID_NONE, &signed_in);
    return STATUS_OK;
}

const struct command sign_in_by_factor_command = {
    .name = "sign_in_by_factor",
    .doc = "Signs a person in by a second factor.",
    .input = &sign_in_by_factor_shape,
    .decide = decide,
};
