/*
 * Give somebody the secret of a second factor. It is asked for only once they have shown a code of it. Who has a factor
 * gets another one only just after they have shown it: a session alone, which may be stolen, does not change it.
 *
 *   api ──offer_factor──► [here] ──factor_offered──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field offer_factor_fields[] = {
    {UUID(offer_factor, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(offer_factor, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version of whoever asked."},
    {PERSONAL(offer_factor, secret), .tag = 3, .flags = REQUIRED | SECRET, .max = 64,
     .doc = "Secret that codes are made from."},
    {UUID(offer_factor, session_id), .tag = 4, .doc = "Id of the session that it is asked with."},
};
static const struct shape offer_factor_shape =
    SHAPE(offer_factor, "Secret of a second factor, for its owner.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct offer_factor *order = input;
    const struct factor_offered offered = {order->user_id, order->secret};
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user) ||
        user.session_version != order->session_version)
        return decision_refuse(error, &refused_sign_in_void);
    status =
        session_must_be_by_factor_in_use(decision, order->session_id, order->user_id, &user, error);
    if (status != STATUS_OK)
        return status;
    decision_emit(decision, &factor_offered_event, order->user_id, UUID_NONE, &offered);
    return STATUS_OK;
}

const struct command offer_factor_command = {
    .name = "offer_factor",
    .doc = "Gives a person the secret of a second factor.",
    .input = &offer_factor_shape,
    .decide = decide,
};
