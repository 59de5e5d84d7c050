/*
 * Somebody gave the right password, and has no second factor, or a trusted device that stands for it. Asked again here, because between question and order the
 * account may have been closed or its sessions ended.
 *
 *   api ──sign_in──► [here] ──user_signed_in──► ledger
 *
 * It works where nothing can be written, so that somebody can come and look; then there is no session, and the access
 * token is good until it ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/device.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field sign_in_fields[] = {
    {UUID(sign_in, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(sign_in, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the password was checked."},
    {UUID(sign_in, session_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the session to open."},
    {BOOL(sign_in, is_refreshable), .tag = 4, .doc = "Whether the session gets a refresh token."},
    {BYTES(sign_in, device_digest), .tag = 5, .max = 32,
     .doc = "SHA-256 digest of the token of a trusted device."},
};
static const struct shape sign_in_shape = SHAPE(sign_in, "Person who signs in.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct sign_in *order = input;
    struct user_signed_in signed_in = session_opened(
        decision, order->user_id, order->session_id, BY_PASSWORD, order->is_refreshable);
    struct user user;

    if (!user_load(decision, order->user_id, &user) || opt_bool_is_true(user.is_service))
        return decision_refuse(error, &refused_sign_in_void);
    if (!opt_bool_is_true(user.is_active))
        return decision_refuse(error, &refused_account_inactive);
    if (user.session_version != order->session_version)
        return decision_refuse(error, &refused_sign_in_void);
    if (user_has_factor(&user)) {
        signed_in.device_id = device_trusted_by(decision, order->user_id, order->device_digest);
        signed_in.method.is = BY_TRUSTED_DEVICE;
        if (!uuid_is_present(signed_in.device_id))
            return decision_refuse(error, &refused_sign_in_void);
    }
    decision_emit(decision, &user_signed_in_event, order->user_id, UUID_NONE, &signed_in);
    return STATUS_OK;
}

const struct command sign_in_command = {
    .name = "sign_in",
    .doc = "Signs a person in whose password was checked.",
    .input = &sign_in_shape,
    .decide = decide,
    .may_go_unrecorded = true,
};
