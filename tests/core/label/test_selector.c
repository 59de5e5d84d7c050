/*
 * What selectors mean, and which texts are none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/label/selector.h"
#include "tests/support/expect.h"

#include <string.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(4 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static struct selector read_selector(const char *text)
{
    struct selector selector = {.count = 0};
    struct text why = {NULL, 0};

    expect_at(
        selector_read(text_from(text), arena, &selector, &why), __FILE__, __LINE__,
        text_is_present(why) ? text_c(arena, why) : text);
    return selector;
}

static const struct label labels[] = {
    {TEXT_OF("agent/os"), TEXT_OF("linux")},
    {TEXT_OF("env"), TEXT_OF("prod")},
    {TEXT_OF("rack"), TEXT_OF("")},
};
static const struct list set = {labels, COUNT_OF(labels)};

static bool matches(const char *text)
{
    struct selector selector = read_selector(text);

    return selector_matches(&selector, set);
}

static void a_key_alone_asks_whether_there_is_such_a_label(void)
{
    expect(matches("env"));
    expect(matches("rack"));
    expect(matches("agent/os"));
    expect(!matches("os"));
    expect(!matches("!env"));
    expect(matches("!os"));
}

static void a_value_must_be_the_same(void)
{
    expect(matches("env=prod"));
    expect(matches("env==prod"));
    expect(!matches("env=Prod"));
    expect(!matches("env="));
    expect(matches("rack="));
    expect(!matches("os=linux"));
}

static void another_value_is_also_none_at_all(void)
{
    expect(!matches("env!=prod"));
    expect(matches("env!=test"));
    expect(matches("os!=linux"));
    expect(matches("os notin (linux,bsd)"));
    expect(!matches("env notin (test,prod)"));
}

static void one_of_several_values_is_enough(void)
{
    expect(matches("env in (test,prod)"));
    expect(!matches("env in (test)"));
    expect(!matches("os in (linux,)"));
    expect(matches("rack in (a,)"));
}

static void all_conditions_must_hold(void)
{
    expect(matches("env=prod,rack,!os,agent/os!=bsd"));
    expect(!matches("env=prod,rack,os"));
}

static void blanks_may_stand_between_any_two_signs(void)
{
    expect(matches(" \tenv = prod , agent/os  in ( linux , bsd ) , ! os "));
    expect(matches("env in(prod)"));
}

static void words_of_the_grammar_are_keys_too(void)
{
    struct selector selector = read_selector("in in (in),notin notin (notin)");

    expect_int64(selector.count, 2);
    expect_text(selector.conditions[0].key, "in");
    expect(selector.conditions[1].kind == CONDITION_NOT_IN);
}

static void the_query_says_the_same_to_postgresql(void)
{
    struct selector selector =
        read_selector("env=prod,tier in (db,web),!legacy,rack,os notin (bsd)");

    expect_text(
        selector_query(&selector, arena),
        "('env=prod') & ('tier=db' | 'tier=web') & !'legacy' & 'rack' & !('os=bsd')");
}

static void expect_refused(const char *text, const char *wanted)
{
    struct selector selector;
    struct text why = {NULL, 0};

    expect_at(!selector_read(text_from(text), arena, &selector, &why), __FILE__, __LINE__, text);
    expect_text_at(
        text_first_bytes(why, strlen(wanted)), text_from(wanted), __FILE__, __LINE__, text);
}

static void what_does_not_fit_is_told_with_its_place(void)
{
    expect_refused("", "must have a key at character 1");
    expect_refused(" ", "must have a key at character 2");
    expect_refused("a,", "must have a key at character 3");
    expect_refused(",a", "must have a key at character 1");
    expect_refused("a,,b", "must have a key at character 3");
    expect_refused("Env=prod", "must have a key of at most 63 small letters");
    expect_refused(
        "a,ü=b", "must have a key of at most 63 small letters, digits, \".\", \"_\" and "
                 "\"-\", the first a letter or digit, at character 3");
    expect_refused("a=b c", "must have a comma behind a condition at character 5");
    expect_refused("a=b=c", "must have a comma behind a condition at character 4");
    expect_refused(
        "a=ä", "must have a value of at most 63 letters, digits, \".\", \"_\" and \"-\" "
               "at character 3");
    expect_refused("a=(b)", "must have a comma behind a condition at character 3");
    expect_refused("a!b", "must have = behind ! at character 3");
    expect_refused("a ! =b", "must have = behind ! at character 4");
    expect_refused("!a=b", "must have a comma behind a condition at character 3");
    expect_refused("a of (b)", "must have =, !=, in, notin or a comma behind a key at character 3");
    expect_refused("a in b", "must have ( with values at character 6");
    expect_refused("a in (b", "must have , or ) behind a value at character 8");
    expect_refused("a in (b c)", "must have , or ) behind a value at character 9");
    expect_refused("a > 1", "must have =, !=, in, notin or a comma behind a key at character 3");
}

static struct text repeated(const char *first, const char *next, size_t times, const char *last)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    buf_add_c(&out, first);
    for (size_t i = 0; i < times; i++)
        buf_add_c(&out, next);
    buf_add_c(&out, last);
    return text_copy(arena, buf_text(&out));
}

static void a_selector_has_bounds(void)
{
    struct selector selector;
    struct text why = {NULL, 0};

    expect(selector_read(repeated("a", ",a", 15, ""), arena, &selector, &why));
    expect(!selector_read(repeated("a", ",a", 16, ""), arena, &selector, &why));
    expect_text(why, "has one condition too many (16 is the most) at character 33");
    expect(selector_read(repeated("a in (b", ",b", 31, ")"), arena, &selector, &why));
    expect(!selector_read(repeated("a in (b", ",b", 32, ")"), arena, &selector, &why));
    expect_text(why, "has one value too many (32 is the most) at character 71");
    expect(selector_read(repeated("a", " ", 4095, ""), arena, &selector, &why));
    expect(!selector_read(repeated("a", " ", 4096, ""), arena, &selector, &why));
    expect_text(why, "has one byte too many (4096 is the most) at character 4097");
}

static const struct test tests[] = {
    TEST(a_key_alone_asks_whether_there_is_such_a_label),
    TEST(a_value_must_be_the_same),
    TEST(another_value_is_also_none_at_all),
    TEST(one_of_several_values_is_enough),
    TEST(all_conditions_must_hold),
    TEST(blanks_may_stand_between_any_two_signs),
    TEST(words_of_the_grammar_are_keys_too),
    TEST(the_query_says_the_same_to_postgresql),
    TEST(what_does_not_fit_is_told_with_its_place),
    TEST(a_selector_has_bounds),
};

const struct suite test_selector_suite =
    SUITE_WITH("core/label/selector", tests, .set_up = set_up, .tear_down = tear_down);
