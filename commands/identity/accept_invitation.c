/*
 * Somebody accepted their invitation: the account becomes active with the password they chose. The
 * token works once, whoever else tries it at the same time.
 *
 *   api ──accept_invitation──► [here] ──invitation_accepted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/mailed_token.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field accept_invitation_fields[] = {
    {BYTES(accept_invitation, token_digest), .tag = 1, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "Digest of the mailed token."},
    {PERSONAL(accept_invitation, password), .tag = 2, .flags = REQUIRED | SECRET, .max = 256,
     .doc = "Argon2id hash of the password."},
};
static const struct shape accept_invitation_shape =
    SHAPE(accept_invitation, "Invitation that is accepted.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct accept_invitation *order = input;
    struct invitation_accepted accepted = {.password = order->password};
    enum status status = mailed_token_must_work(
        decision, MAILED_INVITATION, order->token_digest, &accepted.invitation_id, error);

    if (status == STATUS_OK)
        status = mailed_token_owner(
            decision, MAILED_INVITATION, accepted.invitation_id, &accepted.user_id, error);
    if (status == STATUS_OK)
        session_emit_ending(decision, &invitation_accepted_event, accepted.user_id, &accepted);
    return status;
}

const struct command accept_invitation_command = {
    .name = "accept_invitation",
    .doc = "Accepts an invitation: the account becomes active.",
    .input = &accept_invitation_shape,
    .decide = decide,
};
