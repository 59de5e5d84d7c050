/*
 * Patterns of strangers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/pattern.h"
#include "tests/support/expect.h"

#include <string.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(64 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static bool matches(const char *source, const char *subject)
{
    const struct pattern *pattern;
    struct error error;
    enum status status = pattern_compile(text_from(source), arena, &pattern, &error);

    expect_ok(status, &error);
    return status == STATUS_OK && pattern_matches(pattern, text_from(subject));
}

static void a_text_matches_as_a_whole_or_not_at_all(void)
{
    expect(matches("abc", "abc"));
    expect(!matches("abc", "abcd"));
    expect(!matches("abc", "xabc"));
    expect(!matches("abc", "ab"));
    expect(!matches("abc", ""));
    expect(matches("", ""));
    expect(!matches("", "a"));
    expect(!matches("a|b", "ab"));
}

static void anchors_change_nothing(void)
{
    expect(matches("^abc$", "abc"));
    expect(!matches("^abc$", "abcd"));
    expect(matches("a\\$", "a$"));
    expect(matches("a\\\\$", "a\\"));
}

static void sets_have_ranges_classes_and_the_opposite(void)
{
    expect(matches("[a-c]", "b"));
    expect(!matches("[a-c]", "d"));
    expect(!matches("[^a-c]", "b"));
    expect(matches("[^a-c]", "d"));
    expect(matches("[]a]", "]"));
    expect(matches("[a-]", "-"));
    expect(matches("[\\w.-]+", "web-1.example_org"));
    expect(!matches("[\\w.-]+", "web 1"));
    expect(matches("[\\]x]", "]"));
    expect(matches("[\\w-.]+", "a-b.c"));
    expect(matches("[à-ý]", "é"));
}

static void classes_and_escapes_stand_for_themselves(void)
{
    expect(matches("\\d\\d", "42"));
    expect(!matches("\\d", "x"));
    expect(matches("\\w", "_"));
    expect(!matches("\\w", "-"));
    expect(matches("\\s", "\t"));
    expect(!matches("\\s", "x"));
    expect(matches("\\.", "."));
    expect(!matches("\\.", "x"));
    expect(matches(".", "ü"));
    expect(!matches(".", ""));
}

static void repetitions_have_bounds(void)
{
    expect(matches("a*", ""));
    expect(matches("a*b", "aaab"));
    expect(!matches("a+", ""));
    expect(matches("a+", "aaa"));
    expect(matches("a?b", "b"));
    expect(!matches("a?b", "aab"));
    expect(matches("a{2}", "aa"));
    expect(!matches("a{2}", "aaa"));
    expect(!matches("a{2}", "a"));
    expect(matches("a{2,}", "aaaa"));
    expect(!matches("a{2,}", "a"));
    expect(matches("a{0,2}", ""));
    expect(matches("a{0,2}", "aa"));
    expect(!matches("a{0,2}", "aaa"));
    expect(matches("a{1,3}", "aaa"));
    expect(!matches("a{1,3}", "aaaa"));
    expect(matches("a{0,}", "aaa"));
    expect(matches("(ab){2}", "abab"));
    expect(!matches("(ab){2}", "aba"));
}

static void groups_have_alternatives(void)
{
    expect(matches("a|b|c", "c"));
    expect(matches("x(a|bc)*y", "xabcbcay"));
    expect(!matches("x(a|bc)*y", "xaby"));
    expect(matches("(?:a|b)+", "abba"));
    expect(matches("(a|)b", "b"));
    expect(matches("((a*)*)*", "aaa"));
    expect(matches("()*", ""));
    expect(matches("a(b(c|d)|e)f", "abdf"));
    expect(!matches("a(b(c|d)|e)f", "abef"));
}

static void expect_refused(const char *source, const char *text)
{
    const struct pattern *pattern;
    struct error error;

    expect_status(
        pattern_compile(text_from(source), arena, &pattern, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.text), text);
}

static void what_is_no_pattern_is_told(void)
{
    expect_refused("[a", "has a [ without ]");
    expect_refused("[]", "has a [ without ]");
    expect_refused("(a", "has a ( without )");
    expect_refused("a)", "has a ) without (");
    expect_refused("a\\", "ends with a backslash");
    expect_refused("[a\\", "ends with a backslash");
    expect_refused("\\b", "has an escape that is not known");
    expect_refused("(a)\\1", "has an escape that is not known");
    expect_refused("[\\b]", "has an escape that is not known");
    expect_refused("(?=a)", "has a (? that is not known");
    expect_refused("*a", "has a sign of repetition, ^ or $ where there is nothing for it");
    expect_refused("a**", "has a sign of repetition, ^ or $ where there is nothing for it");
    expect_refused("a+?", "has a sign of repetition, ^ or $ where there is nothing for it");
    expect_refused("a^b", "has a sign of repetition, ^ or $ where there is nothing for it");
    expect_refused("a{", "has a { without a number");
    expect_refused("a{2", "has a { without }");
    expect_refused("a{3,2}", "has bounds that are the wrong way round");
    expect_refused("a{0}", "repeats something at most 0 times");
    expect_refused("a{0,0}", "repeats something at most 0 times");
}

static void what_would_grow_without_end_is_refused(void)
{
    char deep[200];

    expect_refused("((a{1,99}){1,99}){1,99}", "is too large");
    expect_refused("a{999999999999}", "is too large");
    expect(matches("a{512}", "a") == false);
    expect_refused("a{513}", "is too large");
    memset(deep, '(', sizeof(deep));
    deep[sizeof(deep) - 1] = '\0';
    expect_refused(deep, "is nested too deeply");
}

/* Where all ways are tried one after the other, each of these takes longer than the world has time. */
static void no_text_makes_matching_slow(void)
{
    static char subject[1025];

    memset(subject, 'a', sizeof(subject) - 1);
    expect(!matches("(a*)*b", subject));
    expect(!matches("(a|a)*b", subject));
    expect(!matches("(a+a+)+b", subject));
    expect(!matches("(a?){200}b", subject));
    expect(matches("((((((a*)*)*)*)*)*)*", subject));
}

static const struct test tests[] = {
    TEST(a_text_matches_as_a_whole_or_not_at_all),
    TEST(anchors_change_nothing),
    TEST(sets_have_ranges_classes_and_the_opposite),
    TEST(classes_and_escapes_stand_for_themselves),
    TEST(repetitions_have_bounds),
    TEST(groups_have_alternatives),
    TEST(what_is_no_pattern_is_told),
    TEST(what_would_grow_without_end_is_refused),
    TEST(no_text_makes_matching_slow),
};

const struct suite test_pattern_suite =
    SUITE_WITH("core/base/pattern", tests, .set_up = set_up, .tear_down = tear_down);
