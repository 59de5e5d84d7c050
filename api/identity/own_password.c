/*
 * Changing the own password, in straight lines between the waits:
 *
 *   facts of the caller (writer) ─► Argon2id, twice (hasher) ─► change_password (writer)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/own_password.h"

#include "api/call.h"
#include "api/identity/password_steps.h"
#include "core/crypto/crypto.h"

static const struct field own_password_body_fields[] = {
    {TEXT(own_password_body, current_password), .tag = 1, .flags = REQUIRED | SECRET,
     .min = LEAST_PASSWORD, .max = LONGEST_PASSWORD, .doc = "Current password of the caller."},
    {TEXT(own_password_body, new_password), .tag = 2, .flags = REQUIRED | SECRET,
     .min = LEAST_PASSWORD, .max = LONGEST_PASSWORD, .doc = "New password of the caller."},
};
const struct shape own_password_body_shape = SHAPE(own_password_body, "Current and new password.");

static void on_changed(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        password_answer_success(call);
    else
        call_answer_error(call, &call->submission.error);
}

static void answer_wrong(struct call *call)
{
    struct error error;

    error_set_code(
        &error, STATUS_UNAUTHENTICATED, "current_password_incorrect",
        "Current password is incorrect.");
    call_refuse(call, &error);
}

/* On a hashing thread. */
static void check_and_hash(struct call *call)
{
    const struct sign_in_lookup *facts = call->handler_state;
    const struct own_password_body *body = call->input;
    struct change_password *input = arena_one(call->arena, struct change_password);
    struct text phc;
    struct error error;
    bool fits;

    if (password_stored(call, facts, &phc, &error) != STATUS_OK ||
        password_check(phc, body->current_password, &fits, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (!fits) {
        answer_wrong(call);
        return;
    }
    input->user_id = facts->user_id;
    input->session_version = facts->session_version;
    input->password.text = password_hash(call->arena, body->new_password);
    call->is_never_repeated = true; /* the session that could repeat it ends with it */
    call_submit_route(call, &change_password_command, input, on_changed);
}

static void on_facts(struct call *call)
{
    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    call->handler_state = call->submission.answer;
    call_hash(call, check_and_hash);
}

void own_password_handle(struct call *call)
{
    struct query_sign_in *question = arena_one(call->arena, struct query_sign_in);

    question->user_id = call->actor.id;
    call_submit(call, &query_sign_in_command, question, on_facts);
}
