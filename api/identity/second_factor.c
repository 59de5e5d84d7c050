/*
 * Handling of second factors, in straight lines between the waits:
 *
 *   facts of the person (writer) ─► the box opened, the code compared (worker) ─► the command (writer), which takes
 *   each code once ─► answer
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/second_factor.h"

#include "api/authorize.h"
#include "api/call.h"
#include "api/identity/password_steps.h"
#include "api/identity/session.h"
#include "api/identity/user_resources.h"
#include "api/select.h"
#include "api/throttle.h"
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity_commands.h"
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/crypto/totp.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/keyed_digest.h"
#include "eventlog/seal.h"

#include <string.h>

enum { RECOVERY_CODE_BYTES = 5, LONGEST_URL = 1024 };
#define ISSUER "Fleetledger"

static bool is_code(struct text value)
{
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return false;
    }
    return value.size == TOTP_DIGITS;
}

#define CODE(type)                                                                                 \
    {                                                                                              \
        TEXT(type, token), .tag = 1, .flags = REQUIRED | SECRET, .max = 64, .accepts = is_code,    \
                           .rule = "token must match /^\\d{6}$/ regular expression",               \
                           .doc = "Code of the authenticator: six digits."                         \
    }
#define CHALLENGE(type)                                                                            \
    {                                                                                              \
        TEXT(type, challenge_token), .tag = 2, .flags = REQUIRED | SECRET, .min = 16, .max = 4096, \
                                     .doc = "Token that the first step of the sign-in gave."       \
    }

static const struct field factor_code_body_fields[] = {CODE(factor_code_body)};
const struct shape factor_code_body_shape = SHAPE(factor_code_body, "A code of the authenticator.");

static const struct field recovery_renewal_body_fields[] = {
    {TEXT(factor_code_body, token), .tag = 1, .flags = SECRET, .max = 64,
     .doc =
         "Code of the authenticator; absent: somebody has security keys alone, and has just signed "
         "in by one."},
};
const struct shape recovery_renewal_body_shape = {
    .name = "recovery_renewal",
    .doc = "What confirms that recovery codes are replaced.",
    .fields = recovery_renewal_body_fields,
    .count = COUNT_OF(recovery_renewal_body_fields),
    .size = sizeof(struct factor_code_body),
};

static const struct field factor_sign_in_body_fields[] = {
    CHALLENGE(factor_sign_in_body),
    CODE(factor_sign_in_body),
    REFRESH_FIELD(factor_sign_in_body, 3),
};
const struct shape factor_sign_in_body_shape = SHAPE(factor_sign_in_body, "A code for a sign-in.");

static const struct field recovery_sign_in_body_fields[] = {
    CHALLENGE(recovery_sign_in_body),
    {TEXT(recovery_sign_in_body, recovery_code), .tag = 1, .flags = REQUIRED | SECRET, .min = 6,
     .max = 64, .doc = "A recovery code that is unused; case and separators mean nothing."},
    REFRESH_FIELD(recovery_sign_in_body, 3),
};
const struct shape recovery_sign_in_body_shape =
    SHAPE(recovery_sign_in_body, "A recovery code for a sign-in.");

struct offered_factor_view {
    struct text secret;
    struct text otpauth_url;
};
static const struct field offered_factor_view_fields[] = {
    {TEXT(offered_factor_view, secret), .flags = REQUIRED,
     .doc = "Secret for an authenticator, in Base32."},
    {TEXT(offered_factor_view, otpauth_url), .flags = REQUIRED,
     .doc = "The same as authenticators read it from a picture."},
};
const struct shape offered_factor_view_shape =
    SHAPE(offered_factor_view, "Secret of a second factor that is not in use yet.");

struct enabled_factor_view {
    struct opt_bool mfa_enabled;
    struct list recovery_codes; /* of texts */
};
static const struct field enabled_factor_view_fields[] = {
    {BOOL(enabled_factor_view, mfa_enabled), .flags = REQUIRED, .doc = "Always true on success."},
    {LIST_OF(enabled_factor_view, recovery_codes, KIND_TEXT), .flags = REQUIRED,
     .doc = "Recovery codes, each good for one sign-in; they are told only now."},
};
const struct shape enabled_factor_view_shape =
    SHAPE(enabled_factor_view, "A second factor is in use.");

