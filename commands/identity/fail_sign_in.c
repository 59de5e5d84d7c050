/*
 * Keep a failed sign-in as evidence. Of an unknown person only the digest of the address is kept.
 *
 *   api ──fail_sign_in──► [here] ──sign_in_failed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"

static const struct field fail_sign_in_fields[] = {
    {UUID(fail_sign_in, user_id), .tag = 1,
     .doc = "Id of the person; absent when no account has the address."},
    {BYTES(fail_sign_in, email_digest), .tag = 2, .max = 32,
     .doc = "Keyed digest of the address that was tried; absent: the account's own."},
    {ENUM(fail_sign_in, failure, sign_in_failure_names), .tag = 3, .flags = REQUIRED,
     .doc = "Reason of the failure."},
};
static const struct shape fail_sign_in_shape = SHAPE(fail_sign_in, "A failed sign-in.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct fail_sign_in *order = input;
    struct sign_in_failed failed = {order->user_id, order->email_digest, order->failure};
    struct uuid stream = order->user_id;
    struct user user;

    (void)error;
    if (!bytes_are_present(failed.email_digest) && user_load(decision, order->user_id, &user))
        failed.email_digest = user.email_digest;
    if (!bytes_are_present(failed.email_digest))
        return STATUS_OK; /* an account that is gone */
    if (!uuid_is_present(stream))
        stream = decision_id(decision);
    decision_emit_refusal(decision, &sign_in_failed_event, stream, UUID_NONE, &failed);
    return STATUS_OK;
}

const struct command fail_sign_in_command = {
    .name = "fail_sign_in",
    .doc = "Records a failed sign-in.",
    .input = &fail_sign_in_shape,
    .decide = decide,
    .may_go_unrecorded = true,
};
