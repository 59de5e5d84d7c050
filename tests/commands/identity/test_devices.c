/*
 * Trusted devices: made by who has just shown a second factor, good in its place and for nothing else, and gone with whatever
 * changes what a person signs in by.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/device.h"
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity_commands.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#include <stdio.h>

#define DEVICE_1 id_named("device 1")
#define KEY_1    id_named("key 1")

static const int64_t day_us = INT64_C(24) * 3600 * US_PER_S;

#define TRUSTED(s)                                                                                 \
    HAPPENED(                                                                                      \
        device_trusted, .user_id = U1, .device_id = DEVICE_1, .digest = digest_named(s, "token"),  \
        .name = sealed(s, "Laptop"),                                                               \
        .trusted_until = timestamp_plus_us(scenario_recorded(s, 0), 30 * day_us))
static struct uuid device_1;
static struct list only_device(void)
{
    device_1 = DEVICE_1;
    return (struct list){&device_1, 1};
}

/* Ann has a security key, and has just signed in by what is said. */
static struct scenario *given_ann_signed_in_by(enum sign_in_method method)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    scenario_actor(s, ACTOR_USER, U1);
    GIVEN(
        s,
        HAPPENED(
            security_key_added, .user_id = U1, .key_id = KEY_1, .name = sealed(s, "Key"),
            .credential = sealed(s, "id"), .credential_digest = digest_named(s, "credential"),
            .public_key = sealed(s, "public"), .algorithm = -7, .count = 0),
        HAPPENED(
            user_signed_in, .user_id = U1, .session_id = SESSION_1, .method = {method},
            .ends_at = timestamp_plus_us(scenario_now(s), day_us),
            .idle_ends_at = timestamp_plus_us(scenario_now(s), day_us)));
    return s;
}

static void when_trusted(struct scenario *s)
{
    WHEN(
        s, trust_device, .session_id = SESSION_1, .device_id = DEVICE_1,
        .digest = digest_named(s, "token"), .name = {.text = text_lit("Laptop")});
}

static struct scenario *given_trusted(void)
{
    struct scenario *s = given_ann_signed_in_by(BY_CODE);

    when_trusted(s);
    return s;
}

static void when_signed_in(struct scenario *s, const char *token)
{
    WHEN(
        s, sign_in, .user_id = U1, .session_id = SESSION_2, .session_version = 1,
        .device_digest = digest_named(s, token));
}

static bool stands_for_factor(struct scenario *s)
{
    WHEN(s, query_sign_in, .user_id = U1, .device_digest = digest_named(s, "token"));
    return !opt_bool_is_true(ANSWER(s, sign_in_lookup)->takes_factor);
}

static void who_has_just_shown_a_factor_trusts_a_device(void)
{
    struct scenario *s = given_trusted();

    THEN_EMITTED(s, TRUSTED(s));
    expect_int64(
        ANSWER(s, trusted_device)->trusted_until.us, scenario_recorded(s, 0).us + 30 * day_us);
    s = given_ann_signed_in_by(BY_SECURITY_KEY);
    when_trusted(s);
    THEN_EMITTED(s, TRUSTED(s));
}

static void nothing_else_makes_one_trusted(void)
{
    static const enum sign_in_method other[] = {
        BY_PASSWORD, BY_RECOVERY_CODE, BY_PROVIDER, BY_TRUSTED_DEVICE};

    for (size_t i = 0; i < COUNT_OF(other); i++) {
        struct scenario *s = given_ann_signed_in_by(other[i]);
        when_trusted(s);
        THEN_REFUSED(
            s, FORBIDDEN,
            "This session was not opened by a code or a security key in the last ten minutes.");
    }
}

static void a_factor_that_was_shown_counts_for_ten_minutes_and_for_its_person(void)
{
    struct scenario *s = given_ann_signed_in_by(BY_CODE);

    scenario_pass(s, 601);
    when_trusted(s);
    THEN_REFUSED(
        s, FORBIDDEN,
        "This session was not opened by a code or a security key in the last ten minutes.");
    s = given_ann_signed_in_by(BY_CODE);
    scenario_actor(s, ACTOR_USER, U2);
    when_trusted(s);
    THEN_REFUSED(
        s, FORBIDDEN,
        "This session was not opened by a code or a security key in the last ten minutes.");
}

