/*
 * JSON Web Tokens, HS256 and nothing else, signed and checked by the same HMAC; the form is checked
 * strictly (three Base64url parts, one spelling each, a JSON object inside). Not by cjose: its import
 * of a token writes through NULL where there is no memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/crypto/crypto.h"

#include <jansson.h>

enum { TOKEN_MAX_BYTES = 8192 };

static void free_json(json_t **json)
{
    json_decref(*json);
}

#define AUTO_JSON CLEANUP(free_json) json_t *

static struct digest signature_of(struct text secret, struct text signed_part)
{
    return hmac_sha256(bytes_of_text(secret), bytes_of_text(signed_part));
}

enum status jwt_sign(
    struct arena *arena,
    struct text secret,
    struct text claims,
    struct text *out,
    struct error *error)
{
    const struct text header = text_lit("{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
    struct text head = base64url_encode(arena, bytes_of_text(header));
    struct text body = base64url_encode(arena, bytes_of_text(claims));
    struct text signed_part = text_format(arena, "%.*s.%.*s", TEXT_ARGS(head), TEXT_ARGS(body));
    struct digest code = signature_of(secret, signed_part);
    struct text signature = base64url_encode(arena, (struct bytes){code.bytes, DIGEST_SIZE});

    if (secret.size == 0)
        return error_set(error, STATUS_INVALID, "the secret that signs tokens is empty");
    *out = text_format(arena, "%.*s.%.*s", TEXT_ARGS(signed_part), TEXT_ARGS(signature));
    return STATUS_OK;
}

static enum status refuse(struct error *error, const char *why)
{
    return error_set_code(error, STATUS_UNAUTHENTICATED, "token_invalid", "the token %s", why);
}

/* Whoever brings a good token is not to blame for this. */
static enum status fail(struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "a token cannot be checked now: no memory");
}

/* JSON without repeated members, of a token whose signature fits: whoever signed it could write JSON, so
 * that what cannot be read now is not the token's fault. */
static enum status read_part(struct bytes raw, json_t **out, struct error *error)
{
    json_error_t wrong;

    *out = json_loadb(
        (const char *)raw.data, raw.size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &wrong);
    if (*out == NULL && json_error_code(&wrong) == json_error_duplicate_key)
        return refuse(error, "names something twice");
    return *out == NULL ? fail(error) : STATUS_OK;
}

/* Only HS256, and no header that asks us to understand what we do not ("crit"). */
static enum status check_header(struct bytes raw, struct error *error)
{
    AUTO_JSON header = NULL;
    enum status status = read_part(raw, &header, error);
    const char *algorithm = json_string_value(json_object_get(header, "alg"));

    if (status != STATUS_OK)
        return status;
    if (algorithm == NULL || !text_is(text_from(algorithm), "HS256") ||
        json_object_get(header, "crit") != NULL)
        return refuse(error, "is not signed by HS256");
    return STATUS_OK;
}

static enum status check_signature(
    struct text secret, struct text signed_part, struct bytes signature, struct error *error)
{
    struct digest wanted = signature_of(secret, signed_part);

    if (secret.size == 0 || !crypto_equal((struct bytes){wanted.bytes, DIGEST_SIZE}, signature))
        return refuse(error, "has a signature that does not fit");
    return STATUS_OK;
}

static enum status check_times(struct bytes raw, struct timestamp now, struct error *error)
{
    AUTO_JSON claims = NULL;
    enum status status = read_part(raw, &claims, error);
    const json_t *ends = json_object_get(claims, "exp");
    const json_t *begins = json_object_get(claims, "nbf");
    double seconds = (double)now.us / US_PER_S;

    if (status != STATUS_OK)
        return status;
    if (!json_is_object(claims))
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
    status = check_signature(
        secret, text_slice(token, 0, parts[0].size + 1 + parts[1].size), raw[2], error);
    if (status == STATUS_OK)
        status = check_header(raw[0], error);
    if (status == STATUS_OK)
        status = check_times(raw[1], now, error);
    if (status == STATUS_OK)
        *out_claims = text_of_bytes(raw[1]);
    return status;
}
