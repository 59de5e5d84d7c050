/*
 * Somebody has shown a code of the secret that they were given last: their sign-ins take one from now on.
 *
 *   api ──enable_factor──► [here] ──factor_enabled──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field enable_factor_fields[] = {
    {UUID(enable_factor, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(enable_factor, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the code was checked."},
    {UUID(enable_factor, offered_event_id), .tag = 3,
     .doc = "Id of the event of the secret that the code was checked by; absent: there was none."},
    {BOOL(enable_factor, is_right), .tag = 4, .flags = REQUIRED,
     .doc = "Whether the code was right."},
    {BYTES(enable_factor, recovery), .tag = 5, .max = RECOVERY_CODES * RECOVERY_DIGEST_SIZE,
     .doc = "Keyed digests of the recovery codes, in a row."},
};
static const struct shape enable_factor_shape =
    SHAPE(enable_factor, "Code of a second factor that is to be asked for.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct enable_factor *order = input;
    const struct factor_enabled enabled = {order->user_id, order->recovery};
    struct user user;

    if (!user_load(decision, order->user_id, &user) ||
        user.session_version != order->session_version)
        return decision_refuse(error, &refused_sign_in_void);
    if (!bytes_are_present(user.offered.box))
        return decision_refuse(error, &refused_factor_not_offered);
    if (!opt_bool_is_true(order->is_right) ||
        !uuid_equal(user.offered_event_id, order->offered_event_id))
        return decision_refuse(error, &refused_factor_code);
    session_emit_ending(decision, &factor_enabled_event, order->user_id, &enabled);
    return STATUS_OK;
}

const struct command enable_factor_command = {
    .name = "enable_factor",
    .doc = "Has a person's sign-ins take a second factor; all sessions end.",
    .input = &enable_factor_shape,
    .decide = decide,
};
