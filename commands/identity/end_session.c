/*
 * A session is ended by its person, or by an admin; and all of a person's, but for the one that they ask with.
 *
 *   api ──end_session, end_sessions──► [here] ──sessions_ended──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/session.h"
#include "commands/identity/session_commands.h"

static const struct field end_session_fields[] = {
    {UUID(end_session, user_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the person; absent: the caller."},
    {UUID(end_session, session_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the session."},
};
static const struct shape end_session_shape = SHAPE(end_session, "Session that is to end.");

static const struct field end_sessions_fields[] = {
    {UUID(end_sessions, user_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the person; absent: the caller."},
    {UUID(end_sessions, kept_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the session that goes on; absent: none does."},
};
static const struct shape end_sessions_shape =
    SHAPE(end_sessions, "Person whose sessions are to end.");

static enum session_end end_by(const struct decision *decision, struct uuid user_id)
{
    return uuid_equal(user_id, decision->actor.id) ? SESSION_SIGNED_OUT : SESSION_WITHDRAWN;
}

static enum status decide_one(struct decision *decision, const void *input, struct error *error)
{
    const struct end_session *order = input;
    struct uuid user_id = user_or_caller(decision, order->user_id);
    struct session session;

    if (!session_load(decision, order->session_id, &session) ||
        !uuid_equal(session.user_id, user_id))
        return decision_refuse(
            error, &refused_session_missing, decision_show(decision, order->session_id));
    session_emit_ended(
        decision, user_id, (struct list){&order->session_id, 1}, end_by(decision, user_id));
    return STATUS_OK;
}

static enum status decide_all(struct decision *decision, const void *input, struct error *error)
{
    const struct end_sessions *order = input;
    struct uuid user_id = user_or_caller(decision, order->user_id);
    struct user user;

    if (!user_load(decision, user_id, &user))
        return decision_refuse(error, &refused_account_missing, decision_show(decision, user_id));
    session_emit_all_ended(decision, user_id, order->kept_id, end_by(decision, user_id));
    return STATUS_OK;
}

const struct command end_session_command = {
    .name = "end_session",
    .doc = "Ends a session.",
    .input = &end_session_shape,
    .decide = decide_one,
};

const struct command end_sessions_command = {
    .name = "end_sessions",
    .doc = "Ends all sessions of a person, but for one that may go on.",
    .input = &end_sessions_shape,
    .decide = decide_all,
};
