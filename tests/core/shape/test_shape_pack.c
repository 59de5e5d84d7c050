/*
 * The stored form, there and back, and what damaged or hostile bytes come to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/shape/shape_pack.h"
#include "tests/support/draw.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

#include <math.h>
#include <string.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_release(&arena);
}

static struct bytes given_packed(const struct shape *shape, const void *value)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 20);
    shape_pack(shape, value, &buf);
    return bytes_copy(arena, buf_bytes(&buf));
}

static void expect_packed(const struct shape *shape, const void *value, const char *hex)
{
    expect_text(hex_encode(arena, given_packed(shape, value)), hex);
}

static struct bytes given_hex(const char *hex)
{
    struct bytes bytes = {NULL, 0};

    expect(hex_decode(arena, text_from(hex), &bytes));
    return bytes;
}

static void expect_corrupt(const struct shape *shape, const char *hex)
{
    struct everything value = make_everything();
    struct everything before = value;
    struct error error = {0};

    expect_status(
        shape_unpack(shape, given_hex(hex), arena, &value, &error), STATUS_CORRUPT, &error);
    expect(memcmp(&value, &before, sizeof(value)) == 0);
    expect_text(text_from(error.code), "corrupt_data");
}

static void everything_comes_back_but_the_plain_text_of_persons(void)
{
    struct everything value = make_everything();
    struct everything back;
    struct error error = {0};

    expect_ok(
        shape_unpack(
            &everything_shape, given_packed(&everything_shape, &value), arena, &back, &error),
        &error);
    expect(back.owner.text.data == NULL);
    value.owner.text = (struct text){NULL, 0};
    expect(shape_equal(&everything_shape, &value, &back));
}

static void absent_fields_take_no_bytes(void)
{
    struct everything value;
    struct everything back = make_everything();
    struct error error = {0};

    shape_clear(&everything_shape, &value);
    expect_packed(&everything_shape, &value, "80");
    expect_ok(shape_unpack(&everything_shape, given_hex("80"), arena, &back, &error), &error);
    expect(shape_equal(&everything_shape, &value, &back));
}

static void bytes_are_as_documented(void)
{
    struct part part = {text_lit("ab"), 300};
    struct everything value;

    expect_packed(
        &part_shape, &part,
        "8201a26162"
        "02cd012c");
    shape_clear(&everything_shape, &value);
    value.is_live = OPT_TRUE;
    value.color = (struct enum_value){2};
    value.ratio = -0.0;
    expect_packed(
        &everything_shape, &value,
        "8306cb0000000000000000"
        "07c3"
        "08a5677265656e");
    shape_clear(&everything_shape, &value);
    value.owner.box = (struct bytes){(const uint8_t *)"x", 1};
    expect_packed(&everything_shape, &value, "810a92c40178c0");
}

static void whole_numbers_take_the_shortest_form(void)
{
    static const struct {
        int64_t value;
        const char *hex;
    } cases[] = {
        {0, "810200"},
        {127, "81027f"},
        {128, "8102cc80"},
        {65535, "8102cdffff"},
        {65536, "8102ce00010000"},
        {4294967296, "8102cf0000000100000000"},
        {INT64_MAX, "8102cf7fffffffffffffff"},
        {-1, "8102ff"},
        {-33, "8102d0df"},
        {INT64_MIN + 1, "8102d38000000000000001"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct part part = {{NULL, 0}, cases[i].value};
        struct part back;
        struct error error = {0};
        expect_packed(&part_shape, &part, cases[i].hex);
        expect_ok(shape_unpack(&part_shape, given_hex(cases[i].hex), arena, &back, &error), &error);
        expect_int64(back.weight, cases[i].value);
    }
}

static void fields_are_stored_by_rising_tag(void)
{
    struct field rows[] = {part_fields[1], part_fields[0]};
    struct shape shape = part_shape;
    struct part part = {text_lit("ab"), 1};

    shape.fields = rows;
    expect_packed(&shape, &part, "8201a261620201");
    rows[0].tag = 9;
    expect_packed(&shape, &part, "8201a261620901");
}

static void an_array_form_stores_every_field_in_order(void)
{
    struct shape shape = part_shape;
    struct part part = {{NULL, 0}, 5};
    struct part back;
    struct error error = {0};

    shape.form = FORM_ARRAY;
    expect_packed(&shape, &part, "92c005");
    expect_ok(shape_unpack(&shape, given_hex("92c005"), arena, &back, &error), &error);
    expect(shape_equal(&shape, &part, &back));
    expect_corrupt(&shape, "91c0");
    expect_corrupt(&shape, "93c005c0");
    expect_corrupt(&shape, "80");
}

static void unknown_tags_are_skipped(void)
{
    struct part part;
    struct error error = {0};

    expect_ok(
        shape_unpack(
            &part_shape,
            given_hex("8302050382a1619201c0a162c3"
                      "cd0100c0"),
            arena, &part, &error),
        &error);
    expect_int64(part.weight, 5);
    expect(part.label.data == NULL);
}

static void an_empty_text_is_not_absent(void)
{
    struct part part;
    struct error error = {0};

    expect_ok(shape_unpack(&part_shape, given_hex("8101a0"), arena, &part, &error), &error);
    expect_text(part.label, "");
    expect_packed(&part_shape, &part, "8101a0");
}

static void texts_do_not_point_into_the_packed_bytes(void)
{
    uint8_t packed[] = {0x81, 0x01, 0xA2, 'a', 'b'};
    struct part part;
    struct error error = {0};

    expect_ok(
        shape_unpack(&part_shape, (struct bytes){packed, sizeof(packed)}, arena, &part, &error),
        &error);
    memset(packed, 0, sizeof(packed));
    expect_text(part.label, "ab");
}

static void a_wrong_kind_is_corrupt(void)
{
    expect_corrupt(&part_shape, "8101c3");                 /* flag for text */
    expect_corrupt(&part_shape, "8102a131");               /* text for whole */
    expect_corrupt(&part_shape, "8102cfffffffffffffffff"); /* beyond int64 */
    expect_corrupt(&part_shape, "81a16101");               /* key is text */
    expect_corrupt(&part_shape, "8200a1610201");           /* tag 0 */
    expect_corrupt(&part_shape, "c0");
    expect_corrupt(&everything_shape, "8101c40101");     /* short uuid */
    expect_corrupt(&everything_shape, "8103a161");       /* text for bytes */
    expect_corrupt(&everything_shape, "810601");         /* whole for real */
    expect_corrupt(&everything_shape, "8106ca00000000"); /* float 32 */
    expect_corrupt(&everything_shape, "810701");         /* whole for flag */
    expect_corrupt(&everything_shape, "8108a470696e6b"); /* unknown choice */
    expect_corrupt(&everything_shape, "810801");         /* whole for choice */
    expect_corrupt(&everything_shape, "810a91c40178");   /* box alone */
    expect_corrupt(&everything_shape, "810a92c0c0");     /* no box */
    expect_corrupt(&everything_shape, "810a92c40178a161");
    expect_corrupt(&everything_shape, "810bc0");   /* nil for object */
    expect_corrupt(&everything_shape, "810ca161"); /* text for list */
    expect_corrupt(&everything_shape, "810c91c0"); /* nil in a list */
    expect_corrupt(&everything_shape, "811091c0"); /* nil among objects */
}

