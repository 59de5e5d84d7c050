/*
 * Patterns of strangers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/unicode/pattern.h"
#include "tests/support/expect.h"

#include <string.h>

static bool matches(const char *source, const char *subject)
{
    struct error error;

    expect_ok(pattern_check(text_from(source), &error), &error);
    return pattern_matches(text_from(source), text_from(subject));
}

static void a_text_matches_as_a_whole_or_not_at_all(void)
{
    expect(matches("abc", "abc"));
    expect(!matches("abc", "abcd"));
    expect(!matches("abc", "xabc"));
    expect(!matches("abc", "ab"));
    expect(!matches("abc", ""));
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

static void expect_refused(const char *source, const char *text)
{
    struct error error;

    expect_status(pattern_check(text_from(source), &error), STATUS_INVALID, &error);
    expect_text(text_from(error.text), text);
    expect(!pattern_matches(text_from(source), text_from("a")));
}

static void what_is_no_pattern_is_told(void)
{
    expect_refused("[a", "is no regular expression (character 2: U_REGEX_MISSING_CLOSE_BRACKET)");
    expect_refused("(a", "is no regular expression (character 2: U_REGEX_MISMATCHED_PAREN)");
    expect_refused("a)", "is no regular expression (character 2: U_REGEX_MISMATCHED_PAREN)");
    expect_refused("a\\", "is no regular expression (character 2: U_REGEX_BAD_ESCAPE_SEQUENCE)");
    expect_refused("\\y", "is no regular expression (character 2: U_REGEX_BAD_ESCAPE_SEQUENCE)");
    expect_refused("*a", "is no regular expression (character 1: U_REGEX_RULE_SYNTAX)");
    expect_refused("a{3,2}", "is no regular expression (character 6: U_REGEX_MAX_LT_MIN)");
}

/* Where all ways are tried one after the other, each of these takes longer than the world has time. */
static void no_text_makes_matching_slow(void)
{
    static char subject[1025];
    char deep[200];

    expect(matches("(a|a)*b|a*", "aaaaaaaa"));
    expect(
        !matches("(a|a)*b|a*", "aaaaaaaaaaaaaaaaaaaaaa")); /* it would, two million steps later */
    memset(deep, '(', sizeof(deep));
    deep[sizeof(deep) - 1] = '\0';
    expect_status(pattern_check(text_from(deep), NULL), STATUS_INVALID, NULL);

    memset(subject, 'a', sizeof(subject) - 1);
    expect(!matches("(a*)*b", subject));
    expect(!matches("(a|a)*b", subject));
    expect(!matches("(a+a+)+b", subject));
    expect(!matches("(a?){200}b", subject));
    expect(!matches("((a{1,99}){1,99}){1,99}b", subject));
    expect(matches("[a-c]*", subject));
}

static const struct test tests[] = {
    TEST(a_text_matches_as_a_whole_or_not_at_all),
    TEST(anchors_change_nothing),
    TEST(sets_have_ranges_classes_and_the_opposite),
    TEST(classes_and_escapes_stand_for_themselves),
    TEST(what_is_no_pattern_is_told),
    TEST(no_text_makes_matching_slow),
};

const struct suite test_pattern_suite = SUITE("core/unicode/pattern", tests);
