/*
 * Tokens of others, by cjose, which is given nothing that was not looked at before: one spelling of three parts, an
 * algorithm of the table, and the public members of one key of the set.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/crypto/jws.h"

#include "core/base/encode.h"
#include "core/base/must.h"

#include <jansson.h>

#include <cjose/cjose.h>
#include <string.h>

enum { LEAST_RSA_BITS = 2048, MOST_KEYS = 64, MOST_MEMBERS = 4 };

static void free_json(json_t **json)
{
    json_decref(*json);
}
#define AUTO_JSON CLEANUP(free_json) json_t *

/* What may sign. */
struct algorithm {
    const char *name;
    const char *kind;                  /* "kty" of its keys */
    const char *curve;                 /* "crv"; NULL: they have none */
    const char *members[MOST_MEMBERS]; /* of a public key; ended by NULL */
    size_t least_bits;
    size_t signature_size; /* 0: that of the key */
};
static const struct algorithm algorithms[] = {
    {"RS256", "RSA", NULL, {"kty", "n", "e", NULL}, LEAST_RSA_BITS, 0},
    {"ES256", "EC", "P-256", {"kty", "crv", "x", "y"}, 0, 64},
};

/* A token as it came. */
struct parts {
    struct bytes header;
    struct bytes claims;
    struct bytes signature;
};

static enum status refuse(struct error *error, const char *code, const char *why)
{
    return error_set_code(error, STATUS_UNAUTHENTICATED, code, "the token %s", why);
}

static enum status
take_apart(struct arena *arena, struct text token, struct parts *out, struct error *error)
{
    struct bytes *const raw[] = {&out->header, &out->claims, &out->signature};
    struct text rest = token;

    if (token.size == 0 || token.size > JWS_LONGEST)
        return refuse(error, "token_malformed", "is missing or too long");
    for (size_t i = 0; i < COUNT_OF(raw); i++) {
        struct text part = text_cut(&rest, '.');
        if (part.size == 0 || !base64url_decode(arena, part, raw[i]))
            return refuse(error, "token_malformed", "is not of the form header.claims.signature");
    }
    if (text_is_present(rest))
        return refuse(error, "token_malformed", "is not of the form header.claims.signature");
    return STATUS_OK;
}

