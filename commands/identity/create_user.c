/*
 * Make an account for somebody and invite them to it. The invitation's token is made before the
 * queue; here only its digest is seen.
 *
 *   api ──create_user──► [here] ──user_created user_invited──► ledger ──► mail
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/mailed_token.h"
#include "eventlog/events/identity_events.h"

static const struct field create_user_fields[] = {
    {PERSONAL(create_user, email), .tag = 1, .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254, .doc = "Email address to sign in with."},
    {PERSONAL(create_user, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = 120, .doc = "Display name of the person."},
    {ENUM(create_user, role, platform_role_names), .tag = 3, .flags = HAS_FALLBACK,
     .fallback = ROLE_USER, .doc = "Role on the platform."},
    {UUID(create_user, invitation_id), .tag = 4, .flags = SERVER_SET,
     .doc = "Id of the invitation."},
    {BYTES(create_user, token_digest), .tag = 5, .flags = SERVER_SET | SECRET, .max = 32,
     .doc = "Digest of the token that is mailed."},
};
static const struct shape create_user_shape = SHAPE(create_user, "Account to create.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_user *order = input;
    struct user_created created = {
        .email = order->email,
        .name = order->name,
        .role = order->role,
        .timezone = text_lit("UTC"),
    };
    struct user_invited invited = {
        .invitation_id = order->invitation_id,
        .token_digest = order->token_digest,
        .expires_at = timestamp_plus_us(decision->now, invitation_life_us),
        .is_again = OPT_FALSE,
    };

    if (uuid_is_present(user_of_email(decision, order->email.digest)))
        return decision_refuse(error, &refused_email_taken);
    created.user_id = decision_id(decision);
    invited.user_id = created.user_id;
    decision_emit(decision, &user_created_event, created.user_id, UUID_NONE, &created);
    decision_emit(decision, &user_invited_event, created.user_id, UUID_NONE, &invited);
    return STATUS_OK;
}

const struct command create_user_command = {
    .name = "create_user",
    .doc = "Creates an account and invites its person.",
    .input = &create_user_shape,
    .decide = decide,
};
