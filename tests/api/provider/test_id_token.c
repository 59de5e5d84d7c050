/*
 * What an ID token must say, and who somebody is by it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/id_token.h"
#include "tests/support/expect.h"

static struct arena *arena;

static const struct timestamp now = {1800000000LL * US_PER_S};

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

#define USUAL                                                                                      \
    "\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"nonce\":\"n\",\"exp\":1800000300,"     \
    "\"iat\":1800000000"

static enum status check(const char *claims, const char *access_token, struct error *error)
{
    const struct id_token_wanted wanted = {
        .issuer = text_lit("https://id.example.com"),
        .client_id = text_lit("fleet"),
        .nonce = text_lit("n"),
        .access_token = text_from(access_token),
        .now = now,
    };

    return id_token_check(arena, text_from(claims), &wanted, error);
}

static void expect_refused(const char *claims, const char *code)
{
    struct error error = {0};

    expect_int64(
        check(claims, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", &error),
        STATUS_UNAUTHENTICATED);
    expect_text(text_from(error.code), code);
}

static void expect_taken(const char *claims)
{
    struct error error = {0};

    expect_ok(check(claims, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", &error), &error);
}

static void one_for_this_sign_in_is_taken(void)
{
    expect_taken("{" USUAL "}");
    expect_taken("{" USUAL ",\"azp\":\"fleet\"}");
    /* The example of OpenID Connect Core 1.0, appendix A.3. */
    expect_taken("{" USUAL ",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"}");
}

static void an_issuer_is_the_same_to_the_last_slash(void)
{
    expect_refused("{\"iss\":\"https://id.example.com/\"}", "issuer_mismatch");
    expect_refused("{\"iss\":\"https://ID.example.com\"}", "issuer_mismatch");
    expect_refused("{\"iss\":[\"https://id.example.com\"]}", "issuer_mismatch");
    expect_refused("{}", "issuer_mismatch");
}

#define OF_US                                                                                      \
    "\"iss\":\"https://id.example.com\",\"nonce\":\"n\",\"exp\":1800000300,\"iat\":1800000000"

static void a_token_for_others_is_refused_and_one_for_several_says_whom_it_was_given_to(void)
{
    expect_refused("{" OF_US "}", "audience_mismatch");
    expect_refused("{" OF_US ",\"aud\":\"other\"}", "audience_mismatch");
    expect_refused("{" OF_US ",\"aud\":[]}", "audience_mismatch");
    expect_refused("{" OF_US ",\"aud\":[\"fleet\",\"other\"]}", "authorized_party_mismatch");
    expect_refused("{" OF_US ",\"aud\":\"fleet\",\"azp\":\"other\"}", "authorized_party_mismatch");
    expect_refused("{" OF_US ",\"aud\":\"fleet\",\"azp\":null}", "authorized_party_mismatch");
    expect_taken("{" OF_US ",\"aud\":[\"fleet\"]}");
    expect_taken("{" OF_US ",\"aud\":[\"other\",\"fleet\"],\"azp\":\"fleet\"}");
}

#define OF_US_AT "\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"nonce\":\"n\""

static void clocks_may_differ_by_two_minutes_and_no_more(void)
{
    expect_taken("{" OF_US_AT ",\"iat\":1800000119,\"exp\":1799999881}");
    expect_refused("{" OF_US_AT ",\"iat\":1800000000,\"exp\":1799999880}", "token_expired");
    expect_refused("{" OF_US_AT ",\"iat\":1800000121,\"exp\":1800000300}", "token_from_future");
    expect_refused(
        "{" OF_US_AT ",\"iat\":1800000000,\"nbf\":1800000121,\"exp\":1800000300}",
        "token_from_future");
    expect_refused("{" OF_US_AT ",\"iat\":1799999279,\"exp\":1800000300}", "token_too_old");
    expect_refused("{" OF_US_AT ",\"exp\":1800000300}", "claims_malformed");
    expect_refused("{" OF_US_AT ",\"iat\":1800000000}", "claims_malformed");
    expect_refused("{" OF_US_AT ",\"iat\":\"now\",\"exp\":1800000300}", "claims_malformed");
}

