/*
 * Security keys: added, shown to sign in, removed; each challenge opens one thing once, and a key that counts back opens
 * nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/security_key_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#include <stdio.h>

#define K1 id_named("key 1")
#define K2 id_named("key 2")

static const uint8_t codes[RECOVERY_CODES * RECOVERY_DIGEST_SIZE] = {1};
static const struct bytes recovery = {codes, sizeof(codes)};

#define ADDED(s, key, ...)                                                                         \
    HAPPENED(                                                                                      \
        security_key_added, .user_id = U1, .key_id = (key), .name = sealed(s, "Key"),              \
        .credential = sealed(s, "id"), .credential_digest = digest_of_key(s, key),                 \
        .public_key = sealed(s, "public"), .algorithm = -7, .count = 5, __VA_ARGS__)

static struct bytes digest_of_key(struct scenario *s, struct uuid key)
{
    return digest_named(s, uuid_equal(key, K1) ? "credential 1" : "credential 2");
}

static void when_added(struct scenario *s, struct uuid key, int64_t session_version)
{
    const struct add_security_key order = {
        .user_id = U1,
        .session_version = session_version,
        .key_id = key,
        .name = {.text = text_lit("Key")},
        .credential = {.text = text_lit("id")},
        .credential_digest = digest_of_key(s, key),
        .public_key = {.text = text_lit("public")},
        .algorithm = -7,
        .count = 5,
        .recovery = recovery,
        .session_id = SESSION_2,
    };

    scenario_when(s, &add_security_key_command, &order);
}

/* Ann, with a key. */
static struct scenario *given_key(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    scenario_actor(s, ACTOR_USER, U1);
    GIVEN(s, ADDED(s, K1, .recovery = recovery));
    return s;
}

static void when_shown(struct scenario *s, struct shown_key shown)
{
    const struct sign_in_by_security_key order = {
        .user_id = U1, .session_version = 1, .shown = &shown, .session_id = SESSION_1};

    scenario_when(s, &sign_in_by_security_key_command, &order);
}

#define SHOWN(key, counted, second)                                                                \
    ((struct shown_key){                                                                           \
        .key_id = (key),                                                                           \
        .is_right = OPT_TRUE,                                                                      \
        .count = (counted),                                                                        \
        .challenged_at = {(second)*US_PER_S}})

static void when_removed_by(struct scenario *s, struct uuid key, const struct shown_key *shown)
{
    const struct remove_security_key order = {
        .user_id = U1,
        .session_version = 1,
        .key_id = key,
        .step = INT64_ABSENT,
        .shown = shown,
    };

    scenario_when(s, &remove_security_key_command, &order);
}

static void the_first_key_brings_recovery_codes_and_the_next_none(void)
{
    const struct uuid session = SESSION_2;
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    when_added(s, K1, 0);
    THEN_EMITTED(s, ADDED(s, K1, .recovery = recovery));
    expect(opt_bool_is_true(ANSWER(s, added_security_key)->gives_recovery));
    WHEN(s, query_sign_in, .user_id = U1);
    expect(opt_bool_is_true(ANSWER(s, sign_in_lookup)->takes_factor));
    expect_int64(ANSWER(s, sign_in_lookup)->session_version, 1);
    when_added(s, K2, 1); /* which is not enough: a session that the first one opened is */
    THEN_REFUSED(
        s, FORBIDDEN,
        "This session was not opened by a code or a security key in the last ten minutes.");
    GIVEN(
        s, HAPPENED(
               user_signed_in, .user_id = U1, .session_id = SESSION_2, .method = {BY_SECURITY_KEY},
               .ends_at = timestamp_plus_us(scenario_now(s), US_PER_S),
               .idle_ends_at = timestamp_plus_us(scenario_now(s), US_PER_S)));
    when_added(s, K2, 1);
    THEN_EMITTED(
        s, ADDED(s, K2, .recovery = {NULL, 0}),
        HAPPENED(
            sessions_ended, .user_id = U1, .session_ids = {&session, 1},
            .end = {SESSION_ACCESS_CHANGED}));
}

