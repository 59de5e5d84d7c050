/*
 * Tokens of people, and reading those of challenges.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/session.h"

#include "api/call.h"
#include "api/identity/refresh_token.h"
#include "api/identity/user_resources.h"
#include "api/select.h"
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/identity_events.h"

enum { CLAIMS_BYTES = 16384, CHALLENGE_S = 600 };
#define CHALLENGE_TYPE "mfa_challenge"

static const struct field session_view_fields[] = {
    {TEXT(session_view, access_token), .tag = 1, .flags = REQUIRED,
     .doc = "Access token, to be sent as a bearer token."},
    {TEXT(session_view, expires_in), .tag = 2, .flags = REQUIRED,
     .doc = "Lifetime of the access token."},
    {OBJECT(session_view, user, user_row), .tag = 3, .flags = REQUIRED,
     .doc = "Account of the person who signed in."},
    {TEXT(session_view, redirect_path), .tag = 4,
     .doc = "Path to continue at after single sign-on."},
    {TEXT(session_view, refresh_token), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "Token that is exchanged for another pair, once; where it was asked for."},
};
const struct shape session_view_shape = SHAPE(session_view, "An access token and its person.");

static const struct field challenge_view_fields[] = {
    {BOOL(challenge_view, requires_mfa), .tag = 1, .flags = REQUIRED,
     .doc = "Always true: a second factor is asked for."},
    {TEXT(challenge_view, mfa_challenge_token), .tag = 2, .flags = REQUIRED,
     .doc = "Token to send with a code."},
    {TEXT(challenge_view, expires_in), .tag = 3, .flags = REQUIRED,
     .doc = "Lifetime of that token."},
    {OBJECT(challenge_view, user, user_row), .tag = 4, .flags = REQUIRED,
     .doc = "Account of the person who signs in."},
    {LIST_OF(challenge_view, methods, KIND_TEXT), .tag = 5, .flags = OMIT_ABSENT,
     .doc = "What may be shown, where that is not codes alone: code, security_key, recovery_code."},
};
const struct shape challenge_view_shape =
    SHAPE(challenge_view, "A second factor is asked for before there is an access token.");

/* Making them. */

void session_note_opened(struct call *call, struct uuid session_id, struct opt_bool refresh)
{
    struct signing_in *who = call->handler_state;

    if (call->submission.emitted == 0)
        return; /* it could not be written */
    who->session_id = session_id;
    who->refresh = opt_bool_is_true(refresh) ? 1 : 0;
}

/* How long an access token that is made now is good for. */
static int64_t access_life_s(const struct call *call)
{
    const struct signing_in *who = call->handler_state;
    int64_t left_s = (who->ends_at.us - call->arrived_at.us) / US_PER_S;

    return timestamp_is_present(who->ends_at) && left_s < call->services->jwt_seconds
               ? left_s
               : call->services->jwt_seconds;
}

/* The same as the contract has it: as it was set, unless the session ends before. */
static struct text expires_in(const struct call *call)
{
    int64_t life_s = access_life_s(call);

    return life_s == call->services->jwt_seconds
               ? call->services->settings->jwt_expires_in
               : text_format(call->arena, "%llds", (long long)life_s);
}

/* The times are in seconds, and the last of the claims. */
static void
end_claims(struct call *call, const struct signing_in *who, int64_t life_s, struct buf *out)
{
    int64_t now_s = call->arrived_at.us / US_PER_S;
    int64_t ends_s = now_s + life_s;

    buf_printf(
        out, ",\"sessionVersion\":%lld,\"iat\":%lld,\"exp\":%lld}", (long long)who->session_version,
        (long long)now_s, (long long)ends_s);
}

static void begin_claims(const struct signing_in *who, struct buf *out)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(who->user_id, id);
    buf_init(out, CLAIMS_BYTES);
    buf_printf(out, "{\"sub\":\"%s\"", id);
}

static void add_session(const struct signing_in *who, struct buf *out)
{
    char id[UUID_TEXT_SIZE];

    if (!uuid_is_present(who->session_id))
        return;
    uuid_print(who->session_id, id);
    buf_printf(out, ",\"sid\":\"%s\"", id);
}

/* Claims by the contract's names, and the session. */
static struct text claims_of(struct call *call, const struct user_row *user)
{
    const struct signing_in *who = call->handler_state;
    AUTO_BUF out = {0};

    begin_claims(who, &out);
    buf_add_c(&out, ",\"email\":");
    json_write_text(&out, user->email);
    buf_printf(&out, ",\"role\":\"%s\",\"name\":", enum_name(platform_role_names, user->role));
    json_write_text(&out, user->name);
    add_session(who, &out);
    end_claims(call, who, access_life_s(call), &out);
    return text_copy(call->arena, buf_text(&out));
}

void session_add_provider(
    struct arena *arena, struct uuid provider_id, struct bytes provider_session, struct buf *out)
{
    char id[UUID_TEXT_SIZE];

    if (!uuid_is_present(provider_id))
        return;
    uuid_print(provider_id, id);
    buf_printf(out, ",\"providerId\":\"%s\"", id);
    if (bytes_are_present(provider_session)) {
        struct text digest = base64url_encode(arena, provider_session);
        buf_printf(out, ",\"providerSession\":\"%.*s\"", TEXT_ARGS(digest));
    }
}

