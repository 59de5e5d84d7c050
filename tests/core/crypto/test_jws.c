/*
 * Tokens that others have signed, with keys that are made here: what is taken, and each way of being refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/crypto/crypto.h"
#include "core/crypto/jws.h"
#include "tests/support/expect.h"

#include <cjose/cjose.h>
#include <string.h>

static struct arena *arena;
static cjose_jwk_t *rsa;
static cjose_jwk_t *curve;

static void set_up(void)
{
    cjose_err why;

    arena = arena_new(1 << 20);
    if (rsa == NULL)
        rsa = cjose_jwk_create_RSA_random(2048, (const uint8_t *)"\x01\x00\x01", 3, &why);
    if (curve == NULL)
        curve = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &why);
    expect(rsa != NULL && curve != NULL);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct text borrowed(char *given)
{
    struct text kept = text_copy(arena, text_from(given));

    cjose_get_dealloc()(given);
    return kept;
}

/* A key as a set has it, with members that are added: ",\"kid\":\"a\"". */
static struct text public_of(const cjose_jwk_t *key, const char *more)
{
    cjose_err why;
    struct text bare = borrowed(cjose_jwk_to_json(key, false, &why));

    return text_format(arena, "%.*s%s}", (int)bare.size - 1, bare.data, more);
}

static struct text set_of(struct text first, struct text second)
{
    return text_format(
        arena, "{\"keys\":[%.*s%s%.*s]}", TEXT_ARGS(first), second.size > 0 ? "," : "",
        TEXT_ARGS(second));
}

static struct text no_key(void)
{
    return (struct text){NULL, 0};
}

static struct text both_keys(void)
{
    return set_of(
        public_of(rsa, ",\"kid\":\"r\",\"use\":\"sig\",\"alg\":\"RS256\""),
        public_of(curve, ",\"kid\":\"c\""));
}

/* By cjose: members of the header as names and texts or JSON objects, ended by NULL. */
static struct text
token_with(const cjose_jwk_t *key, const char *const header[], const char *claims)
{
    cjose_err why;
    cjose_header_t *head = cjose_header_new(&why);
    const char *text = NULL;
    cjose_jws_t *jws;
    struct text kept;

    for (size_t i = 0; header[i] != NULL; i += 2)
        expect(
            header[i + 1][0] == '{' ? cjose_header_set_raw(head, header[i], header[i + 1], &why)
                                    : cjose_header_set(head, header[i], header[i + 1], &why));
    jws = cjose_jws_sign(key, head, (const uint8_t *)claims, strlen(claims), &why);
    expect(jws != NULL && cjose_jws_export(jws, &text, &why));
    kept = text_copy(arena, text_from(text));
    cjose_jws_release(jws);
    cjose_header_release(head);
    return kept;
}
#define HEADER(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct text raw_token(const char *header, const char *claims, const char *signature)
{
    struct text head = base64url_encode(arena, bytes_of_text(text_from(header)));
    struct text body = base64url_encode(arena, bytes_of_text(text_from(claims)));

    return text_format(arena, "%.*s.%.*s.%s", TEXT_ARGS(head), TEXT_ARGS(body), signature);
}

static void expect_refused(struct text token, struct text keys, const char *code)
{
    struct error error = {0};
    struct text claims = {NULL, 0};

    expect(jws_verify(arena, token, keys, &claims, &error) != STATUS_OK);
    expect_text(text_from(error.code), code);
}

static void expect_taken(struct text token, struct text keys)
{
    struct error error = {0};
    struct text claims = {NULL, 0};

    expect_ok(jws_verify(arena, token, keys, &claims, &error), &error);
    expect_text(claims, "{\"sub\":\"a\"}");
}

#define CLAIMS "{\"sub\":\"a\"}"

static void a_token_is_taken_by_the_key_that_it_names_or_the_only_one_that_fits(void)
{
    expect_taken(token_with(rsa, HEADER("alg", "RS256", "kid", "r"), CLAIMS), both_keys());
    expect_taken(token_with(rsa, HEADER("alg", "RS256", "typ", "JWT"), CLAIMS), both_keys());
    expect_taken(token_with(curve, HEADER("alg", "ES256", "kid", "c"), CLAIMS), both_keys());
}

