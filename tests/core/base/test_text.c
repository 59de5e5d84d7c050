/*
 * Borrowed text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/text.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

static const struct text absent = {NULL, 0};

static void absent_and_empty_differ(void)
{
    expect(text_equal(absent, absent));
    expect(text_equal(text_lit(""), text_lit("")));
    expect(!text_equal(absent, text_lit("")));
    expect(!text_equal(text_lit(""), absent));
    expect(!text_equal_ignoring_case(absent, text_lit("")));
    expect(!text_is_present(text_from(NULL)));
    expect(text_is_present(text_from("")));
}

static void equality_is_by_bytes(void)
{
    expect(text_is(text_lit("abc"), "abc"));
    expect(!text_is(text_lit("abc"), "abd"));
    expect(!text_is(text_lit("abc"), "ab"));
    expect(text_equal_ignoring_case(text_lit("aBc-1"), text_lit("AbC-1")));
    expect(!text_equal_ignoring_case(text_lit("abc"), text_lit("abd")));
    expect(!text_equal_ignoring_case(text_lit("abc"), text_lit("ab")));
}

static void beginnings_endings_and_parts_are_found(void)
{
    expect(text_starts_with(text_lit("abc"), text_lit("ab")));
    expect(text_starts_with(text_lit("abc"), text_lit("")));
    expect(!text_starts_with(text_lit("abc"), text_lit("abcd")));
    expect(text_ends_with(text_lit("abc"), text_lit("bc")));
    expect(!text_ends_with(text_lit("abc"), text_lit("ab")));
    expect(text_contains(text_lit("abc"), text_lit("b")));
    expect(text_contains(text_lit("abc"), text_lit("")));
    expect(!text_contains(text_lit("abc"), text_lit("ac")));
    expect(!text_contains(absent, text_lit("a")));
}

static void order_is_that_of_bytes(void)
{
    expect_int64(text_compare(text_lit("a"), text_lit("b")), -1);
    expect_int64(text_compare(text_lit("b"), text_lit("a")), 1);
    expect_int64(text_compare(text_lit("a"), text_lit("ab")), -1);
    expect_int64(text_compare(text_lit("\xff"), text_lit("a")), 1);
    expect_int64(text_compare(text_lit("a"), text_lit("a")), 0);
    expect_int64(text_compare(absent, text_lit("")), 0);
}

static void white_space_is_trimmed_at_both_ends(void)
{
    expect_text(text_trim(text_lit(" \t\r\n\v\fa b \n")), "a b");
    expect_text(text_trim(text_lit("  ")), "");
    expect(!text_is_present(text_trim(absent)));
}

static void slices_stay_inside(void)
{
    expect_text(text_slice(text_lit("abc"), 1, 1), "b");
    expect_text(text_slice(text_lit("abc"), 1, 9), "bc");
    expect_text(text_slice(text_lit("abc"), 9, 9), "");
    expect(!text_is_present(text_slice(absent, 1, 1)));
}

static void cutting_takes_part_after_part(void)
{
    struct text rest = text_lit("a,,b");

    expect_text(text_cut(&rest, ','), "a");
    expect_text(text_cut(&rest, ','), "");
    expect_text(text_cut(&rest, ','), "b");
    expect(!text_is_present(rest));
}

static void a_last_separator_leaves_an_empty_rest(void)
{
    struct text rest = text_lit("a,");

    expect_text(text_cut(&rest, ','), "a");
    expect_text(rest, "");
    expect_int64(text_find(text_lit("a,"), ',', 0), 1);
    expect_int64(text_find(text_lit("a,"), ',', 2), 2);
}

static void copies_are_terminated(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct text copy = text_copy(arena, text_lit("abc"));

    expect_text(copy, "abc");
    expect_int64(copy.data[3], 0);
    expect_text(text_copy(arena, text_lit("")), "");
    expect(!text_is_present(text_copy(arena, absent)));
    expect_text(text_lower(arena, text_lit("ÄBc")), "Äbc");
    expect(!text_is_present(text_lower(arena, absent)));
    expect_text(text_from(text_c(arena, absent)), "");
    expect_text(text_format(arena, "%d-%s", 7, "x"), "7-x");
    expect(!bytes_are_present(bytes_copy(arena, (struct bytes){NULL, 0})));
}

static void length_counts_characters(void)
{
    expect_int64(text_length(text_lit("")), 0);
    expect_int64(text_length(text_lit("aé…😀")), 4);
    expect_int64(text_length(text_lit("a\xff\xc3")), 3);
    expect_int64(text_length(text_lit("\xe2\x82")), 2);
}

/* One bad byte among many good ones, which are looked at several at a time. */
static void expect_each_place_looked_at(char bad)
{
    char text[27];

    for (size_t i = 0; i < sizeof(text); i++) {
        memset(text, 1, sizeof(text));
        expect(text_is_clean_utf8((struct text){text, sizeof(text)}));
        text[i] = bad;
        expect(!text_is_clean_utf8((struct text){text, sizeof(text)}));
    }
}

