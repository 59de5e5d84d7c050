/*
 * Tokens of challenges are JWTs of a type of their own each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/security_key_token.h"

#include "api/identity/session.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/base/random.h"
#include "core/crypto/crypto.h"
#include "core/shape/shape_json.h"

enum { CHALLENGE_SIZE = 32, GOOD_S = 600, CLAIMS_BYTES = 1024 };

static const char *const types[] = {
    [KEY_REGISTERS] = "security_key_registration",
    [KEY_SIGNS_IN] = "security_key_sign_in",
    [KEY_CONFIRMS] = "security_key_confirmation",
};

struct key_claims {
    struct uuid sub;
    struct text type;
    struct text challenge;
    int64_t made_at_us;
    int64_t session_version;
    int64_t iat;
    int64_t exp;
    struct uuid provider_id;
    struct text provider_session;
};
static const struct field key_claims_fields[] = {
    {UUID(key_claims, sub), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(key_claims, type), .tag = 2, .flags = REQUIRED, .doc = "What the challenge is for."},
    {TEXT(key_claims, challenge), .tag = 3, .flags = REQUIRED,
     .doc = "The challenge, in Base64url."},
    {INT64(key_claims, made_at_us), .tag = 4, .flags = REQUIRED,
     .doc = "Time it was made, in microseconds since 1970."},
    {INT64(key_claims, session_version), .tag = 5, .flags = REQUIRED,
     .doc = "Session version at that time."},
    {INT64(key_claims, iat), .tag = 6, .doc = "The same time, in seconds since 1970."},
    {INT64(key_claims, exp), .tag = 7, .doc = "Time of expiry, in seconds since 1970."},
    {UUID(key_claims, provider_id), .tag = 8, .doc = "Id of the provider that vouched for them."},
    {TEXT(key_claims, provider_session), .tag = 9, .doc = "Keyed digest of its own session."},
};
static const struct shape key_claims_shape =
    SHAPE(key_claims, "Claims of a challenge for a security key.");

enum status security_key_challenge_make(
    struct call *call,
    enum key_purpose purpose,
    struct key_challenge *challenge,
    struct text *out_token,
    struct error *error)
{
    uint8_t random[CHALLENGE_SIZE];
    char id[UUID_TEXT_SIZE];
    int64_t now_s = call->arrived_at.us / US_PER_S;
    int64_t ends_s = now_s + GOOD_S;
    AUTO_BUF claims = {0};

    random_fill(random, sizeof(random));
    uuid_print(challenge->user_id, id);
    challenge->challenge = base64url_encode(call->arena, (struct bytes){random, sizeof(random)});
    challenge->made_at = call->arrived_at;
    buf_init(&claims, CLAIMS_BYTES);
    buf_printf(
        &claims,
        "{\"sub\":\"%s\",\"type\":\"%s\",\"challenge\":\"%.*s\",\"madeAtUs\":%lld,"
        "\"sessionVersion\":%lld,\"iat\":%lld,\"exp\":%lld",
        id, types[purpose], TEXT_ARGS(challenge->challenge), (long long)challenge->made_at.us,
        (long long)challenge->session_version, (long long)now_s, (long long)ends_s);
    session_add_provider(call->arena, challenge->provider_id, challenge->provider_session, &claims);
    buf_add_char(&claims, '}');
    return jwt_sign(call->arena, call->services->jwt_secret, buf_text(&claims), out_token, error);
}

static enum status refuse(struct error *error)
{
    return error_set_code(
        error, STATUS_UNAUTHENTICATED, "challenge_invalid", "Invalid security key challenge.");
}

enum status security_key_challenge_read(
    struct call *call,
    enum key_purpose purpose,
    struct text token,
    struct key_challenge *out,
    struct error *error)
{
    struct key_claims claims = {.type = {NULL, 0}};
    struct text json = {NULL, 0};
    enum status status =
        jwt_verify(call->arena, call->services->jwt_secret, token, call->arrived_at, &json, error);

    if (status == STATUS_UNAUTHENTICATED)
        return refuse(error);
    if (status != STATUS_OK)
        return status;
    if (shape_json_read(&key_claims_shape, json, call->arena, &claims, error) != STATUS_OK ||
        !text_is(claims.type, types[purpose]))
        return refuse(error);
    *out = (struct key_challenge){
        .user_id = claims.sub,
        .session_version = claims.session_version,
        .challenge = claims.challenge,
        .made_at = {claims.made_at_us},
        .provider_id = claims.provider_id,
    };
    if (text_is_present(claims.provider_session) &&
        !base64url_decode(call->arena, claims.provider_session, &out->provider_session))
        return refuse(error);
    return STATUS_OK;
}

/* "https://fleet.example:8443" of an address, as browsers say it: small, and without the port that goes without saying. */
static struct text origin_of(const struct settings *settings, struct arena *arena)
{
    struct text url = text_lower(arena, settings->web_app_url);
    size_t host = text_find(url, ':', 0) + 3;
    struct text origin = text_slice(url, 0, text_find(url, '/', host));
    struct text implied =
        text_starts_with(url, text_lit("https:")) ? text_lit(":443") : text_lit(":80");

    return text_ends_with(origin, implied) ? text_slice(origin, 0, origin.size - implied.size)
                                           : origin;
}

struct text security_key_party(const struct settings *settings, struct arena *arena)
{
    struct text origin = origin_of(settings, arena);
    size_t host = text_find(origin, ':', 0) + 3;

    if (host >= origin.size)
        return origin;
    return text_slice(origin, host, text_find(origin, ':', host) - host);
}

struct webauthn_asked
security_key_challenge_asked(struct call *call, const struct key_challenge *challenge)
{
    struct webauthn_asked asked = {
        .party = security_key_party(call->services->settings, call->arena),
        .origin = origin_of(call->services->settings, call->arena),
    };

    if (!base64url_decode(call->arena, challenge->challenge, &asked.challenge))
        asked.challenge = (struct bytes){NULL, 0};
    return asked;
}
