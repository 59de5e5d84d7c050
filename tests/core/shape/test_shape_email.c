/*
 * What looks like a mail address, and what does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/shape_check.h"
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

/* Its one form, or what is wrong. */
static struct text form_of(struct text address)
{
    struct text out = {NULL, 0};
    const char *problem = shape_email_read(arena, address, true, &out);

    return problem == NULL ? out : text_from(problem);
}

static bool is_valid(struct text address)
{
    struct text out;

    return shape_email_read(arena, address, true, &out) == NULL;
}

static void expect_read(const char *address, const char *wanted)
{
    expect_text_at(form_of(text_from(address)), text_from(wanted), __FILE__, __LINE__, address);
}

static void addresses_are_accepted(void)
{
    static const char *const good[] = {
        "a@b.cd",
        "first.last+tag@sub.example.com",
        "jürgen@example.de",
        "o'brien@example.ie",
        "x@xn--bcher-kva.example",
        "x@example.xn--p1ai",
        "1@2.example",
        "a_b-c@ex-ample.org",
        "иван@example.com",
        "山田@example.jp",
    };

    for (size_t i = 0; i < COUNT_OF(good); i++)
        expect_read(good[i], good[i]);
}

static void everything_else_is_refused(void)
{
    static const char *const bad[] = {
        "",
        "ann",
        "@example.com",
        "ann@",
        "ann@localhost",
        "a b@c.de",
        "a@b@c.de",
        "a@b..de",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "a@-b.de",
        "a@b-.de",
        "a@b.d",
        "a@b.12",
        "a@b.de.",
        "a@.de",
        "a@b_c.de",
        "<a@b.de>",
        "a\"b@c.de",
        "a@[1.2.3.4]",
        "a@1.2.3.4",
        "a@b.de\n",
        "a,b@c.de",
        "a;b@c.de",
        "a@xn--a.example",
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_read(bad[i], "must be an email");
    expect(!is_valid((struct text){NULL, 0}));
    expect(!is_valid((struct text){"a\0b@c.de", 8}));
}

static void all_ways_of_writing_an_address_are_one(void)
{
    expect_read("Ada@BÜCHER.Example", "ada@xn--bcher-kva.example");
    expect_read("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example");
    expect_read(
        "ada@bu\u0308cher.example", "ada@xn--bcher-kva.example"); /* u and a combining diaeresis */
    expect_read("ada@bücher。example", "ada@xn--bcher-kva.example"); /* an ideographic full stop */
    expect_read("ada@faß.example", "ada@xn--fa-hia.example");        /* not "fass" */
    expect_read("M\xc3\x9cLLER@example.com", "m\xc3\xbcller@example.com");
    expect_read("mu\xcc\x88ller@example.com", "m\xc3\xbcller@example.com");
}

static void what_nobody_sees_is_refused(void)
{
    static const char *const hidden[] = {
        "ad\u200ba@example.com",   /* a zero width space */
        "ad\u202ea@example.com",   /* an override of direction */
        "ad\u00ada@example.com",   /* a soft hyphen */
        "ad\302\205a@example.com", /* a control character of C1 */
        "ad\ufeffa@example.com",   /* a byte order mark */
        "ad\u2028a@example.com",   /* a line separator */
    };

    for (size_t i = 0; i < COUNT_OF(hidden); i++)
        expect_at(!is_valid(text_from(hidden[i])), __FILE__, __LINE__, hidden[i]);
}

/* In Cyrillic: all of it, one letter of it, and a word that looks like Latin from end to end. */
static void what_looks_like_somebody_else_is_refused(void)
{
    static const char words[] = "must not have letters that can be taken for others";

    expect_read("аdmin@example.com", words);
    expect_read("admın@example.com", words); /* a dotless i */
    expect_read("сахар@example.com", words);
    expect_read("αβγδ-фыв@example.com", words);
}

static void without_being_told_so_no_letter_becomes_small(void)
{
    struct text out;

    expect(shape_email_read(arena, text_lit("Ada@Example.com"), false, &out) == NULL);
    expect_text(out, "Ada@example.com");
}

/* "aaa…@bbb.bbb….de" of so many characters on each side. */
static struct text given_address(char *out, size_t local, size_t labels, size_t label)
{
    size_t size = 0;

    memset(out, 'a', local);
    size += local;
    out[size++] = '@';
    for (size_t i = 0; i < labels; i++) {
        memset(out + size, 'b', label);
        size += label;
        out[size++] = '.';
    }
    memcpy(out + size, "de", 2);
    return (struct text){out, size + 2};
}

static void lengths_are_limited(void)
{
    char room[512];

    expect(is_valid(given_address(room, 64, 1, 63)));
    expect(!is_valid(given_address(room, 65, 1, 63)));
    expect(!is_valid(given_address(room, 64, 1, 64)));
    expect(is_valid(given_address(room, 59, 3, 63)));
    expect(is_valid(given_address(room, 62, 3, 62)));
    expect(!is_valid(given_address(room, 64, 3, 63)));
}

static const struct test tests[] = {
    TEST(addresses_are_accepted),
    TEST(everything_else_is_refused),
    TEST(all_ways_of_writing_an_address_are_one),
    TEST(what_nobody_sees_is_refused),
    TEST(what_looks_like_somebody_else_is_refused),
    TEST(without_being_told_so_no_letter_becomes_small),
    TEST(lengths_are_limited),
};

const struct suite test_shape_email_suite =
    SUITE_WITH("core/shape/shape_email", tests, .set_up = set_up, .tear_down = tear_down);
