/*
 * JSON answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

#include <math.h>

static void expect_json(const struct shape *shape, const void *value, const char *wanted)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_json_write(shape, value, &buf);
    expect_text(buf_text(&buf), wanted);
}

static void expect_string(struct text value, const char *wanted)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    json_write_text(&buf, value);
    expect_text(buf_text(&buf), wanted);
}

static void every_kind_has_its_json(void)
{
    struct everything value = make_everything();

    expect_json(
        &everything_shape, &value,
        "{\"id\":\"abcd0304-0506-7708-890a-0b0c0d0e0f10\",\"name\":\"Grüße\",\"raw\":\"CQg=\","
        "\"madeAt\":\"2026-03-22T16:47:29.206Z\",\"count\":-42,\"ratio\":0.1,\"isLive\":false,"
        "\"color\":\"green\",\"extra\":{\"a\":[1,2]},\"owner\":\"ann\","
        "\"mainPart\":{\"label\":\"wheel\",\"weight\":7},\"labels\":[\"a\",\"\"],"
        "\"friends\":[\"01020300-0000-0000-0000-000000000000\","
        "\"04000000-0000-0000-0000-000000000000\"],\"sizes\":[-1,0,300],"
        "\"colors\":[\"blue\",\"red\"],"
        "\"parts\":[{\"label\":\"bolt\",\"weight\":1},{\"label\":\"nut\",\"weight\":null}]}");
}

static void absent_members_are_null(void)
{
    struct part part;

    shape_clear(&part_shape, &part);
    expect_json(&part_shape, &part, "{\"label\":null,\"weight\":null}");
}

static void absent_members_may_be_left_out(void)
{
    struct field rows[] = {part_fields[0], part_fields[1]};
    struct shape shape = part_shape;
    struct part part;

    rows[0].flags = OMIT_ABSENT;
    shape.fields = rows;
    shape_clear(&shape, &part);
    expect_json(&shape, &part, "{\"weight\":null}");
    rows[1].flags = OMIT_ABSENT;
    expect_json(&shape, &part, "{}");
}

static void secrets_are_never_written(void)
{
    struct field rows[] = {part_fields[0], part_fields[1]};
    struct shape shape = part_shape;
    struct part part = {text_lit("hush"), 1};

    rows[0].flags = SECRET;
    shape.fields = rows;
    expect_json(&shape, &part, "{\"weight\":1}");
}

struct owned {
    struct personal owner;
};

static const struct field owned_fields[] = {
    {PERSONAL(owned, owner), .tag = 1, .doc = "Whose."},
};
static const struct shape owned_shape = SHAPE(owned, "Something owned.");

static void a_sealed_person_is_null(void)
{
    struct owned value = {.owner.box = {(const uint8_t *)"box", 3}};

    expect_json(&owned_shape, &value, "{\"owner\":null}");
}

static void texts_are_escaped(void)
{
    expect_string(text_lit("plain"), "\"plain\"");
    expect_string(text_lit(""), "\"\"");
    expect_string(text_lit("\"\\/"), "\"\\\"\\\\/\"");
    expect_string(text_lit("\b\f\n\r\t\v"), "\"\\b\\f\\n\\r\\t\\u000b\"");
    expect_string(text_lit("\x01x\x1f\x7f"), "\"\\u0001x\\u001f\x7f\"");
    expect_string((struct text){"a\0b", 3}, "\"a\\u0000b\"");
    expect_string(text_lit("é…😀"), "\"é…😀\"");
}

struct measured {
    double value;
};

static const struct field measured_fields[] = {
    {DOUBLE(measured, value), .tag = 1, .min = INT64_MIN, .doc = "A number."},
};
static const struct shape measured_shape = SHAPE(measured, "Something measured.");

static void reals_are_short_and_exact(void)
{
    static const struct {
        double value;
        const char *json;
    } cases[] = {
        {0.1, "{\"value\":0.1}"},
        {12.0, "{\"value\":12}"},
        {-0.0, "{\"value\":0}"},
        {1.0 / 3.0, "{\"value\":0.3333333333333333}"},
        {0.1 + 0.2, "{\"value\":0.30000000000000004}"},
        {1e300, "{\"value\":1e+300}"},
        {-9007199254740992.0, "{\"value\":-9007199254740992}"},
        {5e-324, "{\"value\":4.94065645841247e-324}"},
    };
    struct measured measured = {(double)INFINITY};

    expect_json(&measured_shape, &measured, "{\"value\":null}");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        measured.value = cases[i].value;
        expect_json(&measured_shape, &measured, cases[i].json);
    }
}

static void bytes_are_base64(void)
{
    static const char *const wanted[] = {
        "\"\"", "\"Zg==\"", "\"Zm8=\"", "\"Zm9v\"", "\"Zm9vYg==\""};
    struct everything value;
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_clear(&everything_shape, &value);
    for (size_t size = 0; size < COUNT_OF(wanted); size++) {
        value.raw = (struct bytes){(const uint8_t *)"foobar", size};
        buf_clear(&buf);
        shape_json_write(&everything_shape, &value, &buf);
        expect(text_contains(buf_text(&buf), text_from(wanted[size])));
    }
}

static void lists_of_structs_are_arrays(void)
{
    struct everything value = make_everything();
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_json_write_list(&part_shape, value.parts.items, 2, &buf);
    shape_json_write_list(&part_shape, NULL, 0, &buf);
    expect_text(
        buf_text(&buf),
        "[{\"label\":\"bolt\",\"weight\":1},{\"label\":\"nut\",\"weight\":null}][]");
}

static const struct test tests[] = {
    TEST(every_kind_has_its_json),        TEST(absent_members_are_null),
    TEST(absent_members_may_be_left_out), TEST(secrets_are_never_written),
    TEST(a_sealed_person_is_null),        TEST(texts_are_escaped),
    TEST(reals_are_short_and_exact),      TEST(bytes_are_base64),
    TEST(lists_of_structs_are_arrays),
};

const struct suite test_shape_json_write_suite = SUITE("core/shape/shape_json_write", tests);