static struct text challenge_claims(struct call *call)
{
    const struct signing_in *who = call->handler_state;
    AUTO_BUF out = {0};

    begin_claims(who, &out);
    buf_add_c(&out, ",\"type\":\"" CHALLENGE_TYPE "\"");
    session_add_provider(call->arena, who->provider_id, who->provider_session, &out);
    end_claims(call, who, CHALLENGE_S, &out);
    return text_copy(call->arena, buf_text(&out));
}

/* The account, as its owner reads it. */
static enum status find_user(struct call *call, const struct user_row **out, struct error *error)
{
    const struct signing_in *who = call->handler_state;
    const void *row = NULL;
    enum status status = select_row(call, &me_resource, who->user_id, &row, error);

    if (status == STATUS_OK && row == NULL)
        status = error_set(error, STATUS_UNAUTHENTICATED, "Invalid email or password");
    *out = row;
    return status;
}

void session_answer(struct call *call)
{
    const struct signing_in *who = call->handler_state;
    struct session_view session = {
        .expires_in = expires_in(call), .redirect_path = who->redirect_path};
    struct error error;
    enum status status = find_user(call, &session.user, &error);

    if (status == STATUS_OK)
        status = jwt_sign(
            call->arena, call->services->jwt_secret, claims_of(call, session.user),
            &session.access_token, &error);
    if (status == STATUS_OK && who->refresh > 0)
        status =
            refresh_token_make(call, who->session_id, who->refresh, &session.refresh_token, &error);
    if (status == STATUS_OK)
        call_answer_shape(call, 200, &session_view_shape, &session);
    else
        call_answer_error(call, &error);
}

/* Of who has codes alone the answer is that of the reference. */
static struct list methods_of(struct call *call)
{
    const struct signing_in *who = call->handler_state;
    struct text *methods = arena_array(call->arena, 3, sizeof(*methods));
    size_t count = 0;

    if (!who->has_keys)
        return (struct list){NULL, 0};
    if (who->has_codes)
        methods[count++] = text_lit("code");
    methods[count++] = text_lit("security_key");
    methods[count++] = text_lit("recovery_code");
    return (struct list){methods, count};
}

void session_challenge(struct call *call)
{
    struct challenge_view view = {
        .requires_mfa = OPT_TRUE, .expires_in = text_lit("10m"), .methods = methods_of(call)};
    struct error error;
    enum status status = find_user(call, &view.user, &error);

    if (status == STATUS_OK)
        status = jwt_sign(
            call->arena, call->services->jwt_secret, challenge_claims(call),
            &view.mfa_challenge_token, &error);
    if (status == STATUS_OK)
        call_answer_shape(call, 200, &challenge_view_shape, &view);
    else
        call_answer_error(call, &error);
}

/* Reading one. */

struct challenge {
    struct uuid sub;
    struct text type;
    int64_t session_version;
    int64_t iat;
    int64_t exp;
    struct uuid provider_id;
    struct text provider_session;
};
static const struct field challenge_fields[] = {
    {UUID(challenge, sub), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(challenge, type), .tag = 2, .doc = "What the token is for."},
    {INT64(challenge, session_version), .tag = 3, .flags = REQUIRED,
     .doc = "Session version at the time the password was checked."},
    {INT64(challenge, iat), .tag = 4, .doc = "Time of issue, in seconds since 1970."},
    {INT64(challenge, exp), .tag = 5, .doc = "Time of expiry, in seconds since 1970."},
    {UUID(challenge, provider_id), .tag = 6, .doc = "Id of the provider that vouched for them."},
    {TEXT(challenge, provider_session), .tag = 7, .doc = "Keyed digest of its own session."},
};
static const struct shape challenge_shape = SHAPE(challenge, "Claims of a challenge.");

enum status session_read_challenge(
    struct call *call, struct text token, struct signing_in *out, struct error *error)
{
    struct challenge challenge = {.type = {NULL, 0}};
    struct text claims = {NULL, 0};
    enum status status = jwt_verify(
        call->arena, call->services->jwt_secret, token, call->arrived_at, &claims, error);

    if (status == STATUS_UNAUTHENTICATED && text_is(text_from(error->code), "token_expired"))
        return error_set_code(error, status, "token_expired", "Authentication token expired");
    if (status == STATUS_UNAUTHENTICATED)
        return error_set_code(error, status, "token_invalid", "Invalid authentication token");
    if (status != STATUS_OK)
        return status;
    if (shape_json_read(&challenge_shape, claims, call->arena, &challenge, error) != STATUS_OK ||
        !text_is(challenge.type, CHALLENGE_TYPE))
        return error_set_code(
            error, STATUS_UNAUTHENTICATED, "challenge_invalid", "Invalid MFA challenge token.");
    *out = (struct signing_in){
        .user_id = challenge.sub,
        .session_version = challenge.session_version,
        .provider_id = challenge.provider_id,
        .stranger = call->actor,
    };
    if (text_is_present(challenge.provider_session) &&
        !base64url_decode(call->arena, challenge.provider_session, &out->provider_session))
        return error_set_code(
            error, STATUS_UNAUTHENTICATED, "challenge_invalid", "Invalid MFA challenge token.");
    return STATUS_OK;
}