static void with_the_password_it_opens_a_session(void)
{
    struct scenario *s = given_trusted();

    expect(stands_for_factor(s));
    when_signed_in(s, "token");
    THEN_EMITTED(
        s,
        HAPPENED(
            user_signed_in, .user_id = U1, .session_id = SESSION_2, .method = {BY_TRUSTED_DEVICE},
            .ends_at = timestamp_plus_us(scenario_recorded(s, 0), day_us),
            .idle_ends_at = timestamp_plus_us(scenario_recorded(s, 0), day_us),
            .device_id = DEVICE_1));
}

static void another_token_opens_none(void)
{
    struct scenario *s = given_trusted();

    WHEN(s, query_sign_in, .user_id = U1, .device_digest = digest_named(s, "another"));
    expect(opt_bool_is_true(ANSWER(s, sign_in_lookup)->takes_factor));
    when_signed_in(s, "another");
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void somebody_elses_device_opens_none(void)
{
    struct scenario *s = given_ann_signed_in_by(BY_CODE);

    GIVEN(
        s, HAPPENED(
               device_trusted, .user_id = U2, .device_id = DEVICE_1,
               .digest = digest_named(s, "token"), .name = sealed(s, "Laptop"),
               .trusted_until = timestamp_plus_us(scenario_now(s), day_us)));
    expect(!stands_for_factor(s));
    when_signed_in(s, "token");
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void it_is_trusted_for_so_long(void)
{
    struct scenario *s = given_trusted();

    scenario_pass(s, 30 * 24 * 3600 + 1);
    expect(!stands_for_factor(s));
    WHEN_DUE(s); /* the session */
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               devices_ended, .user_id = U1, .device_ids = only_device(), .end = {DEVICE_EXPIRED}));
    when_signed_in(s, "token");
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void none_is_where_the_installation_trusts_none(void)
{
    struct scenario *s = given_trusted();

    scenario_policy(s)->device_trust_us = 0;
    expect(!stands_for_factor(s));
    when_trusted(s);
    THEN_REFUSED(s, CONFLICT, "No device is trusted here: each sign-in takes a second factor.");
}

static void its_person_or_an_admin_ends_it(void)
{
    struct scenario *s = given_trusted();

    WHEN(s, end_device, .device_id = DEVICE_1);
    THEN_EMITTED(
        s,
        HAPPENED(devices_ended, .user_id = U1, .device_ids = only_device(), .end = {DEVICE_ENDED}));
    expect(!stands_for_factor(s));
    WHEN(s, end_device, .device_id = DEVICE_1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Device %s was not found", DEVICE_1));
    s = given_trusted();
    scenario_actor(s, ACTOR_USER, U2);
    WHEN(s, end_device, .device_id = DEVICE_1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Device %s was not found", DEVICE_1));
    WHEN(s, end_devices, .user_id = U1);
    THEN_EMITTED(
        s,
        HAPPENED(
            devices_ended, .user_id = U1, .device_ids = only_device(), .end = {DEVICE_WITHDRAWN}));
}

static void a_new_password_ends_it(void)
{
    struct scenario *s = given_trusted();

    WHEN(
        s, set_password,
        .email =
            {.text = text_lit("ann@example.com"), .digest = digest_named(s, "ann@example.com")},
        .password = {.text = text_lit("hash")});
    expect(!stands_for_factor(s));
    expect_int64((int64_t)scenario_timers(s, TIMER_DEVICE), 0);
}

static void an_account_has_twenty_at_most(void)
{
    struct scenario *s = given_ann_signed_in_by(BY_CODE);
    char name[16];

    for (int n = 0; n < DEVICES_OF_USER; n++) {
        snprintf(name, sizeof(name), "device %d", n + 10);
        GIVEN(
            s, HAPPENED(
                   device_trusted, .user_id = U1, .device_id = id_named(name),
                   .digest = digest_named(s, name), .name = sealed(s, "Laptop"),
                   .trusted_until = timestamp_plus_us(scenario_now(s), day_us)));
    }
    when_trusted(s);
    THEN_REFUSED(s, CONFLICT, "The account has as many trusted devices as it may have: 20.");
}

static const struct test tests[] = {
    TEST(who_has_just_shown_a_factor_trusts_a_device),
    TEST(nothing_else_makes_one_trusted),
    TEST(a_factor_that_was_shown_counts_for_ten_minutes_and_for_its_person),
    TEST(with_the_password_it_opens_a_session),
    TEST(another_token_opens_none),
    TEST(somebody_elses_device_opens_none),
    TEST(it_is_trusted_for_so_long),
    TEST(none_is_where_the_installation_trusts_none),
    TEST(its_person_or_an_admin_ends_it),
    TEST(a_new_password_ends_it),
    TEST(an_account_has_twenty_at_most),
};

const struct suite test_devices_suite = SUITE("commands/identity/devices", tests);