static void repeated_or_falling_tags_are_corrupt(void)
{
    expect_corrupt(&part_shape, "8202010202");
    expect_corrupt(
        &part_shape, "820201"
                     "01a161");
}

static void damaged_bytes_are_corrupt(void)
{
    expect_corrupt(&part_shape, "");
    expect_corrupt(&part_shape, "80c0");           /* left over */
    expect_corrupt(&part_shape, "c1");             /* never used */
    expect_corrupt(&part_shape, "8102c7010141");   /* an extension */
    expect_corrupt(&part_shape, "8101dbffffffff"); /* 4 GiB of text */
    expect_corrupt(&part_shape, "ddffffffff");     /* 4 Gi items */
    expect_corrupt(&part_shape, "dfffffffff");
    expect_corrupt(&part_shape, "8102dfffffffff0000");
    expect_corrupt(&part_shape, "de0001");
}

static void every_cut_of_a_value_is_corrupt(void)
{
    struct everything value = make_everything();
    struct bytes packed = given_packed(&everything_shape, &value);
    struct error error = {0};

    for (size_t size = 0; size < packed.size; size++) {
        struct bytes cut = {packed.data, size};
        expect_status(
            shape_unpack(&everything_shape, cut, arena, &value, &error), STATUS_CORRUPT, &error);
    }
}

/* An unknown field of `depth` arrays within each other. */
static struct bytes given_nested(size_t depth)
{
    uint8_t *raw = arena_take(arena, depth + 3);

    raw[0] = 0x81;
    raw[1] = 0x70;
    memset(raw + 2, 0x91, depth);
    raw[2 + depth] = 0xC0;
    return (struct bytes){raw, depth + 3};
}

static void nesting_has_a_limit(void)
{
    struct part part;
    struct error error = {0};

    expect_ok(shape_unpack(&part_shape, given_nested(15), arena, &part, &error), &error);
    expect_status(
        shape_unpack(&part_shape, given_nested(16), arena, &part, &error), STATUS_CORRUPT, &error);
    expect_status(
        shape_unpack(&part_shape, given_nested(60000), arena, &part, &error), STATUS_CORRUPT,
        &error);
}

