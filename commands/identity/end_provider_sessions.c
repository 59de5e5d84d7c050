/*
 * Somebody signed out at the provider that vouched for them: what was opened by its word ends. Nothing to end is no
 * fault: they may have signed out here before.
 *
 *   api ──end_provider_sessions──► [here] ──sessions_ended*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/provider.h"
#include "commands/identity/session.h"

static const struct field end_provider_sessions_fields[] = {
    {UUID(end_provider_sessions, provider_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the provider."},
    {BYTES(end_provider_sessions, subject_digest), .tag = 2, .max = 32,
     .doc = "Keyed digest of who the person is for the provider; absent: whoever has the session."},
    {BYTES(end_provider_sessions, provider_session), .tag = 3, .max = 32,
     .doc = "Keyed digest of the provider's own session; absent: all of the person's."},
};
static const struct shape end_provider_sessions_shape =
    SHAPE(end_provider_sessions, "Somebody who signed out at their provider.");

/* Several sign-ins here may belong to one session there. */
static void emit_of_session(struct decision *decision, const struct end_provider_sessions *order)
{
    struct uuid key = session_provider_key(order->provider_session);
    struct uuid id = UUID_NONE;
    struct session session;

    while (model_next_link(decision->model, LINK_PROVIDER_SESSION, key, id, &id, NULL)) {
        struct uuid *ended = arena_one(decision->arena, struct uuid);
        if (!session_load(decision, id, &session) ||
            !uuid_equal(session.provider_id, order->provider_id) ||
            !bytes_equal(session.provider_session, order->provider_session))
            continue;
        *ended = id;
        session_emit_ended(
            decision, session.user_id, (struct list){ended, 1}, SESSION_PROVIDER_LOGOUT);
    }
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct end_provider_sessions *order = input;
    struct provider provider;
    struct uuid user_id;
    enum status status = provider_must_exist(decision, order->provider_id, &provider, error);

    if (status != STATUS_OK)
        return status;
    if (bytes_are_present(order->subject_digest)) {
        user_id = provider_user_of(decision, order->subject_digest);
        if (uuid_is_present(user_id))
            session_emit_provider_ended(
                decision, user_id, order->provider_id, order->provider_session);
    } else if (bytes_are_present(order->provider_session)) {
        emit_of_session(decision, order);
    }
    return STATUS_OK;
}

const struct command end_provider_sessions_command = {
    .name = "end_provider_sessions",
    .doc = "Ends what a provider vouched for, of a person or of one of its sessions.",
    .input = &end_provider_sessions_shape,
    .decide = decide,
};
