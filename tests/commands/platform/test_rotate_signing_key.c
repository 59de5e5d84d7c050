/*
 * The key of checkpoints is rotated, with an overlap.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "core/base/arena.h"
#include "tests/support/opened_ledger.h"

static const int64_t hour_s = 3600;

static void rotate(struct scenario *s, const char *key, int64_t overlap_s)
{
    WHEN(s, rotate_signing_key, .overlap_seconds = overlap_s, .verifier_key = digest_named(s, key));
}

static size_t signing_at(const struct scenario *s, struct timestamp moment)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct log_identity identity;

    expect(platform_log_identity(scenario_model(s), arena, &identity));
    return log_identity_signing(&identity, moment);
}

static void the_new_key_is_on_record_with_the_end_of_the_overlap(void)
{
    struct scenario *s = given_opened_ledger();

    rotate(s, "second", hour_s);
    THEN_EMITTED(
        s, HAPPENED(
               signing_key_rotated, .verifier_key = digest_named(s, "second"),
               .overlap_until = timestamp_plus_us(scenario_recorded(s, 0), hour_s * US_PER_S)));
}

static void the_answer_is_the_key_as_tools_take_it(void)
{
    struct scenario *s = given_opened_ledger();

    rotate(s, "second", hour_s);
    expect(text_starts_with(ANSWER(s, rotated_signing_key)->key, text_lit("audit.example.com+")));
    expect_int64(
        ANSWER(s, rotated_signing_key)->overlap_until.us,
        scenario_recorded(s, 0).us + hour_s * US_PER_S);
}

static void both_keys_sign_until_the_overlap_ends(void)
{
    struct scenario *s = given_opened_ledger();
    struct timestamp end;

    rotate(s, "second", hour_s);
    end = timestamp_plus_us(scenario_recorded(s, 0), hour_s * US_PER_S);
    expect_int64((int64_t)signing_at(s, timestamp_plus_us(end, -1)), 2);
    expect_int64((int64_t)signing_at(s, end), 1);
}

static void without_an_overlap_the_former_key_ends_at_once(void)
{
    struct scenario *s = given_opened_ledger();

    rotate(s, "second", 0);
    expect_int64((int64_t)signing_at(s, scenario_recorded(s, 0)), 1);
}

static void so_many_keys_sign_at_one_time_and_no_more(void)
{
    struct scenario *s = given_opened_ledger();

    for (int i = 1; i < LOG_KEYS_MAX; i++)
        rotate(s, "another", hour_s);
    expect_int64((int64_t)signing_at(s, scenario_now(s)), LOG_KEYS_MAX);
    rotate(s, "one more", hour_s);
    THEN_REFUSED(s, CONFLICT, "As many keys sign checkpoints as may at one time");
    scenario_pass(s, hour_s + 1);
    rotate(s, "one more", hour_s);
    expect_int64((int64_t)signing_at(s, scenario_now(s)), 2);
}

static void before_the_ledger_begins_there_is_no_key(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    rotate(s, "second", hour_s);
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(the_new_key_is_on_record_with_the_end_of_the_overlap),
    TEST(the_answer_is_the_key_as_tools_take_it),
    TEST(both_keys_sign_until_the_overlap_ends),
    TEST(without_an_overlap_the_former_key_ends_at_once),
    TEST(so_many_keys_sign_at_one_time_and_no_more),
    TEST(before_the_ledger_begins_there_is_no_key),
};

const struct suite test_rotate_signing_key_suite =
    SUITE("commands/platform/rotate_signing_key", tests);
