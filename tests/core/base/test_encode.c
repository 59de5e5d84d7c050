/*
 * Hexadecimal and Base64, with the vectors of RFC 4648.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/encode.h"
#include "tests/support/expect.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_release(&arena);
}

static struct bytes raw(const char *terminated)
{
    return bytes_of_text(text_from(terminated));
}

static void base64_follows_the_rfc(void)
{
    static const struct {
        const char *plain;
        const char *encoded;
        const char *for_url;
    } cases[] = {
        {"", "", ""},
        {"f", "Zg==", "Zg"},
        {"fo", "Zm8=", "Zm8"},
        {"foo", "Zm9v", "Zm9v"},
        {"foob", "Zm9vYg==", "Zm9vYg"},
        {"fooba", "Zm9vYmE=", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
        {"\xfb\xff\xfe", "+//+", "-__-"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct bytes back = {NULL, 0};
        expect_text(base64_encode(arena, raw(cases[i].plain)), cases[i].encoded);
        expect_text(base64url_encode(arena, raw(cases[i].plain)), cases[i].for_url);
        expect(base64_decode(arena, text_from(cases[i].encoded), &back));
        expect(bytes_equal(back, raw(cases[i].plain)));
        expect(base64url_decode(arena, text_from(cases[i].for_url), &back));
        expect(bytes_equal(back, raw(cases[i].plain)));
    }
}

static void wrong_base64_is_refused(void)
{
    static const char *const bad[] = {"Z",     "Zg",       "Zg=",  "Zg===", "Z===",
                                      "====",  "=",        "Zh==", "Zm9=",  "Zm 8",
                                      "Zm8\n", "Zg==Zg==", "-_-_", "Zm9v=", "Z=8="};
    static const char *const bad_for_url[] = {"Z", "Zh", "Zg==", "Zm9", "+//+", "Zm8 "};
    struct bytes out = {(const uint8_t *)"x", 1};

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect(!base64_decode(arena, text_from(bad[i]), &out));
    for (size_t i = 0; i < COUNT_OF(bad_for_url); i++)
        expect(!base64url_decode(arena, text_from(bad_for_url[i]), &out));
    expect(!base64_decode(arena, (struct text){"Zm\0v", 4}, &out));
    expect_int64(out.size, 1);
}

static void hexadecimal_goes_both_ways(void)
{
    struct bytes back = {NULL, 0};

    expect_text(hex_encode(arena, (struct bytes){(const uint8_t *)"\x00\xaf\x10", 3}), "00af10");
    expect(hex_decode(arena, text_lit("00aF10"), &back));
    expect(bytes_equal(back, (struct bytes){(const uint8_t *)"\x00\xaf\x10", 3}));
    expect(hex_decode(arena, text_lit(""), &back));
    expect_int64(back.size, 0);
    expect(bytes_are_present(back));
}

static void four_digits_are_a_code_unit_and_fewer_are_none(void)
{
    expect_int64(hex_code_unit(text_lit("00e9"), 0), 0xe9);
    expect_int64(hex_code_unit(text_lit("\\uD83d"), 2), 0xd83d);
    expect_int64(hex_code_unit(text_lit("00e"), 0), -1);
    expect_int64(hex_code_unit(text_lit("00e9"), 1), -1);
    expect_int64(hex_code_unit(text_lit("00eg"), 0), -1);
    expect_int64(hex_code_unit(text_lit(""), 0), -1);
}

static void wrong_hexadecimal_is_refused(void)
{
    struct bytes out = {(const uint8_t *)"x", 1};

    expect(!hex_decode(arena, text_lit("0"), &out));
    expect(!hex_decode(arena, text_lit("0g"), &out));
    expect(!hex_decode(arena, text_lit("g0"), &out));
    expect(!hex_decode(arena, text_lit(" 0"), &out));
    expect_int64(out.size, 1);
}

static void percent_signs_stand_for_what_they_say(void)
{
    static const char *const wrong[] = {"%", "a%4", "%zz", "%4g", "%%40"};
    struct text out = text_lit("untouched");

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect(!percent_decode(arena, text_from(wrong[i]), &out));
    expect_text(out, "untouched");
    expect(percent_decode(arena, text_lit("a%40B%2f%2F+%25"), &out));
    expect_text(out, "a@B//+%");
}

static const struct test tests[] = {
    TEST(base64_follows_the_rfc),
    TEST(wrong_base64_is_refused),
    TEST(four_digits_are_a_code_unit_and_fewer_are_none),
    TEST(hexadecimal_goes_both_ways),
    TEST(wrong_hexadecimal_is_refused),
    TEST(percent_signs_stand_for_what_they_say),
};

const struct suite test_encode_suite =
    SUITE_WITH("core/base/encode", tests, .set_up = set_up, .tear_down = tear_down);
