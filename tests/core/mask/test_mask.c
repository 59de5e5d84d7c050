/*
 * Which forms of a value are masked, which pieces of it, and what stays as it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/mask/mask.h"
#include "tests/support/expect.h"

#include <string.h>

static const struct text value = TEXT_OF("s3cr\"t/v\\al~ue+9 of the test");
static struct arena *arena;
static struct mask *mask;

static void set_up(void)
{
    arena = arena_new(16 << 20);
    mask = mask_new();
    mask_add(mask, value);
}

static void tear_down(void)
{
    mask_free(mask);
    arena_free(arena);
}

static void expect_masked(const char *file, int line, const char *text, const char *wanted)
{
    struct text masked = mask_text(mask, NULL, arena, text_from(text));

    expect_at(text_is(masked, wanted), file, line, text_c(arena, masked));
}
#define EXPECT_MASKED(text, wanted) expect_masked(__FILE__, __LINE__, text, wanted)

static const char *around(const char *before, struct text form, const char *behind)
{
    return text_c(arena, text_format(arena, "%s%.*s%s", before, TEXT_ARGS(form), behind));
}

static void a_value_is_masked_wherever_it_stands(void)
{
    EXPECT_MASKED(around("", value, ""), MASK_SIGN);
    EXPECT_MASKED(around("token=", value, "; more"), "token=" MASK_SIGN "; more");
    EXPECT_MASKED(
        around(around("a ", value, " and "), value, " b"), "a " MASK_SIGN " and " MASK_SIGN " b");
}

static void other_text_stays_as_it_is(void)
{
    struct text t = text_lit("nothing of the kind: the test went well, sir\n");

    expect(mask_text(mask, NULL, arena, t).data == t.data);
    expect(mask_text(mask, NULL, arena, (struct text){NULL, 0}).data == NULL);
    EXPECT_MASKED("", "");
}

/* What is left of a form at its ends was made of what stands beside it, too. */
static void expect_base64_masked(const char *before, const char *behind)
{
    struct text whole = text_from(around(before, value, behind));
    struct text encoded = base64_encode(arena, bytes_of_text(whole));
    struct text masked = mask_text(mask, NULL, arena, encoded);
    size_t of_others = (strlen(before) + strlen(behind)) * 4 / 3 + 8;

    expect(text_contains(masked, text_lit(MASK_SIGN)));
    expect(masked.size <= of_others + sizeof(MASK_SIGN));
    expect(
        mask_text(mask, NULL, arena, base64url_encode(arena, bytes_of_text(whole))).size ==
        masked.size - (encoded.size - base64url_encode(arena, bytes_of_text(whole)).size));
}

static void base64_is_masked_at_each_place_among_other_bytes(void)
{
    expect_base64_masked("", "");
    expect_base64_masked("a", "b");
    expect_base64_masked("ab", "cde");
    expect_base64_masked("user:", "\n");
    expect_base64_masked("abcd", "efgh");
}

static void usual_escapes_are_masked(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 4096);
    encode_percent(&out, value);
    EXPECT_MASKED(around("?t=", buf_text(&out), "&x"), "?t=" MASK_SIGN "&x");
    EXPECT_MASKED("?t=s3cr%22t%2fv%5cal~ue%2b9%20of%20the%20test&x", "?t=" MASK_SIGN "&x");
    EXPECT_MASKED("t=s3cr%22t%2Fv%5Cal~ue%2B9+of+the+test", "t=" MASK_SIGN);
    EXPECT_MASKED("{\"a\":\"s3cr\\\"t/v\\\\al~ue+9 of the test\"}", "{\"a\":\"" MASK_SIGN "\"}");
    EXPECT_MASKED(around("0x", hex_encode(arena, bytes_of_text(value)), "."), "0x" MASK_SIGN ".");
}

static void a_piece_of_sixteen_bytes_is_masked(void)
{
    EXPECT_MASKED(around("<", text_slice(value, 6, 16), ">"), "<" MASK_SIGN ">");
    EXPECT_MASKED(
        around("<", text_slice(value, 6, 15), ">"), around("<", text_slice(value, 6, 15), ">"));
}

static void what_is_wrapped_is_masked(void)
{
    EXPECT_MASKED("a s3cr\"t/v\\a\r\nl~ue+9 of \nthe test b", "a " MASK_SIGN " b");
}

