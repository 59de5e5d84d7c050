/*
 * That all keys are wrapped under another key-encryption key is on record, once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/opened_ledger.h"

static const uint8_t ids[] = "the onethe next";
static const struct bytes one = {ids, 8};
static const struct bytes next = {ids + 7, 8};

static void rotate(struct scenario *s, struct bytes key_id, int64_t rows)
{
    WHEN(s, rotate_key_encryption_key, .key_id = key_id, .has_former = OPT_TRUE, .rows = rows);
}

static void a_rotation_is_on_record_with_what_was_wrapped_anew(void)
{
    struct scenario *s = given_opened_ledger();

    rotate(s, one, 17);
    THEN_EMITTED(s, HAPPENED(key_encryption_key_rotated, .key_id = one, .rows = 17));
    expect_int64(ANSWER(s, rotated_key_encryption_key)->rows, 17);
}

static void ordered_again_it_is_not_recorded_again(void)
{
    struct scenario *s = given_opened_ledger();

    rotate(s, one, 17);
    rotate(s, one, 0);
    THEN_NOTHING(s);
}

/* The keys were wrapped anew, and then came a kill. */
static void what_a_kill_kept_from_the_record_the_next_order_records(void)
{
    struct scenario *s = given_opened_ledger();

    rotate(s, one, 17);
    rotate(s, next, 0);
    THEN_EMITTED(s, HAPPENED(key_encryption_key_rotated, .key_id = next, .rows = 0));
}

/* A backup was put back that the former one had wrapped. */
static void keys_of_before_that_came_back_are_wrapped_anew_on_record(void)
{
    struct scenario *s = given_opened_ledger();

    rotate(s, one, 17);
    rotate(s, one, 3);
    THEN_EMITTED(s, HAPPENED(key_encryption_key_rotated, .key_id = one, .rows = 3));
}

static void without_a_former_key_nothing_is_rotated(void)
{
    struct scenario *s = given_opened_ledger();

    WHEN(s, rotate_key_encryption_key, .key_id = one, .has_former = OPT_FALSE);
    THEN_REFUSED(
        s, CONFLICT,
        "There is no other key-encryption key than the one that wraps all keys already");
}

static const struct test tests[] = {
    TEST(a_rotation_is_on_record_with_what_was_wrapped_anew),
    TEST(ordered_again_it_is_not_recorded_again),
    TEST(what_a_kill_kept_from_the_record_the_next_order_records),
    TEST(keys_of_before_that_came_back_are_wrapped_anew_on_record),
    TEST(without_a_former_key_nothing_is_rotated),
};
const struct suite test_rotate_key_encryption_key_suite =
    SUITE("commands/platform/rotate key-encryption key", tests);
