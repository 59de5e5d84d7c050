/*
 * What is looked for is cut into pieces that an index of three letters each finds quickly.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/search/search_pieces.h"
#include "tests/support/expect.h"

static void a_text_is_cut_into_pieces_of_its_words(void)
{
    static const struct {
        const char *text;
        const char *pieces;
    } cases[] = {
        {"%restart host-4242.%", "rest\nart\nhost\n4242"},
        {"%env=prod%", "env\nprod"},
        {"%abc%", "abc"},
        {"%abcde%", "abcd\nbcde"},
        {"%abcdef%", "abcd\ncdef"},
        {"%abcdefg%", "abcd\nefg"},
        {"%a bc 1.2%", ""},
        {"%100\\%\\_sure%", "100\nsure"},
        {"%größe%", "größ\nröße"},
        {"", ""},
    };
    AUTO_ARENA arena = arena_new(1 << 16);

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text pieces = search_pieces(arena, text_from(cases[i].text));
        expect_text(pieces, cases[i].pieces);
    }
}

static void of_a_long_text_the_first_pieces_are_enough(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct text long_one = text_format(arena, "%0200d", 0);
    struct text pieces = search_pieces(arena, long_one);

    expect(pieces.size == SEARCH_MOST_PIECES * 5 - 1);
}

static const struct test tests[] = {
    TEST(a_text_is_cut_into_pieces_of_its_words),
    TEST(of_a_long_text_the_first_pieces_are_enough),
};

extern const struct suite test_search_pieces_suite;
const struct suite test_search_pieces_suite = SUITE("api/search/search_pieces", tests);
