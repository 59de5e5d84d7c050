/*
 * The second factor: offered, shown, asked for at sign-in, changed and given up; each code and each recovery code opens
 * one thing once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#include <string.h>

#define WHEN_CHANGED(s, change, ...)                                                               \
    scenario_when(s, &change##_command, &(const struct change_factor){__VA_ARGS__})

static uint8_t codes[RECOVERY_CODES * RECOVERY_DIGEST_SIZE];

/* Digests of eight codes, the n-th of nothing but n + `first`. */
static struct bytes recovery_from(uint8_t first)
{
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        memset(codes + i * RECOVERY_DIGEST_SIZE, (int)(first + i), RECOVERY_DIGEST_SIZE);
    return (struct bytes){codes, sizeof(codes)};
}

static struct bytes recovery_code(uint8_t n)
{
    static uint8_t digest[RECOVERY_DIGEST_SIZE];

    memset(digest, n, sizeof(digest));
    return (struct bytes){digest, sizeof(digest)};
}

static struct personal anns_address(struct scenario *s)
{
    return (struct personal){
        .text = text_lit("ann@example.com"), .digest = digest_named(s, "ann@example.com")};
}

static struct scenario *given_a_person(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    return s;
}

static struct scenario *given_an_offer(void)
{
    struct scenario *s = given_a_person();

    WHEN(s, offer_factor, .user_id = U1, .secret = {.text = text_lit("SECRET")});
    return s;
}

static struct uuid offered_event(struct scenario *s)
{
    WHEN(s, query_sign_in, .user_id = U1);
    return ANSWER(s, sign_in_lookup)->offered_event_id;
}

static struct scenario *given_a_factor(void)
{
    struct scenario *s = given_an_offer();

    WHEN(
        s, enable_factor, .user_id = U1, .offered_event_id = offered_event(s), .is_right = OPT_TRUE,
        .recovery = recovery_from(1));
    return s;
}

static void what_is_offered_is_not_asked_for_yet(void)
{
    struct scenario *s = given_an_offer();

    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1);
    THEN_EMITTED(s, SIGNED_IN(s, BY_PASSWORD));
}

static void a_code_of_the_offer_has_it_asked_for_and_ends_all_sessions(void)
{
    struct scenario *s = given_an_offer();

    WHEN(
        s, enable_factor, .user_id = U1, .offered_event_id = offered_event(s), .is_right = OPT_TRUE,
        .recovery = recovery_from(1));
    THEN_EMITTED(s, HAPPENED(factor_enabled, .user_id = U1, .recovery = recovery_from(1)));
    WHEN(s, query_sign_in, .user_id = U1);
    expect_int64(ANSWER(s, sign_in_lookup)->session_version, 1);
    expect(bytes_are_present(ANSWER(s, sign_in_lookup)->factor.box));
    expect(!bytes_are_present(ANSWER(s, sign_in_lookup)->offered.box));
}

static void a_wrong_code_or_one_of_an_earlier_offer_enables_nothing(void)
{
    struct scenario *s = given_an_offer();
    struct uuid first = offered_event(s);

    WHEN(
        s, enable_factor, .user_id = U1, .offered_event_id = first, .is_right = OPT_FALSE,
        .recovery = recovery_from(1));
    THEN_REFUSED(s, INVALID, "Invalid authenticator code.");
    WHEN(s, offer_factor, .user_id = U1, .secret = {.text = text_lit("ANOTHER")});
    WHEN(
        s, enable_factor, .user_id = U1, .offered_event_id = first, .is_right = OPT_TRUE,
        .recovery = recovery_from(1));
    THEN_REFUSED(s, INVALID, "Invalid authenticator code.");
}

static void without_an_offer_nothing_is_enabled(void)
{
    struct scenario *s = given_a_person();

    WHEN(s, enable_factor, .user_id = U1, .is_right = OPT_TRUE, .recovery = recovery_from(1));
    THEN_REFUSED(s, INVALID, "MFA setup has not been initiated.");
}