static void more_than_the_arena_holds_is_refused(void)
{
    AUTO_ARENA small = arena_new(2048);
    uint8_t raw[5 + 1000] = {0x81, 0x10, 0xDC, 0x03, 0xE8};
    struct everything value;
    struct error error = {0};

    memset(raw + 5, 0x80, 1000);
    expect_status(
        shape_unpack(&everything_shape, (struct bytes){raw, sizeof(raw)}, small, &value, &error),
        STATUS_TOO_LARGE, &error);
}

static enum status unpack_canonical(const struct shape *shape, struct bytes packed)
{
    struct everything value;

    return shape_unpack_canonical(shape, packed, arena, &value, NULL);
}

/* Each is read, but another form is written for the same value. */
static void other_forms_than_the_one_that_is_written_are_not_canonical(void)
{
    static const struct {
        const char *hex;
        const char *written;
    } cases[] = {
        {"8205cc7f07c3", "82057f07c3"},
        {"8105cd00ff", "8105ccff"},
        {"8105ce0000ffff", "8105cdffff"},
        {"8105cf00000000ffffffff", "8105ceffffffff"},
        {"8105d07f", "81057f"},
        {"8105d0e0", "8105e0"},
        {"8105d1ff80", "8105d080"},
        {"8105d2ffff8000", "8105d18000"},
        {"8105d3ffffffff80000000", "8105d280000000"},
        {"8102d90161", "8102a161"},
        {"8102da000161", "8102a161"},
        {"8102db0000000161", "8102a161"},
        {"8103c5000161", "8103c40161"},
        {"8103c60000000161", "8103c40161"},
        {"810edc000105", "810e9105"},
        {"810edd0000000105", "810e9105"},
        {"de00010505", "810505"},
        {"df000000010505", "810505"},
        {"81cc0505", "810505"},
        {"8106cb8000000000000000", "8106cb0000000000000000"},
        {"8105d38000000000000000", "80"}, /* absent values */
        {"810400", "80"},
        {"8101c41000000000000000000000000000000000", "80"},
        {"8205057f00", "810505"}, /* a tag that is not known */
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct everything value;
        struct error error = {0};
        expect_ok(
            shape_unpack(&everything_shape, given_hex(cases[i].hex), arena, &value, &error),
            &error);
        expect_packed(&everything_shape, &value, cases[i].written);
        expect(unpack_canonical(&everything_shape, given_hex(cases[i].hex)) == STATUS_CORRUPT);
        expect(unpack_canonical(&everything_shape, given_hex(cases[i].written)) == STATUS_OK);
    }
}

/* Spoilt at random, the same each time. */
static void canonical_is_what_would_be_written_again(void)
{
    struct everything whole = make_everything();
    struct bytes packed = given_packed(&everything_shape, &whole);
    uint64_t state = 1;
    int read = 0;

    expect(unpack_canonical(&everything_shape, packed) == STATUS_OK);
    for (int i = 0; i < 20000; i++) {
        uint8_t *bytes = arena_take(arena, packed.size);
        const struct bytes spoilt = {bytes, packed.size};
        struct everything value;
        memcpy(bytes, packed.data, packed.size);
        bytes[draw_below(&state, packed.size)] = (uint8_t)draw_any(&state);
        if (shape_unpack(&everything_shape, spoilt, arena, &value, NULL) == STATUS_OK) {
            bool is_same = bytes_equal(given_packed(&everything_shape, &value), spoilt);
            expect((unpack_canonical(&everything_shape, spoilt) == STATUS_OK) == is_same);
            read++;
        }
        arena_reset(arena);
        packed = given_packed(&everything_shape, &whole);
    }
    expect(read > 1000);
}

static void a_full_buffer_is_marked(void)
{
    struct everything value = make_everything();
    AUTO_BUF buf = {0};

    buf_init(&buf, 10);
    shape_pack(&everything_shape, &value, &buf);
    expect(buf_is_full(&buf));
}

static const struct test tests[] = {
    TEST(everything_comes_back_but_the_plain_text_of_persons),
    TEST(absent_fields_take_no_bytes),
    TEST(bytes_are_as_documented),
    TEST(whole_numbers_take_the_shortest_form),
    TEST(fields_are_stored_by_rising_tag),
    TEST(an_array_form_stores_every_field_in_order),
    TEST(unknown_tags_are_skipped),
    TEST(an_empty_text_is_not_absent),
    TEST(texts_do_not_point_into_the_packed_bytes),
    TEST(a_wrong_kind_is_corrupt),
    TEST(repeated_or_falling_tags_are_corrupt),
    TEST(damaged_bytes_are_corrupt),
    TEST(every_cut_of_a_value_is_corrupt),
    TEST(nesting_has_a_limit),
    TEST(more_than_the_arena_holds_is_refused),
    TEST(other_forms_than_the_one_that_is_written_are_not_canonical),
    TEST(canonical_is_what_would_be_written_again),
    TEST(a_full_buffer_is_marked),
};

const struct suite test_shape_pack_suite =
    SUITE_WITH("core/shape/shape_pack", tests, .set_up = set_up, .tear_down = tear_down);
