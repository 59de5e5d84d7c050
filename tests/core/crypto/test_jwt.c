/*
 * JSON Web Tokens: what we sign verifies, and nothing else does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "tests/core/crypto/library_faults.h"
#include "tests/support/expect.h"

#include <string.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static const struct text secret = TEXT_OF("a secret of the installation");

static struct timestamp at_second(int64_t second)
{
    return (struct timestamp){second * US_PER_S};
}

static struct text make_token(const char *claims)
{
    struct text token = {NULL, 0};

    must(jwt_sign(arena, secret, text_from(claims), &token, NULL) == STATUS_OK);
    return token;
}

/* A token with any header, under a signature that HS256 would give. */
static struct text make_token_with_header(const char *header, const char *claims)
{
    struct text head = base64url_encode(arena, bytes_of_text(text_from(header)));
    struct text body = base64url_encode(arena, bytes_of_text(text_from(claims)));
    struct text input = text_format(arena, "%.*s.%.*s", TEXT_ARGS(head), TEXT_ARGS(body));
    struct digest code = hmac_sha256(bytes_of_text(secret), bytes_of_text(input));
    struct text signature = base64url_encode(arena, (struct bytes){code.bytes, DIGEST_SIZE});

    return text_format(arena, "%.*s.%.*s", TEXT_ARGS(input), TEXT_ARGS(signature));
}

static void expect_refused(struct text token, struct text with_secret, const char *code)
{
    struct text claims = text_lit("untouched");
    struct error error;

    expect_status(
        jwt_verify(arena, with_secret, token, at_second(1000), &claims, &error),
        STATUS_UNAUTHENTICATED, &error);
    expect_text(text_from(error.code), code);
    expect_text(claims, "untouched");
}

static void expect_invalid(struct text token)
{
    expect_refused(token, secret, "token_invalid");
}

static void what_was_signed_verifies(void)
{
    struct text token = make_token("{\"sub\":\"u\",\"exp\":1001}");
    struct text claims = {NULL, 0};
    struct error error;

    expect_ok(jwt_verify(arena, secret, token, at_second(1000), &claims, &error), &error);
    expect_text(claims, "{\"sub\":\"u\",\"exp\":1001}");
}

