/*
 * The second step of a sign-in, by a key that has signed the challenge. Asked again here, so that of two who come with
 * the same signature one gets in.
 *
 *   api ──sign_in_by_security_key──► [here] ──security_key_used, user_signed_in──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field sign_in_by_security_key_fields[] = {
    {UUID(sign_in_by_security_key, user_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the person."},
    {INT64(sign_in_by_security_key, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the password was checked."},
    {OBJECT(sign_in_by_security_key, shown, shown_key), .tag = 3, .flags = REQUIRED,
     .doc = "What the key has signed."},
    {UUID(sign_in_by_security_key, session_id), .tag = 4, .flags = REQUIRED,
     .doc = "Id of the session to open."},
    {BOOL(sign_in_by_security_key, is_refreshable), .tag = 5,
     .doc = "Whether the session gets a refresh token."},
    {UUID(sign_in_by_security_key, provider_id), .tag = 6,
     .doc = "Id of the provider that vouched for the person; absent: a password did."},
    {BYTES(sign_in_by_security_key, provider_session), .tag = 7, .max = 32,
     .doc = "Keyed digest of the provider's own session, where it named one."},
};
static const struct shape sign_in_by_security_key_shape =
    SHAPE(sign_in_by_security_key, "Person who signs in by a security key.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct sign_in_by_security_key *order = input;
    struct user_signed_in signed_in = session_opened(
        decision, order->user_id, order->session_id, BY_SECURITY_KEY, order->is_refreshable);
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user) || !opt_bool_is_true(user.is_active) ||
        user.session_version != order->session_version)
        return decision_refuse(error, &refused_challenge_void);
    status = security_key_must_be_shown(decision, order->user_id, order->shown, error);
    if (status != STATUS_OK)
        return status;
    signed_in.provider_id = order->provider_id;
    signed_in.provider_session = order->provider_session;
    security_key_emit_used(decision, order->user_id, order->shown);
    decision_emit(decision, &user_signed_in_event, order->user_id, UUID_NONE, &signed_in);
    return STATUS_OK;
}

const struct command sign_in_by_security_key_command = {
    .name = "sign_in_by_security_key",
    .doc = "Signs a person in by a security key.",
    .input = &sign_in_by_security_key_shape,
    .decide = decide,
};
