/*
 * What looks like a mail address, and what does not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/shape_check.h"
#include "tests/support/expect.h"

#include <string.h>

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
    };

    for (size_t i = 0; i < COUNT_OF(good); i++)
        expect(shape_email_is_valid(text_from(good[i])));
}

static void everything_else_is_refused(void)
{
    static const char *const bad[] = {
        "",         "ann",       "@example.com", "ann@",      "ann@localhost", "a b@c.de",
        "a@b@c.de", "a@b..de",   ".a@b.de",      "a.@b.de",   "a..b@c.de",     "a@-b.de",
        "a@b-.de",  "a@b.d",     "a@b.12",       "a@b.de.",   "a@.de",         "a@b_c.de",
        "<a@b.de>", "a\"b@c.de", "a@[1.2.3.4]",  "a@1.2.3.4", "a@b.de\n",      "a,b@c.de",
        "a;b@c.de",
    };

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect(!shape_email_is_valid(text_from(bad[i])));
    expect(!shape_email_is_valid((struct text){NULL, 0}));
    expect(!shape_email_is_valid((struct text){"a\0b@c.de", 8}));
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

    expect(shape_email_is_valid(given_address(room, 64, 1, 63)));
    expect(!shape_email_is_valid(given_address(room, 65, 1, 63)));
    expect(!shape_email_is_valid(given_address(room, 64, 1, 64)));
    expect(shape_email_is_valid(given_address(room, 59, 3, 63)));
    expect(shape_email_is_valid(given_address(room, 62, 3, 62)));
    expect(!shape_email_is_valid(given_address(room, 64, 3, 63)));
}

static const struct test tests[] = {
    TEST(addresses_are_accepted),
    TEST(everything_else_is_refused),
    TEST(lengths_are_limited),
};

const struct suite test_shape_email_suite = SUITE("core/shape/shape_email", tests);
