/*
 * JSON Web Tokens, HS256 and nothing else. The form is checked strictly here (three Base64url
 * parts, one spelling each, a JSON object inside), the signature by cjose.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/crypto/crypto.h"

#include <cjose/cjose.h>
#include <jansson.h>

enum { TOKEN_MAX_BYTES = 8192 };

static void free_jwk(cjose_jwk_t **jwk)
{
    cjose_jwk_release(*jwk);
}

static void free_jws(cjose_jws_t **jws)
{
    if (*jws != NULL)
        cjose_jws_release(*jws);
}

static void free_json(json_t **json)
{
    json_decref(*json);
}

#define AUTO_JWK  CLEANUP(free_jwk) cjose_jwk_t *
#define AUTO_JWS  CLEANUP(free_jws) cjose_jws_t *
#define AUTO_JSON CLEANUP(free_json) json_t *

static cjose_jwk_t *key_of(struct text secret)
{
    cjose_err err = {0};

    if (secret.size == 0)
        return NULL;
    return cjose_jwk_create_oct_spec((const uint8_t *)secret.data, secret.size, &err);
}

enum status jwt_sign(
    struct arena *arena,
    struct text secret,
    struct text claims,
    struct text *out,
    struct error *error)
{
    AUTO_JWK key = key_of(secret);
    AUTO_JSON header = json_pack("{s:s, s:s}", "alg", "HS256", "typ", "JWT");
    AUTO_JWS jws = NULL;
    const char *serialised = NULL;
    cjose_err err = {0};

    if (key == NULL)
        return error_set(error, STATUS_INVALID, "the secret that signs tokens is empty");
    jws = cjose_jws_sign(key, header, (const uint8_t *)claims.data, claims.size, &err);
    if (jws == NULL || !cjose_jws_export(jws, &serialised, &err))
        return error_set(
            error, STATUS_INTERNAL, "signing a token failed: %s",
            err.message == NULL ? "no reason given" : err.message);
    *out = text_copy(arena, text_from(serialised));
    return STATUS_OK;
}

static enum status refuse(struct error *error, const char *why)
{
    return error_set_code(error, STATUS_UNAUTHENTICATED, "token_invalid", "the token %s", why);
}

/* A JSON object without repeated members, or NULL; for json_decref. */
static json_t *object_of(struct bytes raw)
{
    json_error_t parse_error;
    json_t *json =
        json_loadb((const char *)raw.data, raw.size, JSON_REJECT_DUPLICATES, &parse_error);

    if (json_is_object(json))
        return json;
    json_decref(json);
    return NULL;
}

/* Only HS256, and no header that asks us to understand what we do not ("crit"). */
static bool is_our_header(struct bytes raw)
{
    AUTO_JSON header = object_of(raw);
    const char *algorithm = json_string_value(json_object_get(header, "alg"));

    return algorithm != NULL && text_is(text_from(algorithm), "HS256") &&
           json_object_get(header, "crit") == NULL;
}

static bool has_our_signature(struct text secret, struct text token)
{
    AUTO_JWK key = key_of(secret);
    AUTO_JWS jws = NULL;
    cjose_err err = {0};

    if (key == NULL)
        return false;
    jws = cjose_jws_import(token.data, token.size, &err);
    return jws != NULL && cjose_jws_verify(jws, key, &err);
}

static enum status check_times(struct bytes raw, struct timestamp now, struct error *error)
{
    AUTO_JSON claims = object_of(raw);
    const json_t *ends = json_object_get(claims, "exp");
    const json_t *begins = json_object_get(claims, "nbf");
    double seconds = (double)now.us / US_PER_S;

    if (claims == NULL)
        return refuse(error, "does not hold a JSON object");
    if ((ends != NULL && !json_is_number(ends)) || (begins != NULL && !json_is_number(begins)))
        return refuse(error, "has a time that is not a number");
    if (ends != NULL && seconds >= json_number_value(ends))
        return error_set_code(
            error, STATUS_UNAUTHENTICATED, "token_expired", "the token has expired");
    if (begins != NULL && seconds < json_number_value(begins))
        return refuse(error, "is not valid yet");
    return STATUS_OK;
}

enum status jwt_verify(
    struct arena *arena,
    struct text secret,
    struct text token,
    struct timestamp now,
    struct text *out_claims,
    struct error *error)
{
    struct text rest = token;
    struct text parts[3];
    struct bytes raw[3];
    enum status status;

    if (token.data == NULL || token.size > TOKEN_MAX_BYTES)
        return refuse(error, "is missing or too long");
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        parts[i] = text_cut(&rest, '.');
        if (parts[i].size == 0 || !base64url_decode(arena, parts[i], &raw[i]))
            return refuse(error, "is not of the form header.claims.signature");
    }
    if (text_is_present(rest))
        return refuse(error, "is not of the form header.claims.signature");
    if (!is_our_header(raw[0]))
        return refuse(error, "is not signed by HS256");
    if (!has_our_signature(secret, token))
        return refuse(error, "has a signature that does not fit");
    status = check_times(raw[1], now, error);
    if (status == STATUS_OK)
        *out_claims = text_of_bytes(raw[1]);
    return status;
}