static void the_password_alone_is_not_enough_any_more(void)
{
    struct scenario *s = given_a_factor();

    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void a_code_signs_in_once_and_no_older_one_after_it(void)
{
    struct scenario *s = given_a_factor();

    WHEN(
        s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
        .step = 100);
    THEN_EMITTED(s, HAPPENED(factor_used, .user_id = U1, .step = 100), SIGNED_IN(s, BY_CODE));
    for (int64_t step = 99; step <= 100; step++) {
        WHEN(
            s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
            .step = step);
        THEN_REFUSED(s, UNAUTHENTICATED, "Invalid authenticator code.");
    }
    WHEN(
        s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
        .step = 101);
    THEN_EMITTED(s, HAPPENED(factor_used, .user_id = U1, .step = 101), SIGNED_IN(s, BY_CODE));
}

static void a_wrong_code_signs_nobody_in(void)
{
    struct scenario *s = given_a_factor();

    WHEN(
        s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
        .step = 0);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid authenticator code.");
    WHEN(s, fail_sign_in, .user_id = U1, .failure = {FAILURE_FACTOR});
    THEN_EMITTED(
        s, EVIDENCE(
               sign_in_failed, .user_id = U1, .email_digest = digest_named(s, "ann@example.com"),
               .failure = {FAILURE_FACTOR}));
}

static void a_recovery_code_signs_in_once(void)
{
    struct scenario *s = given_a_factor();

    for (uint8_t n = 1; n <= RECOVERY_CODES; n++) {
        WHEN(
            s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
            .step = INT64_ABSENT, .recovery = recovery_code(n));
        THEN_EMITTED(
            s,
            HAPPENED(
                factor_used, .user_id = U1, .step = INT64_ABSENT, .recovery = recovery_code(n)),
            SIGNED_IN(s, BY_RECOVERY_CODE));
        WHEN(
            s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
            .step = INT64_ABSENT, .recovery = recovery_code(n));
        THEN_REFUSED(s, UNAUTHENTICATED, "Invalid recovery code.");
    }
}

static void a_challenge_from_before_a_change_is_void(void)
{
    struct scenario *s = given_a_factor();

    WHEN(
        s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 0,
        .step = 100);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid MFA challenge token.");
}

static void where_there_is_no_factor_none_is_taken(void)
{
    struct scenario *s = given_a_person();

    WHEN(s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .step = 100);
    THEN_REFUSED(s, INVALID, "MFA is not enabled for this account.");
    WHEN_CHANGED(
        s, replace_recovery_codes, .user_id = U1, .step = 100, .recovery = recovery_from(21));
    THEN_REFUSED(s, INVALID, "MFA is not enabled for this account.");
    WHEN_CHANGED(s, disable_factor, .user_id = U1, .step = 100);
    THEN_NOTHING(s);
}

static void other_recovery_codes_void_those_before(void)
{
    struct scenario *s = given_a_factor();

    WHEN_CHANGED(
        s, replace_recovery_codes, .user_id = U1, .session_version = 1, .step = 100,
        .recovery = recovery_from(21));
    THEN_EMITTED(
        s, HAPPENED(
               recovery_codes_replaced, .user_id = U1, .step = 100, .recovery = recovery_from(21)));
    WHEN(
        s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 2,
        .step = INT64_ABSENT, .recovery = recovery_code(1));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid recovery code.");
}

static void a_code_confirms_one_change(void)
{
    struct scenario *s = given_a_factor();

    WHEN_CHANGED(
        s, replace_recovery_codes, .user_id = U1, .session_version = 1, .step = 100,
        .recovery = recovery_from(21));
    WHEN_CHANGED(s, disable_factor, .user_id = U1, .session_version = 2, .step = 100);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid authenticator code.");
    WHEN_CHANGED(s, disable_factor, .user_id = U1, .session_version = 2, .step = 0);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid authenticator code.");
    WHEN_CHANGED(s, disable_factor, .user_id = U1, .session_version = 2, .step = 101);
    THEN_EMITTED(s, HAPPENED(factor_disabled, .user_id = U1, .step = 101));
    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 3);
    THEN_EMITTED(s, SIGNED_IN(s, BY_PASSWORD));
}