/* What a call knows. */
struct factor_call {
    struct signing_in who; /* first */
    const struct sign_in_lookup *facts;
    struct text secret; /* that is offered */
    struct text codes[RECOVERY_CODES];
    struct bytes recovery;            /* their digests, in a row */
    void (*check)(struct call *call); /* what to do with the facts */
};

static struct factor_call *state_of(struct call *call)
{
    return call->handler_state;
}

/* The caller's own account; answers with what is told once. */
static struct factor_call *begin_own(struct call *call)
{
    struct factor_call *state = arena_one(call->arena, struct factor_call);

    state->who.user_id = call->actor.id;
    state->who.session_version = call->access.token_session_version;
    call->handler_state = state;
    call->is_never_repeated = true;
    return state;
}

/* Facts. */

static void on_facts(struct call *call)
{
    struct factor_call *state = state_of(call);

    if (call->submission.status != STATUS_OK) {
        call_answer_error(call, &call->submission.error);
        return;
    }
    state->facts = call->submission.answer;
    call_to_lane(call, LANE_PLAIN, state->check);
}

static void ask_facts(struct call *call, void (*check)(struct call *call))
{
    struct query_sign_in *question = arena_one(call->arena, struct query_sign_in);

    state_of(call)->check = check;
    question->user_id = state_of(call)->who.user_id;
    call_submit(call, &query_sign_in_command, question, on_facts);
}

/* Whichever of the two secrets: 0 where the code is none of it, or there is no secret. */
static enum status step_of_code(
    struct call *call,
    const struct personal *secret,
    struct uuid event_id,
    struct text code,
    int64_t *out,
    struct error *error)
{
    const struct kept_box kept = {
        .box = secret->box,
        .event_id = event_id,
        .shape = factor_offered_event.shape,
        .tag = FACTOR_SECRET_TAG,
    };
    struct text opened = {NULL, 0};
    enum status status =
        keyring_open_box(call->services->keyring, &kept, call->arena, &opened, error);

    *out = 0;
    if (status == STATUS_OK && !totp_check(opened, timestamp_now(), code, out))
        *out = 0;
    return status;
}

enum status second_factor_step(
    struct call *call,
    const struct sign_in_lookup *facts,
    struct text code,
    int64_t *out,
    struct error *error)
{
    return step_of_code(call, &facts->factor, facts->factor_event_id, code, out, error);
}

static enum status
step_in_use(struct call *call, struct text code, int64_t *out, struct error *error)
{
    return second_factor_step(call, state_of(call)->facts, code, out, error);
}

/* Recovery codes. */

struct bytes second_factor_make_codes(struct call *call, struct uuid user_id, struct text *codes)
{
    uint8_t *digests = arena_take(call->arena, RECOVERY_CODES * RECOVERY_DIGEST_SIZE);

    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        uint8_t bytes[RECOVERY_CODE_BYTES];
        struct bytes digest;
        random_fill(bytes, sizeof(bytes));
        codes[i] = text_format(
            call->arena, "%02X%02X%02X%02X%02X", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]);
        digest = keyed_digest_recovery(call->services->keyring, user_id, call->arena, codes[i]);
        memcpy(digests + i * RECOVERY_DIGEST_SIZE, digest.data, RECOVERY_DIGEST_SIZE);
    }
    return (struct bytes){digests, RECOVERY_CODES * RECOVERY_DIGEST_SIZE};
}

static void make_codes(struct call *call)
{
    struct factor_call *state = state_of(call);

    state->recovery = second_factor_make_codes(call, state->who.user_id, state->codes);
}

static void on_codes(struct call *call)
{
    const struct enabled_factor_view view = {
        .mfa_enabled = OPT_TRUE, .recovery_codes = {state_of(call)->codes, RECOVERY_CODES}};

    if (call->submission.status == STATUS_OK)
        call_answer_shape(call, call->route->status, &enabled_factor_view_shape, &view);
    else
        call_answer_refusal(call);
}

/* Offering one. */

/* A label and an issuer as authenticators know them (Key Uri Format); nothing of it needs to be escaped but the
 * address. */
static struct text otpauth_url(struct call *call, struct text email, struct text secret)
{
    AUTO_BUF out = {0};

