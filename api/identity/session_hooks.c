/*
 * Going on by a refresh token:
 *
 *   ours? (worker) ─► whose session? (writer) ─► refresh_session (writer) ─► visible ─► tokens and user (session.h)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/session_hooks.h"

#include "api/call.h"
#include "api/identity/password_steps.h"
#include "api/identity/refresh_token.h"
#include "api/identity/session.h"
#include "commands/identity/session_commands.h"

static const struct field refresh_body_fields[] = {
    {TEXT(refresh_body, refresh_token), .tag = 1, .flags = REQUIRED | SECRET, .max = 256,
     .doc = "The newest refresh token of the session."},
};
const struct shape refresh_body_shape = SHAPE(refresh_body, "A refresh token.");

static const struct field sign_out_body_fields[] = {
    {BOOL(sign_out_body, everywhere), .tag = 1,
     .doc = "Whether all of the caller's sessions end, and not only the one that they ask with."},
};
const struct shape sign_out_body_shape = SHAPE(sign_out_body, "What is signed out of.");

static void refuse(struct call *call, const char *code, const char *text)
{
    struct error error;

    error_set_code(&error, STATUS_UNAUTHENTICATED, code, "%s", text);
    call_refuse(call, &error);
}

static void on_refreshed(struct call *call)
{
    const struct session_lookup *session = call->submission.answer;
    struct signing_in *who = call->handler_state;

    if (call->submission.status != STATUS_OK) {
        call_answer_refusal(call);
        return;
    }
    if (!uuid_is_present(session->user_id)) {
        refuse(
            call, "refresh_token_used",
            "This refresh token was used before: its session has ended.");
        return;
    }
    who->user_id = session->user_id;
    who->session_version = session->session_version;
    who->refresh = session->refresh;
    who->ends_at = session->ends_at;
    call_wait_shown(call, call->submission.size, session_answer);
}

static void on_owner(struct call *call)
{
    const struct session_lookup *session = call->submission.answer;
    const struct refresh_session *asked = call->submission.input;
    struct refresh_session *order = arena_one(call->arena, struct refresh_session);

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    *order = *asked;
    if (uuid_is_present(session->user_id))
        call->actor = (struct actor){.kind = ACTOR_USER, .id = session->user_id};
    call_submit(call, &refresh_session_command, order, on_refreshed);
}

void session_refresh(struct call *call)
{
    const struct refresh_body *body = call->input;
    struct signing_in *who = arena_one(call->arena, struct signing_in);
    struct refresh_session *question = arena_one(call->arena, struct refresh_session);
    struct error error;
    enum status status = refresh_token_read(
        call, body->refresh_token, &question->session_id, &question->refresh, &error);

    if (status == STATUS_UNAUTHENTICATED) {
        call_refuse(call, &error);
        return;
    }
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (!call_can_be_shown(call))
        return;
    who->session_id = question->session_id;
    call->handler_state = who;
    call_submit(call, &query_session_command, question, on_owner);
}

static void on_signed_out(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        password_answer_success(call);
    else
        call_answer_refusal(call);
}

void session_sign_out(struct call *call)
{
    const struct sign_out_body *body = call->input;
    struct end_session *order = arena_one(call->arena, struct end_session);
    struct error error;

    if (opt_bool_is_true(body->everywhere)) {
        call_submit(
            call, &end_sessions_command, arena_one(call->arena, struct end_sessions),
            on_signed_out);
        return;
    }
    order->session_id = call->access.session_id;
    if (uuid_is_present(order->session_id)) {
        call_submit(call, &end_session_command, order, on_signed_out);
        return;
    }
    error_set_code(
        &error, STATUS_CONFLICT, "no_session",
        "This token belongs to no session: it is good until it ends, or the password is changed.");
    call_answer_error(call, &error);
}

bool session_prepare_end_others(struct call *call, void *input)
{
    ((struct end_sessions *)input)->kept_id = call->access.session_id;
    return true;
}
