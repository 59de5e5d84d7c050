/*
 * The second step of a sign-in, by a security key. Whoever holds the challenge of the first step is asked to have a key
 * sign another one, which opens the session.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/second_factor.h"
#include "api/identity/security_key_steps.h"
#include "api/identity/security_keys.h"
#include "core/base/random.h"

struct key_options_body {
    struct text challenge_token;
};
static const struct field key_options_body_fields[] = {
    {TEXT(key_options_body, challenge_token), .tag = 1, .flags = REQUIRED | SECRET, .min = 16,
     .max = 4096, .doc = "Token that the first step of the sign-in gave."},
};
const struct shape key_options_body_shape =
    SHAPE(key_options_body, "A sign-in that goes on by a security key.");

struct key_sign_in_body {
    struct text challenge_token;
    struct json credential;
    struct opt_bool refresh;
};
static const struct field key_sign_in_body_fields[] = {
    {TEXT(key_sign_in_body, challenge_token), .tag = 1, .flags = REQUIRED | SECRET, .min = 16,
     .max = 4096, .doc = "Token that came with the options."},
    {JSON(key_sign_in_body, credential), .tag = 2, .flags = REQUIRED, .max = LONGEST_CREDENTIAL,
     .doc = "What navigator.credentials.get() gave, by its toJSON()."},
    REFRESH_FIELD(key_sign_in_body, 3),
};
const struct shape key_sign_in_body_shape =
    SHAPE(key_sign_in_body, "What a security key has signed, for a sign-in.");

static void answer_options(struct call *call)
{
    security_key_answer_challenge(call, KEY_SIGNS_IN);
}

void security_key_ask_sign_in(struct call *call)
{
    const struct key_options_body *body = call->input;
    struct key_call *state = arena_one(call->arena, struct key_call);
    struct error error;

    call->handler_state = state;
    if (session_read_challenge(call, body->challenge_token, &state->who, &error) == STATUS_OK)
        security_key_ask(call, answer_options);
    else
        call_answer_error(call, &error);
}

/* A wrong signature is evidence, and a key that counts back even more. */
static void on_signed_in(struct call *call)
{
    const struct sign_in_by_security_key *order = call->submission.input;
    const struct submission *submission = &call->submission;
    bool is_copied = submission->status == STATUS_UNAUTHENTICATED &&
                     text_is(text_from(submission->error.code), "security_key_copied");

    second_factor_end_sign_in(
        call, order->session_id, order->is_refreshable,
        is_copied ? FAILURE_KEY_COPIED : FAILURE_KEY);
}

static void verify(struct call *call)
{
    const struct key_call *state = security_key_call_of(call);
    const struct key_sign_in_body *body = call->input;
    struct shown_key *shown = arena_one(call->arena, struct shown_key);
    struct sign_in_by_security_key *order = arena_one(call->arena, struct sign_in_by_security_key);
    struct error error;

    if (security_key_look(call, body->credential.text, shown, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    *order = (struct sign_in_by_security_key){
        .user_id = state->who.user_id,
        .session_version = state->who.session_version,
        .shown = shown,
        .session_id = uuid_new(),
        .is_refreshable = body->refresh,
        .provider_id = state->challenge.provider_id,
        .provider_session = state->challenge.provider_session,
    };
    call->actor = (struct actor){.kind = ACTOR_USER, .id = order->user_id};
    call_submit(call, &sign_in_by_security_key_command, order, on_signed_in);
}

void security_key_sign_in(struct call *call)
{
    const struct key_sign_in_body *body = call->input;
    struct key_call *state = arena_one(call->arena, struct key_call);
    struct error error;

    call->handler_state = state;
    if (security_key_challenge_read(
            call, KEY_SIGNS_IN, body->challenge_token, &state->challenge, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    state->who.user_id = state->challenge.user_id;
    state->who.session_version = state->challenge.session_version;
    state->who.stranger = call->actor;
    if (call_can_be_shown(call) && second_factor_may_try(call))
        security_key_ask(call, verify);
}