    buf_init(&out, LONGEST_URL);
    buf_add_c(&out, "otpauth://totp/" ISSUER "%3A");
    encode_percent(&out, email);
    buf_printf(
        &out, "?secret=%.*s&issuer=" ISSUER "&algorithm=SHA1&digits=%d&period=%d",
        TEXT_ARGS(secret), TOTP_DIGITS, TOTP_STEP_S);
    return text_copy(call->arena, buf_text(&out));
}

static void show_offer(struct call *call)
{
    const struct factor_call *state = state_of(call);
    struct offered_factor_view view = {.secret = state->secret};
    const struct user_row *user;
    const void *row = NULL;
    struct error error;

    if (select_row(call, &me_resource, state->who.user_id, &row, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (row == NULL) {
        select_answer_missing(call, &me_resource);
        return;
    }
    user = row;
    view.otpauth_url = otpauth_url(call, user->email, state->secret);
    call_answer_shape(call, call->route->status, &offered_factor_view_shape, &view);
}

static void on_offered(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        call_wait_shown(call, call->submission.size, show_offer);
    else
        call_answer_refusal(call);
}

void second_factor_offer(struct call *call)
{
    struct factor_call *state = begin_own(call);
    struct offer_factor *order = arena_one(call->arena, struct offer_factor);

    state->secret = totp_secret_new(call->arena);
    order->user_id = state->who.user_id;
    order->session_version = state->who.session_version;
    order->secret.text = state->secret;
    order->session_id = call->access.session_id;
    call_submit_route(call, &offer_factor_command, order, on_offered);
}

/* Enabling it. */

static void confirm(struct call *call)
{
    const struct factor_call *state = state_of(call);
    const struct factor_code_body *body = call->input;
    struct enable_factor *order = arena_one(call->arena, struct enable_factor);
    struct error error;
    int64_t step = 0;

    if (step_of_code(
            call, &state->facts->offered, state->facts->offered_event_id, body->token, &step,
            &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    make_codes(call);
    *order = (struct enable_factor){
        .user_id = state->who.user_id,
        .session_version = state->who.session_version,
        .offered_event_id = state->facts->offered_event_id,
        .is_right = step > 0 ? OPT_TRUE : OPT_FALSE,
        .recovery = state->recovery,
    };
    call_submit_route(call, &enable_factor_command, order, on_codes);
}

void second_factor_confirm(struct call *call)
{
    (void)begin_own(call);
    ask_facts(call, confirm);
}

/* Changing one that is in use. */

/* False: answered. */
static bool make_change(struct call *call, struct change_factor **out)
{
    const struct factor_call *state = state_of(call);
    const struct factor_code_body *body = call->input;
    struct change_factor *order = arena_one(call->arena, struct change_factor);
    struct error error;
    int64_t step = INT64_ABSENT;

    if (!text_is_present(body->token) && bytes_are_present(state->facts->factor.box)) {
        error_set_code(&error, STATUS_INVALID, "validation_failed", "token must be a string");
        error_field(&error, "token");
        call_answer_error(call, &error);
        return false;
    }
    if (text_is_present(body->token) &&
        step_in_use(call, body->token, &step, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return false;
    }
    *order = (struct change_factor){
        .user_id = state->who.user_id,
        .session_version = state->who.session_version,
        .step = step,
        .recovery = state->recovery,
        .session_id = call->access.session_id,
    };
    *out = order;
    return true;
}

static void regenerate(struct call *call)
{
    struct change_factor *order = NULL;

    make_codes(call);
    if (make_change(call, &order))
        call_submit_route(call, &replace_recovery_codes_command, order, on_codes);
}

static void on_disabled(struct call *call)
{
    if (call->submission.status == STATUS_OK)
        password_answer_success(call);
    else
        call_answer_refusal(call);
}

static void disable(struct call *call)
{
    struct change_factor *order = NULL;

    if (make_change(call, &order))
        call_submit_route(call, &disable_factor_command, order, on_disabled);
}

bool second_factor_may_try(struct call *call)
{
    const struct signing_in *who = call->handler_state;
    char id[UUID_TEXT_SIZE];
    struct throttle_verdict verdict;

    uuid_print(who->user_id, id);
    verdict = throttle_hit(call->services->codes, 0, text_from(id), monotonic_us());
    if (!verdict.is_allowed)
        authorize_answer_too_many(call, &verdict);
    return verdict.is_allowed;
}

void second_factor_regenerate(struct call *call)
{
    (void)begin_own(call);
    if (second_factor_may_try(call))
        ask_facts(call, regenerate);
}

void second_factor_disable(struct call *call)
{
    (void)begin_own(call);
    if (second_factor_may_try(call))
        ask_facts(call, disable);
}

/* Signing in by it. */

static void on_failed(struct call *call)
{
    const struct signing_in *who = call->handler_state;

    call_answer_error(
        call, call->submission.status == STATUS_OK ? &who->refusal : &call->submission.error);
}

/* A wrong one is evidence, which is durable before the refusal leaves. */
static void fail(struct call *call, enum sign_in_failure failure)
{
    struct signing_in *who = call->handler_state;
    struct fail_sign_in *order = arena_one(call->arena, struct fail_sign_in);

    who->refusal = call->submission.error;
    call->actor = who->stranger; /* whoever it was, it was not shown */
    order->user_id = who->user_id;
    order->failure.is = failure;
    call_submit(call, &fail_sign_in_command, order, on_failed);
}

void second_factor_end_sign_in(
    struct call *call,
    struct uuid session_id,
    struct opt_bool is_refreshable,
    enum sign_in_failure failure)
{
    const struct submission *submission = &call->submission;

    if (submission->status == STATUS_OK) {
        session_note_opened(call, session_id, is_refreshable);
        call_wait_shown(call, submission->size, session_answer);
    } else if (submission->status == STATUS_UNAUTHENTICATED)
        fail(call, failure);
    else
        call_answer_error(call, &submission->error);
}

static void on_signed_in(struct call *call)
{
    const struct sign_in_by_factor *order = call->submission.input;

    second_factor_end_sign_in(call, order->session_id, order->is_refreshable, FAILURE_FACTOR);
}

static void
sign_in(struct call *call, int64_t step, struct bytes recovery, struct opt_bool is_refreshable)
{
    const struct factor_call *state = state_of(call);
    struct sign_in_by_factor *order = arena_one(call->arena, struct sign_in_by_factor);

    *order = (struct sign_in_by_factor){
        .user_id = state->who.user_id,
        .session_version = state->who.session_version,
        .step = step,
        .recovery = recovery,
        .session_id = uuid_new(),
        .is_refreshable = is_refreshable,
        .provider_id = state->who.provider_id,
        .provider_session = state->who.provider_session,
    };
    call->actor = (struct actor){.kind = ACTOR_USER, .id = order->user_id};
    call_submit(call, &sign_in_by_factor_command, order, on_signed_in);
}

static void verify(struct call *call)
{
    const struct factor_sign_in_body *body = call->input;
    struct error error;
    int64_t step = 0;

    if (step_in_use(call, body->token, &step, &error) == STATUS_OK)
        sign_in(call, step, (struct bytes){NULL, 0}, body->refresh);
    else
        call_answer_error(call, &error);
}

static void verify_recovery(struct call *call)
{
    const struct recovery_sign_in_body *body = call->input;

    sign_in(
        call, INT64_ABSENT,
        keyed_digest_recovery(
            call->services->keyring, state_of(call)->who.user_id, call->arena, body->recovery_code),
        body->refresh);
}

/* Whoever holds the challenge has given the password. */
static void
begin_sign_in(struct call *call, struct text challenge, void (*check)(struct call *call))
{
    struct factor_call *state = arena_one(call->arena, struct factor_call);
    struct error error;

    call->handler_state = state;
    if (session_read_challenge(call, challenge, &state->who, &error) != STATUS_OK)
        call_answer_error(call, &error);
    else if (call_can_be_shown(call) && second_factor_may_try(call))
        ask_facts(call, check);
}

void second_factor_verify(struct call *call)
{
    begin_sign_in(call, ((const struct factor_sign_in_body *)call->input)->challenge_token, verify);
}

void second_factor_verify_recovery(struct call *call)
{
    begin_sign_in(
        call, ((const struct recovery_sign_in_body *)call->input)->challenge_token,
        verify_recovery);
}
