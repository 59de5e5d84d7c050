/*
 * Signing in, in straight lines between the waits:
 *
 *   facts of the address (writer) ─► Argon2id (hasher) ─► sign_in or fail_sign_in (writer)
 *                                                           └► visible ─► token and user (session.h)
 *
 * A trusted device stands for the second factor, never for the password: where its token is not good, a factor is asked for.
 * An unknown address costs the same hashing as a known one, and both are refused alike. The
 * refusal is evidence; it leaves only when the evidence is durable.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/sign_in.h"

#include "api/bearer_token.h"
#include "api/call.h"
#include "api/identity/password_steps.h"
#include "api/identity/session.h"
#include "commands/identity/identity_commands.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/keyed_digest.h"

static const struct field sign_in_body_fields[] = {
    {TEXT(sign_in_body, email), .tag = 1, .flags = REQUIRED | TRIM | LOWER | EMAIL, .max = 254,
     .doc = "Email address of the account."},
    {TEXT(sign_in_body, password), .tag = 2, .flags = REQUIRED | SECRET, .min = LEAST_PASSWORD,
     .max = LONGEST_PASSWORD, .doc = "Password of the account."},
    REFRESH_FIELD(sign_in_body, 3),
    {TEXT(sign_in_body, device_token), .tag = 4, .flags = SECRET, .max = 256,
     .doc = "Token of a trusted device, which stands for the second factor."},
};
const struct shape sign_in_body_shape = SHAPE(sign_in_body, "Email address and password.");

/* Of a password that nobody has: what an unknown address is checked against. */
static const char dummy_hash[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct attempt {
    struct signing_in who; /* first */
    struct bytes email_digest;
    struct bytes device_digest; /* absent: no token of a device came, or none that is whole */
    struct sign_in_lookup facts;
    const char *refusal; /* text of the 401 */
};

static void on_failed(struct call *call)
{
    const struct attempt *attempt = call->handler_state;
    struct error error;

    if (call->submission.status != STATUS_OK)
        error = call->submission.error;
    else
        error_set_code(&error, STATUS_UNAUTHENTICATED, "sign_in_failed", "%s", attempt->refusal);
    call_answer_error(call, &error);
}

static void fail(struct call *call, enum sign_in_failure failure, const char *refusal)
{
    struct attempt *attempt = call->handler_state;
    struct fail_sign_in *input = arena_one(call->arena, struct fail_sign_in);

    attempt->refusal = refusal;
    input->user_id = attempt->facts.user_id;
    input->email_digest = attempt->email_digest;
    input->failure.is = failure;
    call_submit(call, &fail_sign_in_command, input, on_failed);
}

static void on_signed_in(struct call *call)
{
    const struct sign_in *order = call->submission.input;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    session_note_opened(call, order->session_id, order->is_refreshable);
    call_wait_shown(call, call->submission.size, session_answer);
}

static void challenge(struct call *call)
{
    call_wait_head(call, session_challenge);
}

static void check_password(struct call *call)
{
    const struct attempt *attempt = call->handler_state;
    const struct sign_in_body *body = call->input;
    struct text phc = text_from(dummy_hash);
    struct sign_in *input = arena_one(call->arena, struct sign_in);
    bool is_known =
        uuid_is_present(attempt->facts.user_id) && bytes_are_present(attempt->facts.password.box);
    struct error error;
    bool fits;

    if (is_known && password_stored(call, &attempt->facts, &phc, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (password_check(phc, body->password, &fits, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (!is_known) {
        fail(call, FAILURE_UNKNOWN, "Invalid email or password");
    } else if (!fits) {
        fail(call, FAILURE_PASSWORD, "Invalid email or password");
    } else if (!opt_bool_is_true(attempt->facts.is_active)) {
        fail(call, FAILURE_INACTIVE, "This account is inactive.");
    } else if (opt_bool_is_true(attempt->facts.takes_factor)) {
        call_to_loop(call, challenge);
    } else {
        input->user_id = attempt->facts.user_id;
        input->session_version = attempt->facts.session_version;
        input->session_id = uuid_new();
        input->is_refreshable = body->refresh;
        input->device_digest = attempt->device_digest;
        call->actor = (struct actor){.kind = ACTOR_USER, .id = input->user_id};
        call_submit(call, &sign_in_command, input, on_signed_in);
    }
}

static void on_facts(struct call *call)
{
    struct attempt *attempt = call->handler_state;

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    attempt->facts = *(const struct sign_in_lookup *)call->submission.answer;
    attempt->who.user_id = attempt->facts.user_id;
    attempt->who.session_version = attempt->facts.session_version;
    attempt->who.has_codes = bytes_are_present(attempt->facts.factor.box);
    attempt->who.has_keys = opt_bool_is_true(attempt->facts.has_keys);
    call_hash(call, check_password);
}

void sign_in_handle(struct call *call)
{
    const struct sign_in_body *body = call->input;
    struct attempt *attempt = arena_one(call->arena, struct attempt);
    struct query_sign_in *question = arena_one(call->arena, struct query_sign_in);

    if (!call_can_be_shown(call))
        return;
    attempt->email_digest = keyed_digest_email(call->services->keyring, call->arena, body->email);
    if (bearer_token_is_whole(&device_kind, body->device_token))
        attempt->device_digest = bearer_token_digest(call, body->device_token);
    question->email_digest = attempt->email_digest;
    question->device_digest = attempt->device_digest;
    call->handler_state = attempt;
    call_submit(call, &query_sign_in_command, question, on_facts);
}
