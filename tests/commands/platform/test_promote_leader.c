/*
 * A follower leads from here on: that begins an epoch.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "tests/support/opened_ledger.h"

static const uint8_t root[32] = {0xdb, 0x2e};

static void promote(struct scenario *s)
{
    WHEN(
        s, promote_leader, .size = 1, .root = {root, sizeof(root)}, .note = text_lit("a note"),
        .former_leader = text_lit("https://one.example"), .confirmed_by = text_lit("Anna"),
        .reason = text_lit("its machine is lost"), .dropped = {"", 0});
}

static void a_promotion_is_on_record_and_begins_the_next_epoch(void)
{
    struct scenario *s = given_opened_ledger();

    promote(s);
    THEN_EMITTED(
        s, HAPPENED(
               leader_promoted, .origin = text_lit("audit.example.com/e1"),
               .former_origin = text_lit("audit.example.com"), .size = 1,
               .root = {root, sizeof(root)}, .note = text_lit("a note"),
               .former_leader = text_lit("https://one.example"), .confirmed_by = text_lit("Anna"),
               .reason = text_lit("its machine is lost"), .dropped = {"", 0}));
    expect_int64(ANSWER(s, promoted_leader)->epoch, 1);
    promote(s);
    expect_text(ANSWER(s, promoted_leader)->origin, "audit.example.com/e2");
    expect(text_starts_with(ANSWER(s, promoted_leader)->key, text_lit("audit.example.com/e2+")));
}

static void without_a_ledger_nobody_leads(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    promote(s);
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(a_promotion_is_on_record_and_begins_the_next_epoch),
    TEST(without_a_ledger_nobody_leads),
};
const struct suite test_promote_leader_suite = SUITE("commands/platform/promote_leader", tests);
