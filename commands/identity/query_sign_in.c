/*
 * Question: what does a sign-in with this address need, or a change of the own password? Whoever
 * asks opens the password's box and compares, because that is slow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/device.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"

static const struct field query_sign_in_fields[] = {
    {BYTES(query_sign_in, email_digest), .tag = 1, .max = 32,
     .doc = "Keyed digest of the address."},
    {UUID(query_sign_in, user_id), .tag = 2, .doc = "Id of the account, instead of its address."},
    {BYTES(query_sign_in, device_digest), .tag = 3, .max = 32,
     .doc = "SHA-256 digest of the token of a trusted device."},
};
static const struct shape query_sign_in_shape =
    SHAPE(query_sign_in, "Account to look up for a sign-in.");

static const struct field sign_in_lookup_fields[] = {
    {UUID(sign_in_lookup, user_id), .tag = 1,
     .doc = "Id of the account; absent when there is none."},
    {BOOL(sign_in_lookup, is_active), .tag = 2, .doc = "Whether the person may sign in."},
    {PERSONAL(sign_in_lookup, password), .tag = 3, .flags = SECRET,
     .doc = "Argon2id hash of the password, encrypted."},
    {UUID(sign_in_lookup, password_event_id), .tag = 4,
     .doc = "Id of the event that the hash is encrypted for."},
    {INT64(sign_in_lookup, session_version), .tag = 5,
     .doc = "Session version for the access token."},
    {ENUM(sign_in_lookup, role, platform_role_names), .tag = 6, .doc = "Role on the platform."},
    {PERSONAL(sign_in_lookup, factor), .tag = 7, .flags = SECRET,
     .doc = "Secret of the second factor, encrypted."},
    {UUID(sign_in_lookup, factor_event_id), .tag = 8,
     .doc = "Id of the event that the secret is encrypted for."},
    {PERSONAL(sign_in_lookup, offered), .tag = 9, .flags = SECRET,
     .doc = "Secret that is not in use yet, encrypted."},
    {UUID(sign_in_lookup, offered_event_id), .tag = 10,
     .doc = "Id of the event that this one is encrypted for."},
    {BOOL(sign_in_lookup, takes_factor), .tag = 11, .doc = "Whether a second factor is asked for."},
    {BOOL(sign_in_lookup, has_keys), .tag = 12, .doc = "Whether there are security keys."},
};
static const struct shape sign_in_lookup_shape =
    SHAPE(sign_in_lookup, "Facts about an account that a sign-in needs.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_sign_in *question = input;
    struct sign_in_lookup *facts = answer;
    struct user user;

    (void)arena;
    facts->user_id = question->user_id;
    if (!uuid_is_present(facts->user_id))
        facts->user_id = user_of_email(decision, question->email_digest);
    if (!user_load(decision, facts->user_id, &user))
        return;
    facts->is_active = user.is_active;
    facts->password = user.password;
    facts->password_event_id = user.password_event_id;
    facts->session_version = user.session_version;
    facts->role = user.role;
    facts->factor = user.factor;
    facts->factor_event_id = user.factor_event_id;
    facts->offered = user.offered;
    facts->offered_event_id = user.offered_event_id;
    facts->takes_factor = opt_bool_of(
        user_has_factor(&user) &&
        !uuid_is_present(device_trusted_by(decision, facts->user_id, question->device_digest)));
    facts->has_keys = opt_bool_of(user.security_keys > 0);
}

const struct command query_sign_in_command = {
    .name = "query_sign_in",
    .doc = "Looks up the facts that a sign-in needs.",
    .input = &query_sign_in_shape,
    .answer = &sign_in_lookup_shape,
    .answer_from = answer_from,
    .is_question = true,
};