static void only_the_algorithms_of_the_table_are_taken(void)
{
    static const char *const headers[] = {
        "{\"alg\":\"none\"}",  "{\"alg\":\"None\"}",  "{\"alg\":\"HS256\"}",
        "{\"alg\":\"PS256\"}", "{\"alg\":\"RS384\"}", "{\"alg\":\"ES512\"}",
        "{\"alg\":null}",      "{\"kid\":\"r\"}",     "{\"alg\":[\"RS256\"]}"};

    for (size_t i = 0; i < COUNT_OF(headers); i++)
        expect_refused(
            raw_token(headers[i], CLAIMS, "c2lnbmF0dXJl"), both_keys(), "algorithm_not_allowed");
    expect_refused(
        raw_token("{\"alg\":\"RS256\",\"crit\":[\"x\"]}", CLAIMS, "c2ln"), both_keys(),
        "algorithm_not_allowed");
    /* A secret that is the public key, which everybody knows. */
    expect_refused(
        raw_token("{\"alg\":\"ES256\",\"kid\":\"r\"}", CLAIMS, "c2ln"), both_keys(), "key_unknown");
}

static void a_key_that_the_token_brings_along_means_nothing(void)
{
    cjose_err why;
    cjose_jwk_t *foreign = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &why);
    const char *brought = text_c(arena, public_of(foreign, ""));

    expect_refused(
        token_with(
            foreign, HEADER("alg", "ES256", "jwk", brought, "jku", "https://evil.example"), CLAIMS),
        both_keys(), "signature_invalid");
    expect_refused(
        token_with(foreign, HEADER("alg", "ES256", "kid", "x"), CLAIMS), both_keys(),
        "key_unknown");
    cjose_jwk_release(foreign);
}

static void what_was_changed_is_not_signed(void)
{
    struct text token = token_with(curve, HEADER("alg", "ES256"), CLAIMS);

    for (size_t i = 0; i < token.size; i += 7) {
        char *changed = arena_take(arena, token.size);
        struct text claims;
        struct error error;
        memcpy(changed, token.data, token.size);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        expect(
            jws_verify(arena, (struct text){changed, token.size}, both_keys(), &claims, &error) !=
            STATUS_OK);
    }
}

static void a_key_signs_only_what_it_says_of_itself(void)
{
    struct text token = token_with(curve, HEADER("alg", "ES256"), CLAIMS);

    expect_refused(token, set_of(public_of(curve, ",\"use\":\"enc\""), no_key()), "key_unknown");
    expect_refused(token, set_of(public_of(curve, ",\"alg\":\"ES384\""), no_key()), "key_unknown");
    expect_refused(
        token, set_of(public_of(curve, ",\"kid\":\"1\""), public_of(curve, ",\"kid\":\"2\"")),
        "key_unfit");
    expect_refused(
        token, text_lit("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\"}]}"),
        "key_unfit");
    expect_refused(token, text_lit("{\"keys\":{}}"), "key_unknown");
    expect_refused(token, text_lit("no JSON"), "key_unknown");
}

static void a_weak_key_signs_nothing(void)
{
    cjose_err why;
    cjose_jwk_t *weak = cjose_jwk_create_RSA_random(1024, (const uint8_t *)"\x01\x00\x01", 3, &why);

    expect_refused(
        token_with(weak, HEADER("alg", "RS256"), CLAIMS), set_of(public_of(weak, ""), no_key()),
        "key_unfit");
    cjose_jwk_release(weak);
}

static void other_forms_and_types_are_no_id_tokens(void)
{
    static const char *const malformed[] = {"",     ".",           "a.b",      "a.b.c.d",
                                            "a.b.", "e30.e30.e3=", "é.e30.e30"};

    for (size_t i = 0; i < COUNT_OF(malformed); i++)
        expect_refused(text_from(malformed[i]), both_keys(), "token_malformed");
    expect_refused(
        token_with(curve, HEADER("alg", "ES256", "typ", "at+jwt"), CLAIMS), both_keys(),
        "token_type");
    expect_refused(token_with(curve, HEADER("alg", "ES256"), "[]"), both_keys(), "token_malformed");
    expect_refused(
        token_with(curve, HEADER("alg", "ES256"), "{\"sub\":\"a\",\"sub\":\"b\"}"), both_keys(),
        "token_malformed");
    expect_refused(
        raw_token("{\"alg\":\"none\",\"alg\":\"ES256\"}", CLAIMS, "c2ln"), both_keys(),
        "token_malformed");
}

static const struct test tests[] = {
    TEST(a_token_is_taken_by_the_key_that_it_names_or_the_only_one_that_fits),
    TEST(only_the_algorithms_of_the_table_are_taken),
    TEST(a_key_that_the_token_brings_along_means_nothing),
    TEST(what_was_changed_is_not_signed),
    TEST(a_key_signs_only_what_it_says_of_itself),
    TEST(a_weak_key_signs_nothing),
    TEST(other_forms_and_types_are_no_id_tokens),
};

const struct suite test_jws_suite =
    SUITE_WITH("core/crypto/jws", tests, .set_up = set_up, .tear_down = tear_down);