static void one_for_another_sign_in_or_access_token_is_refused(void)
{
    expect_refused(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"exp\":1800000300,"
        "\"iat\":1800000000}",
        "nonce_mismatch");
    expect_refused(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"exp\":1800000300,"
        "\"iat\":1800000000,\"nonce\":\"N\"}",
        "nonce_mismatch");
    expect_refused("{" USUAL ",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RA\"}", "access_token_mismatch");
    expect_refused("{" USUAL ",\"at_hash\":7}", "access_token_mismatch");
}

static struct identity identity_of(const char *claims, const char *verified_claim)
{
    struct identity who;
    struct error error = {0};

    expect_ok(identity_read(arena, text_from(claims), verified_claim, &who, &error), &error);
    return who;
}

static void an_address_counts_where_the_provider_says_that_it_is_theirs(void)
{
    static const char *const theirs[] = {
        "{\"sub\":\"s\",\"email\":\" a@b.example \",\"email_verified\":true}",
        "{\"sub\":\"s\",\"email\":\"a@b.example\",\"email_verified\":\"true\"}"};
    static const char *const nobodys[] = {
        "{\"sub\":\"s\",\"email\":\"a@b.example\"}",
        "{\"sub\":\"s\",\"email\":\"a@b.example\",\"email_verified\":false}",
        "{\"sub\":\"s\",\"email\":\"a@b.example\",\"email_verified\":null}",
        "{\"sub\":\"s\",\"email\":\"a@b.example\",\"email_verified\":[true]}",
        "{\"sub\":\"s\",\"email\":\"a@b.example\",\"xms_edov\":true}"};

    for (size_t i = 0; i < COUNT_OF(theirs); i++) {
        expect(identity_of(theirs[i], NULL).is_email_verified);
        expect_text(identity_of(theirs[i], NULL).email, "a@b.example");
    }
    for (size_t i = 0; i < COUNT_OF(nobodys); i++)
        expect(!identity_of(nobodys[i], NULL).is_email_verified);
    expect(identity_of(nobodys[4], "xms_edov").is_email_verified);
    expect(
        !identity_of(
             "{\"sub\":\"s\",\"email\":\"a@b.example\",\"xms_edov\":true,\"email_verified\":false}",
             "xms_edov")
             .is_email_verified);
}

static void what_is_no_address_or_name_is_none_and_without_a_subject_there_is_nobody(void)
{
    struct identity who = identity_of(
        "{\"sub\":\"s\",\"email\":\"a\\u000ab@c.example\",\"name\":\"a\\u0007\"}", NULL);
    struct error error = {0};

    expect(!text_is_present(who.email));
    expect(!text_is_present(who.name));
    expect_int64(
        identity_read(arena, text_lit("{\"sub\":\"\"}"), NULL, &who, &error), STATUS_FORBIDDEN);
    expect_int64(
        identity_read(arena, text_lit("{\"sub\":7}"), NULL, &who, &error), STATUS_FORBIDDEN);
}

#define LOGOUT                                                                                     \
    "\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"iat\":1800000000,\"jti\":\"t\""
#define SIGNED_OUT "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}"

static enum status check_logout(const char *claims, struct logout *out, struct error *error)
{
    const struct id_token_wanted wanted = {
        .issuer = text_lit("https://id.example.com"),
        .client_id = text_lit("fleet"),
        .now = now,
    };

    return logout_token_check(arena, text_from(claims), &wanted, out, error);
}

static void expect_no_logout(const char *claims, const char *code)
{
    struct error error = {0};
    struct logout said;

    expect_int64(check_logout(claims, &said, &error), STATUS_UNAUTHENTICATED);
    expect_text(text_from(error.code), code);
}