static void a_key_is_registered_once(void)
{
    struct scenario *s = given_key();

    when_added(s, K1, 1);
    THEN_REFUSED(s, CONFLICT, "This security key is registered already.");
    when_added(s, K2, 0);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void the_password_alone_is_not_enough_any_more(void)
{
    struct scenario *s = given_key();

    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void a_key_that_signed_opens_a_session(void)
{
    struct scenario *s = given_key();

    when_shown(s, SHOWN(K1, 6, 100));
    THEN_EMITTED(
        s,
        HAPPENED(
            security_key_used, .user_id = U1, .key_id = K1, .count = 6,
            .challenged_at = {100 * US_PER_S}),
        SIGNED_IN(s, BY_SECURITY_KEY));
}

static void a_challenge_opens_one_session_and_none_older_opens_any(void)
{
    struct scenario *s = given_key();

    when_shown(s, SHOWN(K1, 6, 100));
    when_shown(s, SHOWN(K1, 7, 100));
    THEN_REFUSED(s, UNAUTHENTICATED, "This challenge, or a newer one, was used already.");
    when_shown(s, SHOWN(K1, 7, 99));
    THEN_REFUSED(s, UNAUTHENTICATED, "This challenge, or a newer one, was used already.");
    when_shown(s, SHOWN(K1, 7, 101));
    THEN_EMITTED(
        s,
        HAPPENED(
            security_key_used, .user_id = U1, .key_id = K1, .count = 7,
            .challenged_at = {101 * US_PER_S}),
        SIGNED_IN(s, BY_SECURITY_KEY));
}

static void a_key_that_counts_back_opens_nothing(void)
{
    struct scenario *s = given_key();

    for (int64_t count = 0; count <= 5; count++) {
        when_shown(s, SHOWN(K1, count, 100));
        THEN_REFUSED(
            s, UNAUTHENTICATED, "The security key has counted back: there may be two of it.");
    }
    WHEN(s, fail_sign_in, .user_id = U1, .failure = {FAILURE_KEY_COPIED});
    THEN_EMITTED(
        s, EVIDENCE(
               sign_in_failed, .user_id = U1, .email_digest = digest_named(s, "ann@example.com"),
               .failure = {FAILURE_KEY_COPIED}));
}

static void one_that_did_not_sign_or_is_unknown_opens_nothing(void)
{
    struct scenario *s = given_key();
    struct shown_key wrong = SHOWN(K1, 6, 100);

    wrong.is_right = OPT_FALSE;
    when_shown(s, wrong);
    THEN_REFUSED(s, UNAUTHENTICATED, "The security key did not sign what was asked for.");
    when_shown(s, SHOWN(K2, 6, 100));
    THEN_REFUSED(s, UNAUTHENTICATED, "This security key is none of the account's.");
}

static void a_recovery_code_stands_in_for_a_key(void)
{
    struct scenario *s = given_key();
    const struct bytes code = {codes, RECOVERY_DIGEST_SIZE};

    WHEN(
        s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
        .step = INT64_ABSENT, .recovery = code);
    THEN_EMITTED(
        s, HAPPENED(factor_used, .user_id = U1, .step = INT64_ABSENT, .recovery = code),
        SIGNED_IN(s, BY_RECOVERY_CODE));
    WHEN(
        s, sign_in_by_factor, .user_id = U1, .session_id = SESSION_1, .session_version = 1,
        .step = 0);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid authenticator code.");
}

static void a_key_is_removed_as_a_key_confirms(void)
{
    struct scenario *s = given_key();
    const struct shown_key shown = SHOWN(K1, 6, 100);
    struct shown_key wrong = shown;

    wrong.is_right = OPT_FALSE;
    when_removed_by(s, K1, &wrong);
    THEN_REFUSED(s, UNAUTHENTICATED, "The security key did not sign what was asked for.");
    when_removed_by(s, K1, &shown);
    THEN_EMITTED(
        s,
        HAPPENED(
            security_key_used, .user_id = U1, .key_id = K1, .count = 6,
            .challenged_at = {100 * US_PER_S}),
        HAPPENED(security_key_removed, .user_id = U1, .key_id = K1, .is_last = OPT_TRUE));
    when_added(s, K1, 2);
    THEN_EMITTED(s, ADDED(s, K1, .recovery = recovery));
}

static void the_last_one_stays_where_a_factor_is_required(void)
{
    struct scenario *s = given_key();
    const struct shown_key shown = SHOWN(K1, 6, 100);

    GIVEN(
        s, HAPPENED(ledger_opened, .installation_id = id_named("it")),
        HAPPENED(
            sign_in_rules_changed, .installation_id = id_named("it"),
            .second_factor_required = OPT_TRUE));
    when_removed_by(s, K1, &shown);
    THEN_REFUSED(
        s, CONFLICT,
        "A second factor is required, by the platform or by a workspace that you belong to.");
    WHEN(s, query_access, .user_id = U1);
    expect(!opt_bool_is_true(ANSWER(s, access_lookup)->lacks_factor));
}

static void an_account_has_twenty_keys_at_most(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    char name[16];

    given_ann(s);
    for (int n = 0; n < SECURITY_KEYS_OF_USER; n++) {
        snprintf(name, sizeof(name), "key %d", n + 10);
        GIVEN(
            s, HAPPENED(
                   security_key_added, .user_id = U1, .key_id = id_named(name),
                   .name = sealed(s, "Key"), .credential = sealed(s, "id"),
                   .credential_digest = digest_named(s, name), .public_key = sealed(s, "public"),
                   .algorithm = -7, .count = 0));
    }
    when_added(s, K1, SECURITY_KEYS_OF_USER);
    THEN_REFUSED(s, CONFLICT, "The account has as many security keys as it may have: 20.");
}

static void when_codes_are_replaced(struct scenario *s)
{
    const struct change_factor order = {
        .user_id = U1,
        .session_version = 1,
        .step = INT64_ABSENT,
        .recovery = recovery,
        .session_id = SESSION_1,
    };

    scenario_when(s, &replace_recovery_codes_command, &order);
}

static void who_has_keys_alone_gets_other_recovery_codes_by_one(void)
{
    const struct uuid session = SESSION_1;
    struct scenario *s = given_key();

    when_codes_are_replaced(s);
    THEN_REFUSED(
        s, FORBIDDEN,
        "This session was not opened by a code or a security key in the last ten minutes.");
    when_shown(s, SHOWN(K1, 6, 10));
    when_codes_are_replaced(s);
    THEN_EMITTED(
        s, HAPPENED(recovery_codes_replaced, .user_id = U1, .step = 0, .recovery = recovery),
        HAPPENED(
            sessions_ended, .user_id = U1, .session_ids = {&session, 1},
            .end = {SESSION_ACCESS_CHANGED}));
}

static void the_operator_takes_keys_off_too(void)
{
    struct scenario *s = given_key();

    WHEN(
        s, set_password,
        .email =
            {.text = text_lit("ann@example.com"), .digest = digest_named(s, "ann@example.com")},
        .password = {.text = text_lit("hash")}, .disables_factor = OPT_TRUE);
    WHEN(s, query_sign_in, .user_id = U1);
    expect(!opt_bool_is_true(ANSWER(s, sign_in_lookup)->takes_factor));
}

static const struct test tests[] = {
    TEST(the_first_key_brings_recovery_codes_and_the_next_none),
    TEST(a_key_is_registered_once),
    TEST(the_password_alone_is_not_enough_any_more),
    TEST(a_key_that_signed_opens_a_session),
    TEST(a_challenge_opens_one_session_and_none_older_opens_any),
    TEST(a_key_that_counts_back_opens_nothing),
    TEST(one_that_did_not_sign_or_is_unknown_opens_nothing),
    TEST(a_recovery_code_stands_in_for_a_key),
    TEST(a_key_is_removed_as_a_key_confirms),
    TEST(the_last_one_stays_where_a_factor_is_required),
    TEST(an_account_has_twenty_keys_at_most),
    TEST(who_has_keys_alone_gets_other_recovery_codes_by_one),
    TEST(the_operator_takes_keys_off_too),
};

const struct suite test_security_keys_suite = SUITE("commands/identity/security_keys", tests);
