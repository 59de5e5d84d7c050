/*
 * A restore is on record, with what the ledger was held against and the bodies that it did not bring back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "tests/support/opened_ledger.h"

static const uint8_t root[32] = {0xdb, 0x2e};
static const struct restore_anchor anchor = {
    TEXT_OF("audit.example.com"), 9, {root, sizeof(root)}, {2}};

static void a_restore_is_on_record_with_what_it_was_held_against(void)
{
    struct scenario *s = given_opened_ledger();

    WHEN(
        s, record_restore, .size = 1, .backup = text_lit("20260322T120000Z/manifest-000001.json"),
        .anchors = {&anchor, 1}, .dropped = {"", 0});
    THEN_EMITTED(
        s, HAPPENED(
               log_restored, .size = 1, .backup = text_lit("20260322T120000Z/manifest-000001.json"),
               .anchors = {&anchor, 1}, .dropped = {"", 0}));
}

static void what_one_event_cannot_name_another_does(void)
{
    enum { MOST = 100000 };
    static int64_t positions[MOST + 1];
    struct scenario *s = given_opened_ledger();

    for (int64_t i = 0; i <= MOST; i++)
        positions[i] = i;
    WHEN(
        s, record_restore, .size = 1, .backup = text_lit("a manifest"), .anchors = {&anchor, 1},
        .dropped = {positions, MOST + 1});
    THEN_EMITTED(
        s,
        HAPPENED(
            log_restored, .size = 1, .backup = text_lit("a manifest"), .anchors = {&anchor, 1},
            .dropped = {positions, MOST}),
        HAPPENED(
            log_restored, .size = 1, .backup = text_lit("a manifest"), .anchors = {&anchor, 1},
            .dropped = {positions + MOST, 1}));
}

static void without_a_ledger_nothing_was_restored(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, record_restore, .size = 1, .backup = text_lit("20260322T120000Z/manifest-000001.json"),
        .anchors = {&anchor, 1}, .dropped = {"", 0});
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(a_restore_is_on_record_with_what_it_was_held_against),
    TEST(what_one_event_cannot_name_another_does),
    TEST(without_a_ledger_nothing_was_restored),
};
const struct suite test_record_restore_suite = SUITE("commands/platform/record_restore", tests);
