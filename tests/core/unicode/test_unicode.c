/*
 * Text beyond ASCII: one form, domains, and what can be mistaken.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/unicode/unicode.h"
#include "tests/support/expect.h"

#include <string.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

static void what_is_written_in_parts_is_composed(void)
{
    expect_text(unicode_composed(arena, text_lit("plain")), "plain");
    expect_text(unicode_composed(arena, text_lit("e\xcc\x81")), "\xc3\xa9");
    expect_text(unicode_composed(arena, text_lit("\xe2\x84\xab")), "\xc3\x85"); /* ångström */
    expect(text_equal(unicode_composed(arena, text_lit("")), text_lit("")));
}

static void letters_of_all_scripts_become_small(void)
{
    expect_text(unicode_lowered(arena, text_lit("ADA")), "ada");
    expect_text(unicode_lowered(arena, text_lit("MÜLLER ИВАН ΣΟΦΟΣ")), "müller иван σοφος");
}

static void a_search_compares_small_letters_of_one_form(void)
{
    expect_text(unicode_folded(arena, text_lit("Web-1")), "web-1");
    expect_text(unicode_folded(arena, text_lit("MÜLLER Straße ΣΟΦΟΣ")), "müller strasse σοφοσ");
    expect_text(unicode_folded(arena, text_lit("Ｆｕｌｌ")), "full");
}

static void domains_become_what_dns_knows(void)
{
    expect_text(unicode_domain(arena, text_lit("Bücher.example")), "xn--bcher-kva.example");
    expect_text(unicode_domain(arena, text_lit("xn--bcher-kva.example")), "xn--bcher-kva.example");
    expect_text(unicode_domain(arena, text_lit("faß.de")), "xn--fa-hia.de");
    expect_text(unicode_domain(arena, text_lit("例え。jp")), "xn--r8jz45g.jp");
    expect_text(unicode_domain(arena, text_lit("WEB-1")), "web-1");
}

static void what_is_no_domain_becomes_none(void)
{
    static const char *const none[] = {
        "",
        "a b.example",
        "a_b.example",
        "xn--a.example",
        "ad\xe2\x80\xae.example",
        "\xcc\x88u.example",
        "a..example",
        "-a.example"};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect_at(
            !text_is_present(unicode_domain(arena, text_from(none[i]))), __FILE__, __LINE__,
            none[i]);
}

static void names_of_one_script_can_be_told_apart(void)
{
    static const char *const good[] = {"admin",       "jürgen", "иван", "山田",
                                       "ひらがな+山", "이름",   ""};

    for (size_t i = 0; i < COUNT_OF(good); i++)
        expect_at(unicode_is_unmistakable(text_from(good[i])), __FILE__, __LINE__, good[i]);
}

static void names_that_look_like_others_cannot(void)
{
    static const char *const bad[] = {"аdmin", "сахар",    "pаypal",  "jürgen\xe2\x80\x8b",
                                      "admın", "ｆｕｌｌ", "a\u00a0b"};

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_at(!unicode_is_unmistakable(text_from(bad[i])), __FILE__, __LINE__, bad[i]);
}

/* As long as it may be, of characters that grow most. */
static void what_is_too_long_is_nothing(void)
{
    static char room[UNICODE_LONGEST + 2];

    for (size_t i = 0; i + 2 <= sizeof(room); i += 2)
        memcpy(room + i, "\xce\x90", 2); /* becomes three characters in form D, one in C */
    expect(text_is_present(unicode_composed(arena, (struct text){room, UNICODE_LONGEST})));
    expect(text_is_present(unicode_lowered(arena, (struct text){room, UNICODE_LONGEST})));
    expect(!text_is_present(unicode_composed(arena, (struct text){room, sizeof(room)})));
    expect(!text_is_present(unicode_lowered(arena, (struct text){room, sizeof(room)})));
    expect(!text_is_present(unicode_domain(arena, (struct text){room, sizeof(room)})));
    expect(!unicode_is_unmistakable((struct text){room, sizeof(room)}));
}

static const struct test tests[] = {
    TEST(what_is_written_in_parts_is_composed),
    TEST(letters_of_all_scripts_become_small),
    TEST(a_search_compares_small_letters_of_one_form),
    TEST(domains_become_what_dns_knows),
    TEST(what_is_no_domain_becomes_none),
    TEST(names_of_one_script_can_be_told_apart),
    TEST(names_that_look_like_others_cannot),
    TEST(what_is_too_long_is_nothing),
};

const struct suite test_unicode_suite =
    SUITE_WITH("core/unicode/unicode", tests, .set_up = set_up, .tear_down = tear_down);
