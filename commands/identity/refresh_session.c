/*
 * Somebody comes with a refresh token, which api has found to be of ours: its session goes on, and the next token is
 * given. Each is good once. One that comes again is in the hands of two, of whom one took it: the session ends, and
 * whoever it belongs to signs in again.
 *
 *   api ──refresh_session──► [here] ──session_refreshed | sessions_ended──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/session.h"
#include "commands/identity/session_commands.h"

static const struct field refresh_session_fields[] = {
    {UUID(refresh_session, session_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the session."},
    {INT64(refresh_session, refresh), .tag = 2, .flags = REQUIRED,
     .doc = "Number of the refresh token."},
};
static const struct shape refresh_session_shape =
    SHAPE(refresh_session, "Refresh token that is used.");

static const struct field session_lookup_fields[] = {
    {UUID(session_lookup, user_id), .tag = 1,
     .doc = "Id of the person; absent where there is no such session."},
    {INT64(session_lookup, session_version), .tag = 2, .doc = "Session version of the person."},
    {INT64(session_lookup, refresh), .tag = 3,
     .doc = "Number of the refresh token that is good now."},
    {TIMESTAMP(session_lookup, ends_at), .tag = 4, .doc = "Time the session ends at the latest."},
};
static const struct shape session_lookup_shape = SHAPE(session_lookup, "An open session.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct refresh_session *order = input;
    struct session session;

    if (!session_load(decision, order->session_id, &session) ||
        decision->now.us >= session.idle_ends_at.us || session.refresh == INT64_ABSENT ||
        order->refresh > session.refresh)
        return decision_refuse(error, &refused_session_over);
    if (order->refresh < session.refresh) {
        session_emit_ended(
            decision, session.user_id, (struct list){&order->session_id, 1}, SESSION_REFRESH_USED);
    } else {
        const struct session_refreshed refreshed = {
            session.user_id, order->session_id, session.refresh + 1,
            session_idle_end(decision, session.ends_at)};
        decision_emit(decision, &session_refreshed_event, session.user_id, UUID_NONE, &refreshed);
    }
    return STATUS_OK;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct refresh_session *order = input;
    struct session_lookup *facts = answer;
    struct session session;
    struct user user;

    (void)arena;
    if (!session_load(decision, order->session_id, &session) ||
        !user_load(decision, session.user_id, &user))
        return;
    *facts = (struct session_lookup){
        session.user_id, user.session_version, session.refresh, session.ends_at};
}

const struct command refresh_session_command = {
    .name = "refresh_session",
    .doc = "Has a session go on, by its refresh token.",
    .input = &refresh_session_shape,
    .decide = decide,
    .answer = &session_lookup_shape,
    .answer_from = answer_from,
};

const struct command query_session_command = {
    .name = "query_session",
    .doc = "Looks up whose session a refresh token is of.",
    .input = &refresh_session_shape,
    .answer = &session_lookup_shape,
    .answer_from = answer_from,
    .is_question = true,
};