static void another_password_does_not_skip_it_unless_the_operator_says_so(void)
{
    struct scenario *s = given_a_factor();

    WHEN(s, set_password, .email = anns_address(s), .password = {.text = text_lit("hash")});
    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 2);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
    WHEN(
        s, set_password, .email = anns_address(s), .password = {.text = text_lit("hash")},
        .disables_factor = OPT_TRUE);
    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 4);
    THEN_EMITTED(s, SIGNED_IN(s, BY_PASSWORD));
}

/* Opened by what is said. */
static void given_open_session(struct scenario *s, struct uuid id, enum sign_in_method method)
{
    GIVEN(
        s, HAPPENED(
               user_signed_in, .user_id = U1, .session_id = id, .method = {method},
               .ends_at = timestamp_plus_us(scenario_now(s), INT64_C(24) * 3600 * US_PER_S),
               .idle_ends_at = timestamp_plus_us(scenario_now(s), INT64_C(24) * 3600 * US_PER_S)));
}

static void who_has_a_factor_gets_another_one_only_just_after_showing_it(void)
{
    static const char refusal[] =
        "This session was not opened by a code or a security key in the last ten minutes.";
    const struct error *refused;
    struct scenario *s = given_a_factor();

    given_open_session(s, SESSION_1, BY_PASSWORD);
    given_open_session(s, SESSION_2, BY_RECOVERY_CODE); /* the telephone is lost */
    WHEN(s, query_sign_in, .user_id = U1);
    WHEN(
        s, offer_factor, .user_id = U1,
        .session_version = ANSWER(s, sign_in_lookup)->session_version,
        .secret = {.text = text_lit("THEIRS")}, .session_id = SESSION_1);
    THEN_REFUSED(s, FORBIDDEN, refusal);
    WHEN(s, query_sign_in, .user_id = U1);
    WHEN(
        s, offer_factor, .user_id = U1,
        .session_version = ANSWER(s, sign_in_lookup)->session_version,
        .secret = {.text = text_lit("NEW")}, .session_id = SESSION_2);
    expect_int64(scenario_status(s, &refused), STATUS_OK);
    scenario_pass(s, 601);
    WHEN(s, query_sign_in, .user_id = U1);
    WHEN(
        s, offer_factor, .user_id = U1,
        .session_version = ANSWER(s, sign_in_lookup)->session_version,
        .secret = {.text = text_lit("LATE")}, .session_id = SESSION_2);
    THEN_REFUSED(s, FORBIDDEN, refusal);
}

static const struct test tests[] = {
    TEST(what_is_offered_is_not_asked_for_yet),
    TEST(a_code_of_the_offer_has_it_asked_for_and_ends_all_sessions),
    TEST(a_wrong_code_or_one_of_an_earlier_offer_enables_nothing),
    TEST(without_an_offer_nothing_is_enabled),
    TEST(the_password_alone_is_not_enough_any_more),
    TEST(a_code_signs_in_once_and_no_older_one_after_it),
    TEST(a_wrong_code_signs_nobody_in),
    TEST(a_recovery_code_signs_in_once),
    TEST(a_challenge_from_before_a_change_is_void),
    TEST(where_there_is_no_factor_none_is_taken),
    TEST(other_recovery_codes_void_those_before),
    TEST(a_code_confirms_one_change),
    TEST(another_password_does_not_skip_it_unless_the_operator_says_so),
    TEST(who_has_a_factor_gets_another_one_only_just_after_showing_it),
};

const struct suite test_second_factor_suite = SUITE("commands/identity/second_factor", tests);