static void only_well_formed_utf8_is_clean(void)
{
    static const char *const clean[] = {
        "", "abc", "é", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "\xc2\x80"};
    static const char *const unclean[] = {
        "\x80",     /* a continuation alone */
        "\xc0\xaf", /* longer than needed */
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80",     /* a surrogate */
        "\xf4\x90\x80\x80", /* beyond U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xff",
        "a\xc3", /* cut short */
        "\xe2\x82",
        "\xe2\x28\xa1",
        "\xf0\x9f\x98",
    };

    for (size_t i = 0; i < COUNT_OF(clean); i++)
        expect(text_is_clean_utf8(text_from(clean[i])));
    for (size_t i = 0; i < COUNT_OF(unclean); i++)
        expect(!text_is_clean_utf8(text_from(unclean[i])));
    expect(!text_is_clean_utf8((struct text){"a\0b", 3}));
    expect_each_place_looked_at('\0');
    expect_each_place_looked_at('\x80');
    expect_each_place_looked_at('\xff');
    expect(text_is_clean_utf8(absent));
}

static void text_of_others_is_cleaned_and_cut_by_characters(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct text clean = text_lit("caf\xc3\xa9");
    struct text mixed = {"caf\xe9 \xc3\xa9\0!\xe2\x82", 11};

    expect(text_cleaned(arena, clean).data == clean.data);
    expect_text(
        text_cleaned(arena, mixed),
        "caf\xef\xbf\xbd \xc3\xa9\xef\xbf\xbd!\xef\xbf\xbd\xef\xbf\xbd");
    expect(!text_is_present(text_cleaned(arena, (struct text){NULL, 0})));
    expect_text(text_first_bytes(clean, 5), "caf\xc3\xa9");
    expect_text(text_first_bytes(clean, 4), "caf");
    expect_text(text_first_bytes(clean, 3), "caf");
    expect_text(text_first_bytes(clean, 0), "");
}

static void whole_numbers_are_read_strictly(void)
{
    static const char *const bad[] = {
        "",
        "-",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "0x1",
        "--1",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999"};
    int64_t value = 77;

    expect(text_to_int64(text_lit("9223372036854775807"), &value) && value == INT64_MAX);
    expect(text_to_int64(text_lit("-9223372036854775808"), &value) && value == INT64_MIN);
    expect(text_to_int64(text_lit("-0"), &value) && value == 0);
    expect(text_to_int64(text_lit("007"), &value) && value == 7);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect(!text_to_int64(text_from(bad[i]), &value));
    expect(!text_to_int64(absent, &value));
    expect_int64(value, 7);
}

static const struct test tests[] = {
    TEST(absent_and_empty_differ),
    TEST(equality_is_by_bytes),
    TEST(beginnings_endings_and_parts_are_found),
    TEST(order_is_that_of_bytes),
    TEST(white_space_is_trimmed_at_both_ends),
    TEST(slices_stay_inside),
    TEST(cutting_takes_part_after_part),
    TEST(a_last_separator_leaves_an_empty_rest),
    TEST(copies_are_terminated),
    TEST(length_counts_characters),
    TEST(only_well_formed_utf8_is_clean),
    TEST(text_of_others_is_cleaned_and_cut_by_characters),
    TEST(whole_numbers_are_read_strictly),
};

const struct suite test_text_suite = SUITE("core/base/text", tests);