static void the_form_is_the_one_of_rfc_7515(void)
{
    struct text made_by_hand =
        make_token_with_header("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "{\"sub\":\"u\"}");

    expect(text_equal(make_token("{\"sub\":\"u\"}"), made_by_hand));
}

static void the_example_token_of_jwt_io_is_signed_and_verifies(void)
{
    const struct text its_secret = text_lit("your-256-bit-secret");
    struct text token =
        text_lit("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                 "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
                 "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c");
    struct text claims = {NULL, 0};
    struct text made = {NULL, 0};
    struct error error;

    expect_ok(jwt_verify(arena, its_secret, token, at_second(1600000000), &claims, &error), &error);
    expect_text(claims, "{\"sub\":\"1234567890\",\"name\":\"John Doe\",\"iat\":1516239022}");
    expect_ok(jwt_sign(arena, its_secret, claims, &made, &error), &error);
    expect(text_equal(made, token));
}

static void a_changed_letter_anywhere_is_refused(void)
{
    struct text token = make_token("{\"sub\":\"u\"}");

    for (size_t i = 0; i < token.size; i++) {
        char *changed = arena_take(arena, token.size);
        memcpy(changed, token.data, token.size);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        expect_invalid((struct text){changed, token.size});
    }
}

static void another_secret_is_refused(void)
{
    struct text token = make_token("{\"sub\":\"u\"}");

    expect_refused(token, text_lit("another secret"), "token_invalid");
    expect_refused(token, text_lit(""), "token_invalid");
}

static void only_hs256_is_accepted(void)
{
    expect_invalid(make_token_with_header("{\"alg\":\"none\"}", "{}"));
    expect_invalid(make_token_with_header("{\"alg\":\"RS256\"}", "{}"));
    expect_invalid(make_token_with_header("{\"alg\":\"HS384\"}", "{}"));
    expect_invalid(make_token_with_header("{\"alg\":\"hs256\"}", "{}"));
    expect_invalid(make_token_with_header("{\"alg\":256}", "{}"));
    expect_invalid(make_token_with_header("{}", "{}"));
    expect_invalid(make_token_with_header("{\"alg\":\"none\",\"alg\":\"HS256\"}", "{}"));
    expect_invalid(make_token_with_header("{\"alg\":\"HS256\",\"crit\":[\"b64\"]}", "{}"));
}

static void an_unsigned_token_is_refused(void)
{
    expect_invalid(text_lit("eyJhbGciOiJub25lIn0.e30."));
    expect_invalid(text_lit("eyJhbGciOiJIUzI1NiJ9.e30."));
}

static void a_token_ends_at_the_second_of_exp(void)
{
    expect_refused(make_token("{\"exp\":1000}"), secret, "token_expired");
    expect_refused(make_token("{\"exp\":-5}"), secret, "token_expired");
    expect_refused(make_token("{\"exp\":999.5}"), secret, "token_expired");
}

static void a_token_begins_at_nbf(void)
{
    struct text token = make_token("{\"nbf\":1000}");
    struct text claims = {NULL, 0};
    struct error error;

    expect_ok(jwt_verify(arena, secret, token, at_second(1000), &claims, &error), &error);
    expect_invalid(make_token("{\"nbf\":1001}"));
}

static void claims_that_are_no_object_or_no_time_are_refused(void)
{
    expect_invalid(make_token("[]"));
    expect_invalid(make_token("\"text\""));
    expect_invalid(make_token("{\"exp\":\"1001\"}"));
    expect_invalid(make_token("{\"exp\":1,\"exp\":1001}"));
}

static void what_the_signer_has_spoiled_is_not_blamed_on_the_bearer(void)
{
    struct text claims;
    struct error error;

    expect_status(
        jwt_verify(arena, secret, make_token("not json"), at_second(1000), &claims, &error),
        STATUS_UNAVAILABLE, &error);
}

static void what_is_no_token_is_refused(void)
{
    static char long_text[10000];

    memset(long_text, 'A', sizeof(long_text));
    expect_invalid((struct text){NULL, 0});
    expect_invalid(text_lit(""));
    expect_invalid(text_lit("."));
    expect_invalid(text_lit(".."));
    expect_invalid(text_lit("a.b.c"));
    expect_invalid(text_lit("e30.e30.e30.e30"));
    expect_invalid((struct text){long_text, sizeof(long_text)});
}

static void nothing_is_signed_without_a_secret(void)
{
    struct text token = {NULL, 0};
    struct error error;

    expect_status(
        jwt_sign(arena, text_lit(""), text_lit("{}"), &token, &error), STATUS_INVALID, &error);
}

static void a_good_token_is_not_refused_for_want_of_memory(void)
{
    struct text token = make_token("{\"sub\":\"a\",\"exp\":2000}");
    struct text claims;
    struct error error;
    size_t nth = 0;
    enum status status;

    do {
        given_jansson_fault(++nth);
        status = jwt_verify(arena, secret, token, at_second(1000), &claims, &error);
        expect(status == STATUS_OK || (jansson_fault_has_fired() && status == STATUS_UNAVAILABLE));
    } while (jansson_fault_has_fired());
    expect(nth > 5);
    given_jansson_fault(0);
}

static const struct test tests[] = {
    TEST(a_good_token_is_not_refused_for_want_of_memory),
    TEST(what_was_signed_verifies),
    TEST(the_form_is_the_one_of_rfc_7515),
    TEST(the_example_token_of_jwt_io_is_signed_and_verifies),
    TEST(a_changed_letter_anywhere_is_refused),
    TEST(another_secret_is_refused),
    TEST(only_hs256_is_accepted),
    TEST(an_unsigned_token_is_refused),
    TEST(a_token_ends_at_the_second_of_exp),
    TEST(a_token_begins_at_nbf),
    TEST(claims_that_are_no_object_or_no_time_are_refused),
    TEST(what_the_signer_has_spoiled_is_not_blamed_on_the_bearer),
    TEST(what_is_no_token_is_refused),
    TEST(nothing_is_signed_without_a_secret),
};

const struct suite test_jwt_suite =
    SUITE_WITH("core/crypto/jwt", tests, .set_up = set_up, .tear_down = tear_down);
