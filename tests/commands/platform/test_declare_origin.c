/*
 * A ledger that does not continue what was signed goes on under another origin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "tests/support/opened_ledger.h"

#define ROOT         "2y7/5k02NSvNTCYL3g4RODEMn3e4nUxXV4ZS+bGFtjA="
#define NOTE(origin) origin "\n7\n" ROOT "\n\n\xE2\x80\x94 " origin " bm90IGxvb2tlZCBhdCBoZXJl\n"

static const uint8_t root[32] = {0xdb, 0x2e, 0xff, 0xe6, 0x4d, 0x36, 0x35, 0x2b, 0xcd, 0x4c, 0x26,
                                 0x0b, 0xde, 0x0e, 0x11, 0x38, 0x31, 0x0c, 0x9f, 0x77, 0xb8, 0x9d,
                                 0x4c, 0x57, 0x57, 0x86, 0x52, 0xf9, 0xb1, 0x85, 0xb6, 0x30};

static void declare(struct scenario *s, const char *note)
{
    WHEN(
        s, declare_origin, .reason = text_lit("an older backup was put back"),
        .note = text_from(note));
}

static void the_new_origin_is_on_record_with_what_it_contradicts(void)
{
    struct scenario *s = given_opened_ledger();

    declare(s, NOTE("audit.example.com"));
    THEN_EMITTED(
        s, HAPPENED(
               origin_declared, .origin = text_lit("audit.example.com/e1"),
               .former_origin = text_lit("audit.example.com"), .size = 7,
               .root = {root, sizeof(root)}, .note = text_lit(NOTE("audit.example.com")),
               .reason = text_lit("an older backup was put back")));
    expect_text(ANSWER(s, declared_origin)->origin, "audit.example.com/e1");
    expect(text_starts_with(ANSWER(s, declared_origin)->key, text_lit("audit.example.com/e1+")));
}

/* Whether the ledger knows of it, or was put back to before it was declared. */
static void no_origin_is_ever_used_again(void)
{
    struct scenario *s = given_opened_ledger();

    declare(s, NOTE("audit.example.com/e7"));
    expect_text(ANSWER(s, declared_origin)->origin, "audit.example.com/e8");
    declare(s, NOTE("audit.example.com"));
    expect_text(ANSWER(s, declared_origin)->origin, "audit.example.com/e9");
}

static void a_ledger_that_continues_what_was_signed_keeps_its_origin(void)
{
    struct scenario *s = given_opened_ledger();

    WHEN(s, declare_origin, .reason = text_lit("to be sure"));
    THEN_REFUSED(s, CONFLICT, "The ledger continues what was signed, so it keeps its origin");
}

static void the_checkpoint_of_another_ledger_contradicts_nothing(void)
{
    static const char *const foreign[] = {
        NOTE("other.example.com"),     NOTE("audit.example.com/e0"),
        NOTE("audit.example.com/e01"), NOTE("audit.example.com/e-1"),
        NOTE("audit.example.com/e1x"), NOTE("audit.example.com/1"),
        NOTE("audit.example.comx/e1"), "no checkpoint\n",
    };
    struct scenario *s = given_opened_ledger();

    for (size_t i = 0; i < COUNT_OF(foreign); i++) {
        declare(s, foreign[i]);
        THEN_REFUSED(
            s, CONFLICT,
            "The newest checkpoint that is kept is not of this ledger, whatever became of it");
    }
}

static void before_the_ledger_begins_it_has_no_origin(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    declare(s, NOTE("audit.example.com"));
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(the_new_origin_is_on_record_with_what_it_contradicts),
    TEST(no_origin_is_ever_used_again),
    TEST(a_ledger_that_continues_what_was_signed_keeps_its_origin),
    TEST(the_checkpoint_of_another_ledger_contradicts_nothing),
    TEST(before_the_ledger_begins_it_has_no_origin),
};

const struct suite test_declare_origin_suite = SUITE("commands/platform/declare_origin", tests);
