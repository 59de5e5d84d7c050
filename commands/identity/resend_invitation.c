/*
 * Invite somebody again whose invitation waits; the one before is void.
 *
 *   api ──resend_invitation──► [here] ──user_invited──► ledger ──► mail
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/mailed_token.h"
#include "eventlog/events/identity_events.h"

static const struct field resend_invitation_fields[] = {
    {UUID(resend_invitation, user_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
    {UUID(resend_invitation, invitation_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the new invitation."},
    {BYTES(resend_invitation, token_digest), .tag = 3, .flags = SERVER_SET | SECRET, .max = 32,
     .doc = "Digest of the token that is mailed."},
};
static const struct shape resend_invitation_shape =
    SHAPE(resend_invitation, "Person to invite again.");

static const struct field invitation_sent_fields[] = {
    {BOOL(invitation_sent, sent), .tag = 1, .flags = REQUIRED, .doc = "Always true on success."},
    {UUID(invitation_sent, user_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the person."},
    {TIMESTAMP(invitation_sent, expires_at), .tag = 3, .flags = REQUIRED,
     .doc = "Time until which the invitation can be accepted."},
};
static const struct shape invitation_sent_shape =
    SHAPE(invitation_sent, "Confirmation that an invitation will be mailed.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct resend_invitation *order = input;
    struct user_invited invited = {
        .user_id = order->user_id,
        .invitation_id = order->invitation_id,
        .token_digest = order->token_digest,
        .expires_at = timestamp_plus_us(decision->now, invitation_life_us),
        .is_again = OPT_TRUE,
    };
    struct user user;

    if (!user_load(decision, order->user_id, &user))
        return decision_refuse(
            error, &refused_account_missing, decision_show(decision, order->user_id));
    if (opt_bool_is_true(user.is_accepted))
        return decision_refuse(error, &refused_not_pending);
    decision_emit(decision, &user_invited_event, order->user_id, UUID_NONE, &invited);
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct resend_invitation *order = input;
    struct invitation_sent *sent = answer;

    (void)arena;
    sent->sent = OPT_TRUE;
    sent->user_id = order->user_id;
    sent->expires_at = timestamp_plus_us(decision->now, invitation_life_us);
}

const struct command resend_invitation_command = {
    .name = "resend_invitation",
    .doc = "Invites a person again; the earlier invitation is void.",
    .input = &resend_invitation_shape,
    .decide = decide,
    .answer = &invitation_sent_shape,
    .answer_from = answer_from,
};