static void a_logout_token_names_a_person_or_a_session(void)
{
    struct error error = {0};
    struct logout said;

    expect_ok(check_logout("{" LOGOUT "," SIGNED_OUT ",\"sub\":\"ann\"}", &said, &error), &error);
    expect_text(said.id, "t");
    expect_text(said.subject, "ann");
    expect(!text_is_present(said.session));
    expect_ok(
        check_logout("{" LOGOUT "," SIGNED_OUT ",\"sid\":\"s\",\"exp\":1800000100}", &said, &error),
        &error);
    expect_text(said.session, "s");
    expect_no_logout("{" LOGOUT "," SIGNED_OUT "}", "logout_malformed");
    expect_no_logout("{" LOGOUT "," SIGNED_OUT ",\"sub\":\"\"}", "logout_malformed");
    expect_no_logout("{" LOGOUT "," SIGNED_OUT ",\"sub\":7,\"sid\":\"s\"}", "logout_malformed");
    expect_no_logout("{" LOGOUT "," SIGNED_OUT ",\"sub\":\"a\",\"sid\":7}", "logout_malformed");
}

static void a_token_for_signing_in_signs_nobody_out(void)
{
    expect_no_logout("{" LOGOUT ",\"sub\":\"a\"}", "logout_malformed");
    expect_no_logout("{" LOGOUT ",\"sub\":\"a\",\"events\":{}}", "logout_malformed");
    expect_no_logout(
        "{" LOGOUT ",\"sub\":\"a\","
        "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":true}}",
        "logout_malformed");
    expect_no_logout(
        "{" LOGOUT "," SIGNED_OUT ",\"sub\":\"a\",\"nonce\":\"n\"}", "logout_malformed");
    expect_refused(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"exp\":1800000300,"
        "\"iat\":1800000000,\"sub\":\"a\"," SIGNED_OUT "}",
        "nonce_mismatch");
}

static void a_logout_token_is_of_the_issuer_for_us_of_now_and_has_an_id(void)
{
    expect_no_logout("{\"iss\":\"https://id.example.com/\"}", "issuer_mismatch");
    expect_no_logout("{\"iss\":\"https://id.example.com\",\"aud\":\"other\"}", "audience_mismatch");
    expect_no_logout(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"jti\":\"t\"}", "claims_malformed");
    expect_no_logout(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"iat\":1799999279}",
        "token_too_old");
    expect_no_logout(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"iat\":1800000121}",
        "token_from_future");
    expect_no_logout("{" LOGOUT ",\"exp\":1799999880}", "token_expired");
    expect_no_logout("{" LOGOUT ",\"exp\":\"soon\"}", "claims_malformed");
    expect_no_logout(
        "{\"iss\":\"https://id.example.com\",\"aud\":\"fleet\",\"iat\":1800000000,"
        "\"sub\":\"a\"," SIGNED_OUT "}",
        "logout_malformed");
}

static const struct test tests[] = {
    TEST(one_for_this_sign_in_is_taken),
    TEST(an_issuer_is_the_same_to_the_last_slash),
    TEST(a_token_for_others_is_refused_and_one_for_several_says_whom_it_was_given_to),
    TEST(clocks_may_differ_by_two_minutes_and_no_more),
    TEST(one_for_another_sign_in_or_access_token_is_refused),
    TEST(an_address_counts_where_the_provider_says_that_it_is_theirs),
    TEST(what_is_no_address_or_name_is_none_and_without_a_subject_there_is_nobody),
    TEST(a_logout_token_names_a_person_or_a_session),
    TEST(a_token_for_signing_in_signs_nobody_out),
    TEST(a_logout_token_is_of_the_issuer_for_us_of_now_and_has_an_id),
};

const struct suite test_id_token_suite =
    SUITE_WITH("api/provider/id_token", tests, .set_up = set_up, .tear_down = tear_down);
