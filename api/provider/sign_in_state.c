/*
 * States of sign-ins, as tokens.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/sign_in_state.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/shape/shape_json.h"

#include <string.h>

enum { CLAIMS_BYTES = 8192, LIFE_S = 600 };
#define STATE_TYPE "oidc_state"

struct claims {
    struct text type;
    struct uuid jti;
    struct uuid provider_id;
    struct text redirect_uri;
    struct text next;
    int64_t iat;
    int64_t exp;
};
static const struct field claims_fields[] = {
    {TEXT(claims, type), .tag = 1, .flags = REQUIRED, .doc = "What the token is for."},
    {UUID(claims, jti), .tag = 2, .flags = REQUIRED, .doc = "Id of the state."},
    {UUID(claims, provider_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the provider."},
    {TEXT(claims, redirect_uri), .tag = 4, .flags = REQUIRED,
     .doc = "Where the provider sends people back to."},
    {TEXT(claims, next), .tag = 5, .flags = OMIT_ABSENT, .doc = "Path to go on at."},
    {INT64(claims, iat), .tag = 6, .flags = REQUIRED, .doc = "Time of issue, in seconds."},
    {INT64(claims, exp), .tag = 7, .flags = REQUIRED, .doc = "Time of expiry, in seconds."},
};
static const struct shape claims_shape = SHAPE(claims, "Claims of a state.");

enum status sign_in_state_make(
    const struct services *services,
    const struct sign_in_state *state,
    struct timestamp now,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct claims claims = {
        .type = text_lit(STATE_TYPE),
        .jti = state->id,
        .provider_id = state->provider_id,
        .redirect_uri = state->redirect_uri,
        .next = state->next,
        .iat = now.us / US_PER_S,
        .exp = now.us / US_PER_S + LIFE_S,
    };
    AUTO_BUF json = {0};

    buf_init(&json, CLAIMS_BYTES);
    shape_json_write(&claims_shape, &claims, &json);
    return jwt_sign(arena, services->jwt_secret, buf_text(&json), out, error);
}

enum status sign_in_state_read(
    const struct services *services,
    struct text token,
    struct timestamp now,
    struct arena *arena,
    struct sign_in_state *out,
    struct error *error)
{
    struct claims claims;
    struct text json;
    enum status status = jwt_verify(arena, services->jwt_secret, token, now, &json, error);

    if (status == STATUS_UNAUTHENTICATED && text_is(text_from(error->code), "token_expired"))
        return error_set_code(error, status, "token_expired", "Authentication token expired");
    if (status == STATUS_UNAUTHENTICATED)
        return error_set_code(error, status, "token_invalid", "Invalid authentication token");
    if (status != STATUS_OK)
        return status;
    if (shape_json_read(&claims_shape, json, arena, &claims, error) != STATUS_OK ||
        !text_is(claims.type, STATE_TYPE))
        return error_set_code(
            error, STATUS_UNAUTHENTICATED, "state_invalid", "Invalid OIDC state token.");
    *out = (struct sign_in_state){claims.jti, claims.provider_id, claims.redirect_uri, claims.next};
    return STATUS_OK;
}

/* 43 characters that nobody else can make. */
static struct text
derive(const struct services *services, const char *what, struct uuid id, struct arena *arena)
{
    char text[UUID_TEXT_SIZE];
    struct text label;
    struct digest digest;

    uuid_print(id, text);
    label = text_format(arena, "openid %s %s", what, text);
    digest = hmac_sha256(bytes_of_text(services->jwt_secret), bytes_of_text(label));
    return base64url_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

struct text
sign_in_state_nonce(const struct services *services, struct uuid id, struct arena *arena)
{
    return derive(services, "nonce", id, arena);
}

struct text
sign_in_state_verifier(const struct services *services, struct uuid id, struct arena *arena)
{
    return derive(services, "verifier", id, arena);
}

struct text
sign_in_state_challenge(const struct services *services, struct uuid id, struct arena *arena)
{
    struct digest digest = sha256(bytes_of_text(sign_in_state_verifier(services, id, arena)));

    return base64url_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

struct digest sign_in_state_name(struct uuid id)
{
    const struct text label = text_lit("openid state");
    const struct bytes pieces[] = {bytes_of_text(label), {id.bytes, sizeof(id.bytes)}};

    return sha256_of(pieces, COUNT_OF(pieces));
}