/* NULL where it is none, or names something twice. */
static json_t *read_object(struct bytes raw)
{
    json_t *object =
        json_loadb((const char *)raw.data, raw.size, JSON_REJECT_DUPLICATES, &(json_error_t){0});

    if (object != NULL && !json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static const char *string_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool is(const json_t *object, const char *name, const char *wanted)
{
    const char *value = string_of(object, name);

    return value != NULL && strcmp(value, wanted) == 0;
}

static bool is_or_absent(const json_t *object, const char *name, const char *wanted)
{
    return json_object_get(object, name) == NULL || is(object, name, wanted);
}

static const struct algorithm *algorithm_of(const json_t *header)
{
    for (size_t i = 0; i < COUNT_OF(algorithms); i++) {
        if (is(header, "alg", algorithms[i].name))
            return &algorithms[i];
    }
    return NULL;
}

static enum status
check_header(const json_t *header, const struct algorithm **out, struct error *error)
{
    if (header == NULL)
        return refuse(error, "token_malformed", "has a header that is no JSON object");
    if (!is_or_absent(header, "typ", "JWT") && !is(header, "typ", "logout+jwt"))
        return refuse(error, "token_type", "is of another type than JWT and logout+jwt");
    *out = algorithm_of(header);
    if (*out == NULL || json_object_get(header, "crit") != NULL)
        return refuse(error, "algorithm_not_allowed", "is not signed by RS256 or ES256");
    if (json_object_get(header, "kid") != NULL && string_of(header, "kid") == NULL)
        return refuse(error, "token_malformed", "has a kid that is no text");
    return STATUS_OK;
}

/* May the key sign by that, and does it say nothing else of itself? */
static bool fits(const json_t *key, const json_t *header, const struct algorithm *algorithm)
{
    const char *id = string_of(header, "kid");

    return is(key, "kty", algorithm->kind) &&
           (algorithm->curve == NULL || is(key, "crv", algorithm->curve)) &&
           is_or_absent(key, "use", "sig") && is_or_absent(key, "alg", algorithm->name) &&
           (id == NULL || is(key, "kid", id));
}

/* The key that is meant: borrowed from the set. */
static enum status find_key(
    const json_t *set,
    const json_t *header,
    const struct algorithm *algorithm,
    const json_t **out,
    struct error *error)
{
    const json_t *keys = json_object_get(set, "keys");
    size_t count = json_array_size(keys);
    size_t fitting = 0;

    for (size_t i = 0; i < count && i < MOST_KEYS; i++) {
        const json_t *key = json_array_get(keys, i);
        if (!fits(key, header, algorithm))
            continue;
        *out = key;
        fitting++;
    }
    if (fitting == 0)
        return error_set_code(
            error, STATUS_NOT_FOUND, "key_unknown", "the token is signed by a key that is unknown");
    if (fitting > 1)
        return refuse(error, "key_unfit", "does not say which of several keys has signed it");
    return STATUS_OK;
}

/* Its public members alone; absent where one is missing. */
static struct text
public_key(struct arena *arena, const json_t *key, const struct algorithm *algorithm)
{
    AUTO_JSON bare = json_object();
    char *text;
    size_t size;

    for (size_t i = 0; i < MOST_MEMBERS && algorithm->members[i] != NULL; i++) {
        json_t *member = json_object_get(key, algorithm->members[i]);
        if (!json_is_string(member) || json_object_set(bare, algorithm->members[i], member) != 0)
            return (struct text){NULL, 0};
    }
    size = json_dumpb(bare, NULL, 0, JSON_COMPACT);
    text = arena_take(arena, size + 1);
    return (struct text){text, json_dumpb(bare, text, size, JSON_COMPACT)};
}

static cjose_jwk_t *
import_key(struct arena *arena, const json_t *key, const struct algorithm *algorithm)
{
    cjose_err why;
    struct text text = public_key(arena, key, algorithm);
    cjose_jwk_t *imported =
        text_is_present(text) ? cjose_jwk_import(text.data, text.size, &why) : NULL;

    if (imported != NULL && cjose_jwk_get_keysize(imported, &why) < algorithm->least_bits) {
        cjose_jwk_release(imported);
        return NULL;
    }
    return imported;
}

static bool is_signed(struct text token, const cjose_jwk_t *key)
{
    cjose_err why;
    cjose_jws_t *jws = cjose_jws_import(token.data, token.size, &why);
    bool is_right = jws != NULL && cjose_jws_verify(jws, key, &why);

    cjose_jws_release(jws);
    return is_right;
}

static enum status check_signature(
    struct arena *arena,
    struct text token,
    const json_t *key,
    const struct algorithm *algorithm,
    size_t signature_size,
    struct error *error)
{
    cjose_jwk_t *imported = import_key(arena, key, algorithm);
    bool is_right;

    if (imported == NULL)
        return refuse(error, "key_unfit", "is signed by a key that is none, or too weak");
    is_right = (algorithm->signature_size == 0 || algorithm->signature_size == signature_size) &&
               is_signed(token, imported);
    cjose_jwk_release(imported);
    return is_right ? STATUS_OK
                    : refuse(error, "signature_invalid", "has a signature that does not fit");
}

enum status jws_verify(
    struct arena *arena,
    struct text token,
    struct text key_set,
    struct text *out,
    struct error *error)
{
    AUTO_JSON header = NULL;
    AUTO_JSON set = NULL;
    AUTO_JSON claims = NULL;
    const struct algorithm *algorithm = NULL;
    const json_t *key = NULL;
    struct parts parts = {.claims = {NULL, 0}};
    enum status status = take_apart(arena, token, &parts, error);

    if (status != STATUS_OK)
        return status;
    header = read_object(parts.header);
    status = check_header(header, &algorithm, error);
    set = read_object(bytes_of_text(key_set));
    if (status != STATUS_OK)
        return status;
    must(algorithm != NULL);
    status = find_key(set, header, algorithm, &key, error);
    if (status == STATUS_OK)
        status = check_signature(arena, token, key, algorithm, parts.signature.size, error);
    if (status != STATUS_OK)
        return status;
    claims = read_object(parts.claims);
    if (claims == NULL)
        return refuse(error, "token_malformed", "has claims that are no JSON object");
    *out = text_of_bytes(parts.claims);
    return STATUS_OK;
}