static void a_value_of_lines_is_masked_line_by_line(void)
{
    mask_add(mask, text_lit("first line of it\r\nshort\nanother1\n"));
    EXPECT_MASKED("x another1 y", "x " MASK_SIGN " y");
    EXPECT_MASKED("x first line of it y", "x " MASK_SIGN " y");
    EXPECT_MASKED("x short y", "x short y");
    EXPECT_MASKED(
        "{\"k\":\"first line of it\\r\\nshort\\nanother1\\n\"}", "{\"k\":\"" MASK_SIGN "\"}");
}

static void a_short_value_is_masked_as_a_whole(void)
{
    struct mask *own = mask_new();

    mask_add(own, text_lit("hunter22"));
    mask_add(own, text_lit("seven77"));
    expect(text_is(
        mask_text(own, NULL, arena, text_lit("hunter2 hunter22 seven77")),
        "hunter2 " MASK_SIGN " seven77"));
    expect(text_is(mask_text(own, NULL, arena, text_lit("aHVudGVyMjI=")), MASK_SIGN "I="));
    mask_free(own);
}

static void characters_are_masked_whole(void)
{
    struct mask *own = mask_new();

    mask_add(
        own, text_lit("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"));
    expect(text_is(
        mask_text(
            own, NULL, arena,
            text_lit("x\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4")),
        "x" MASK_SIGN));
    /* Others, which begin or end as those of the value do. */
    expect(text_is(
        mask_text(
            own, NULL, arena,
            text_lit("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA3y")),
        MASK_SIGN "y"));
    expect(text_is(
        mask_text(
            own, NULL, arena,
            text_lit("x\xC4\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4y")),
        "x" MASK_SIGN "y"));
    mask_free(own);
}

/* Of what comes in pieces no eight characters of the value are shown. */
static void a_value_in_pieces_is_masked(void)
{
    for (size_t at = 1; at < value.size; at++) {
        struct mask_carry carry = {0, 0};
        struct text before = mask_text(mask, &carry, arena, text_slice(value, 0, at));
        struct text behind = mask_text(mask, &carry, arena, text_slice(value, at, value.size));
        expect(
            at < MASK_LEAST ? text_equal(before, text_slice(value, 0, at))
                            : text_is(before, MASK_SIGN));
        expect(text_is(behind, MASK_SIGN));
    }
}

static void a_value_by_single_characters_shows_its_beginning_only(void)
{
    struct mask_carry carry = {0, 0};
    size_t shown = 0;

    for (size_t i = 0; i < value.size; i++)
        shown += mask_text(mask, &carry, arena, text_slice(value, i, 1)).size == 1;
    expect_int64(shown, MASK_LEAST - 1);
}

/* A report holds the last characters of an output, or the first. */
static void what_was_cut_off_is_no_help(void)
{
    EXPECT_MASKED(around("", text_slice(value, value.size - 9, 9), " x"), MASK_SIGN " x");
    EXPECT_MASKED(around("x ", text_slice(value, 0, 9), ""), "x " MASK_SIGN);
}

static void json_stays_json(void)
{
    struct json before = {
        text_lit("{\"n\":12345678,\"a\":[true,null,\"s3cr\\\"t/v\\\\al~ue+9 of the test\"],"
                 "\"s3cr\\\"t/v\\\\al~ue+9 of the test\":{\"b\":1.5}}")};

    mask_add(mask, text_lit("12345678"));
    expect_text(
        mask_json(mask, arena, before).text,
        "{\"n\":\"" MASK_SIGN "\",\"a\":[true,null,\"" MASK_SIGN "\"],\"" MASK_SIGN
        "\":{\"b\":1.5}}");
    before.text = text_lit("{\"a\":[1,{}]}");
    expect(mask_json(mask, arena, before).text.data == before.text.data);
}

static const struct test tests[] = {
    TEST(a_value_is_masked_wherever_it_stands),
    TEST(other_text_stays_as_it_is),
    TEST(base64_is_masked_at_each_place_among_other_bytes),
    TEST(usual_escapes_are_masked),
    TEST(a_piece_of_sixteen_bytes_is_masked),
    TEST(what_is_wrapped_is_masked),
    TEST(a_value_of_lines_is_masked_line_by_line),
    TEST(a_short_value_is_masked_as_a_whole),
    TEST(characters_are_masked_whole),
    TEST(a_value_in_pieces_is_masked),
    TEST(a_value_by_single_characters_shows_its_beginning_only),
    TEST(what_was_cut_off_is_no_help),
    TEST(json_stays_json),
};

const struct suite test_mask_suite =
    SUITE_WITH("core/mask/mask", tests, .set_up = set_up, .tear_down = tear_down);
