/*
 * What each kind takes, and the words for what it refuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

#include <math.h>
#include <stdio.h>

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_release(&arena);
}

/* One field called "x", at the start of a struct large enough for any kind. */
union any {
    struct uuid uuid;
    struct text text;
    struct bytes bytes;
    struct timestamp timestamp;
    int64_t whole;
    double real;
    struct opt_bool flag;
    struct enum_value choice;
    struct json json;
    struct personal personal;
    struct list list;
};

static enum status
read_one(struct field field, const char *json, union any *out, struct error *error)
{
    struct shape shape = {.name = "one", .fields = &field, .count = 1, .size = sizeof(*out)};
    struct text body = text_format(arena, "{\"x\":%s}", json);

    field.name = "x";
    *out = (union any){0};
    return shape_json_read(&shape, body, arena, out, error);
}

static union any given_one(struct field field, const char *json)
{
    union any out;
    struct error error = {0};

    expect_ok(read_one(field, json, &out, &error), &error);
    return out;
}

static void expect_refused(struct field field, const char *json, const char *words)
{
    union any out;
    struct error error = {0};

    expect_status(read_one(field, json, &out, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.text), words);
}

static void text_takes_numbers_and_booleans(void)
{
    struct field field = {.kind = KIND_TEXT, .size = sizeof(struct text)};

    expect_text(given_one(field, "\"a b \"").text, "a b ");
    expect_text(given_one(field, "\"\"").text, "");
    expect_text(given_one(field, "123").text, "123");
    expect_text(given_one(field, "-1.50").text, "-1.5");
    expect_text(given_one(field, "true").text, "true");
    expect_text(given_one(field, "false").text, "false");
    expect_refused(field, "{}", "x must be a string");
    expect_refused(field, "[\"a\"]", "x must be a string");
}

static void text_is_trimmed_and_lowered_before_it_is_checked(void)
{
    struct field field = {
        .kind = KIND_TEXT, .size = sizeof(struct text), .flags = TRIM | LOWER, .min = 2, .max = 3};

    expect_text(given_one(field, "\"  ABc \\n\"").text, "abc");
    expect_refused(field, "\"  a      \"", "x must be longer than or equal to 2 characters");
}

static void a_name_has_no_control_characters(void)
{
    static const char words[] = "x must not have control characters";
    static const char *const bad[] = {"\"a\\u001b[31mb\"", "\"a\\nb\"",     "\"a\\rb\"",
                                      "\"a\\tb\"",         "\"a\\u007fb\"", "\"a\\u0085b\"",
                                      "\"a\\u009bb\"",     "\"a\\u200eb\"", "\"a\\u2028b\"",
                                      "\"a\\u202eb\"",     "\"a\\u2066b\"", "\"a\\u061cb\""};
    struct field field = {.kind = KIND_TEXT, .size = sizeof(struct text), .flags = ONE_LINE | TRIM};

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect_refused(field, bad[i], words);
    expect_text(
        given_one(field, "\"J\u00fcrgen \u5c71 \u200d\U0001f600 \"").text,
        "J\u00fcrgen \u5c71 \u200d\U0001f600");
    field.flags = MANY_LINES;
    expect_text(given_one(field, "\"a\\r\\n\\tb\"").text, "a\r\n\tb");
    expect_refused(field, "\"a\\n\\u001bb\"", words);
    expect_refused(field, "\"a\\n\\u202eb\"", words);
}

static void a_host_name_beyond_ascii_is_the_one_that_dns_has(void)
{
    struct field field = {
        .kind = KIND_TEXT, .size = sizeof(struct text), .flags = HOST_NAME | TRIM | LOWER};

    expect_text(given_one(field, "\"Web_1.Example\"").text, "web_1.example");
    expect_text(given_one(field, "\"B\u00fccher.example\"").text, "xn--bcher-kva.example");
    expect_text(given_one(field, "\"xn--bcher-kva.example\"").text, "xn--bcher-kva.example");
    expect_refused(field, "\"b\u00fccher 1\"", "x must be a host name");
    expect_refused(
        field, "\"web\\u202e1\"", "x must not have control characters; x must be a host name");
    expect_refused(field, "\"web\\u001b1\"", "x must not have control characters");
}

static void text_is_counted_in_characters(void)
{
    struct field field = {.kind = KIND_TEXT, .size = sizeof(struct text), .min = 3, .max = 3};

    expect_text(given_one(field, "\"é😀…\"").text, "é😀…");
    expect_refused(field, "\"éé\"", "x must be longer than or equal to 3 characters");
    expect_refused(field, "\"éééé\"", "x must be shorter than or equal to 3 characters");
}

static bool slug_is_valid(struct text value)
{
    return text_find(value, ' ', 0) == value.size;
}

static void a_rule_of_its_own_has_its_own_words(void)
{
    struct field field = {
        .kind = KIND_TEXT,
        .size = sizeof(struct text),
        .accepts = slug_is_valid,
        .rule = "Slug must have no blanks.",
        .flags = REQUIRED,
        .max = 5,
    };

    expect_text(given_one(field, "\"a-b\"").text, "a-b");
    expect_refused(field, "\"a b\"", "Slug must have no blanks.");
    expect_refused(
        field, "\"a b c d\"",
        "Slug must have no blanks.; x must be shorter than or equal to 5 characters");
    expect_refused(field, "null", "Slug must have no blanks.; x must be a string");
}

static void a_person_is_read_as_text(void)
{
    struct field field = {
        .kind = KIND_PERSONAL,
        .size = sizeof(struct personal),
        .flags = REQUIRED | TRIM | LOWER | EMAIL,
    };

    expect_text(given_one(field, "\" Ann@Example.COM \"").personal.text, "ann@example.com");
    expect(given_one(field, "\"a@b.cd\"").personal.box.data == NULL);
    expect_refused(field, "\"ann\"", "x must be an email");
    expect_refused(field, "{}", "x must be an email");
    expect_refused(field, "null", "x must be an email");
}

static void a_uuid_is_one_of_the_known_versions(void)
{
    struct field field = {.kind = KIND_UUID, .size = sizeof(struct uuid)};

    expect_int64(given_one(field, "\"ABCD0304-0506-7708-890a-0b0c0d0e0f10\"").uuid.bytes[0], 0xAB);
    expect_refused(field, "\"abcd0304-0506-0708-890a-0b0c0d0e0f10\"", "x must be a UUID");
    expect_refused(field, "\"\"", "x must be a UUID");
    expect_refused(field, "7", "x must be a UUID");
    expect_refused(field, "\"00000000-0000-0000-0000-000000000000\"", "x must be a UUID");
}

static void bytes_are_read_from_base64(void)
{
    struct field field = {.kind = KIND_BYTES, .size = sizeof(struct bytes), .min = 1, .max = 3};

    expect_text(text_of_bytes(given_one(field, "\"Zm8=\"").bytes), "fo");
    expect_refused(field, "\"Zm8\"", "x must be base64 encoded");
    expect_refused(field, "1", "x must be base64 encoded");
    expect_refused(field, "\"Zm9vYg==\"", "x must be shorter than or equal to 3 bytes");
    expect_refused(field, "\"\"", "x must be longer than or equal to 1 bytes");
}

static void a_timestamp_is_iso_8601(void)
{
    static const char words[] = "x must be a valid ISO 8601 date string";
    struct field field = {.kind = KIND_TIMESTAMP, .size = sizeof(struct timestamp)};

    expect_int64(given_one(field, "\"2026-03-22T16:47:29.206Z\"").timestamp.us, 1774198049206000);
    expect_int64(given_one(field, "\"2026\"").timestamp.us, 1767225600000000);
    expect_refused(field, "\"2026-13\"", words);
    expect_refused(field, "\"yesterday\"", words);
    expect_refused(field, "2026", words);
    expect_refused(field, "\"1970-01-01\"", words);
    field.flags = TO_ITS_END;
    expect_int64(given_one(field, "\"2026-01-01\"").timestamp.us, 1767311999999999);
}

static void a_whole_number_takes_numeric_text(void)
{
    struct field field = {.kind = KIND_INT64, .size = sizeof(int64_t), .min = -5, .max = 1000000};

    expect_int64(given_one(field, "12").whole, 12);
    expect_int64(given_one(field, "12.0").whole, 12);
    expect_int64(given_one(field, "\" 12 \"").whole, 12);
    expect_int64(given_one(field, "\"1.2e1\"").whole, 12);
    expect_int64(given_one(field, "\"-5\"").whole, -5);
    expect_int64(given_one(field, "\"\"").whole, 0);
}

static void a_whole_number_is_refused_in_the_order_of_the_contract(void)
{
    static const char all[] = "x must not be greater than 100; x must not be less than 1; "
                              "x must be an integer number";
    struct field field = {.kind = KIND_INT64, .size = sizeof(int64_t), .min = 1, .max = 100};

    expect_refused(field, "\"abc\"", all);
    expect_refused(field, "\"0x10\"", all);
    expect_refused(field, "\"inf\"", all);
    expect_refused(field, "\"1e999\"", all);
    expect_refused(field, "true", all);
    expect_refused(field, "[]", all);
    expect_refused(field, "101", "x must not be greater than 100");
    expect_refused(field, "0", "x must not be less than 1");
    expect_refused(field, "1.5", "x must be an integer number");
    expect_refused(field, "0.5", "x must not be less than 1; x must be an integer number");
}

static void the_least_whole_number_is_refused(void)
{
    struct field field = {.kind = KIND_INT64, .size = sizeof(int64_t), .min = INT64_MIN};

    expect_refused(field, "-9223372036854775808", "x must be an integer number");
    expect_refused(field, "1e30", "x must be an integer number");
    expect_int64(given_one(field, "-9223372036854775807").whole, INT64_MIN + 1);
}

static void a_clamped_number_is_cut_and_moved_to_its_bounds(void)
{
    struct field field = {
        .kind = KIND_INT64,
        .size = sizeof(int64_t),
        .flags = CLAMP | HAS_FALLBACK,
        .min = 1,
        .max = 100,
        .fallback = 50,
    };

    expect_int64(given_one(field, "0").whole, 1);
    expect_int64(given_one(field, "\"5000\"").whole, 100);
    expect_int64(given_one(field, "\"\"").whole, 1);
    expect_int64(given_one(field, "\"12.7\"").whole, 12);
    expect_int64(given_one(field, "1e300").whole, 100);
    expect_int64(given_one(field, "-1e300").whole, 1);
    expect_int64(given_one(field, "null").whole, 50);
    expect_refused(
        field, "\"many\"",
        "x must not be greater than 100; x must not be less than 1; x must be an integer number");
}

static void a_real_number_has_bounds_too(void)
{
    struct field field = {.kind = KIND_DOUBLE, .size = sizeof(double), .min = 0, .max = 100};

    expect(given_one(field, "99.5").real == 99.5);
    expect(given_one(field, "\"0.25\"").real == 0.25);
    expect(given_one(field, "7").real == 7.0);
    expect_refused(field, "100.1", "x must not be greater than 100");
    expect_refused(field, "-0.1", "x must not be less than 0");
    expect_refused(
        field, "\"warm\"",
        "x must not be greater than 100; x must not be less than 0; "
        "x must be a number conforming to the specified constraints");
    field.flags = CLAMP;
    expect(given_one(field, "100.1").real == 100.0);
    expect(given_one(field, "-3").real == 0.0);
    expect(given_one(field, "3.5").real == 3.5);
}

static void false_is_false(void)
{
    struct field field = {.kind = KIND_BOOL, .size = sizeof(struct opt_bool), .flags = REQUIRED};

    expect_int64(given_one(field, "true").flag.is, 1);
    expect_int64(given_one(field, "\"true\"").flag.is, 1);
    expect_int64(given_one(field, "1").flag.is, 1);
    expect_int64(given_one(field, "\"1\"").flag.is, 1);
    expect_int64(given_one(field, "false").flag.is, 2);
    expect_int64(given_one(field, "\"false\"").flag.is, 2);
    expect_int64(given_one(field, "0").flag.is, 2);
    expect_int64(given_one(field, "\"0\"").flag.is, 2);
    expect_refused(field, "\"yes\"", "x must be a boolean value");
    expect_refused(field, "\"\"", "x must be a boolean value");
    expect_refused(field, "2", "x must be a boolean value");
    expect_refused(field, "{}", "x must be a boolean value");
    expect_refused(field, "null", "x must be a boolean value");
}

static void a_choice_is_one_of_its_names(void)
{
    struct field field = {
        .kind = KIND_ENUM, .size = sizeof(struct enum_value), .names = color_names};

    expect_int64(given_one(field, "\"blue\"").choice.is, 3);
    expect_refused(field, "\"Blue\"", "x must be one of the following values: red, green, blue");
    expect_refused(field, "3", "x must be one of the following values: red, green, blue");
    field.flags = TRIM | LOWER;
    expect_int64(given_one(field, "\" Blue \"").choice.is, 3);
}

static void json_is_kept_as_compact_text(void)
{
    struct field field = {.kind = KIND_JSON, .size = sizeof(struct json), .max = 20};

    expect_text(given_one(field, "{ \"a\" : [ 1 ] }").json.text, "{\"a\":[1]}");
    expect_refused(field, "[1]", "x must be an object");
    expect_refused(field, "\"text\"", "x must be an object");
    expect_refused(field, "5", "x must be an object");
    expect_refused(
        field, "{\"a\":\"0123456789012345\"}", "x must be shorter than or equal to 20 bytes");
    field.flags = JSON_ANY;
    expect_text(given_one(field, "[ 1 ]").json.text, "[1]");
    expect_text(given_one(field, "\"t\"").json.text, "\"t\"");
}

static void lists_are_read_item_by_item(void)
{
    struct field field = {
        .kind = KIND_LIST, .item = KIND_TEXT, .size = sizeof(struct list), .flags = TRIM};
    struct list list = given_one(field, "[\" a\", 5]").list;

    expect_int64(list.count, 2);
    expect_text(((const struct text *)list.items)[0], "a");
    expect_text(((const struct text *)list.items)[1], "5");
    expect(given_one(field, "[]").list.items != NULL);
    expect_refused(field, "\"a\"", "x must be an array");
    expect_refused(field, "{}", "x must be an array");
    expect_refused(field, "[\"a\",null]", "each value in x must be a string");
    expect_refused(field, "[{},[]]", "each value in x must be a string");
    field.item = KIND_UUID;
    expect_refused(field, "[\"nope\"]", "each value in x must be a UUID");
    field.item = KIND_INT64;
    expect_refused(field, "[1.5]", "each value in x must be an integer number");
    expect_int64(((const int64_t *)given_one(field, "[-7]").list.items)[0], -7);
    field.item = KIND_ENUM;
    field.names = color_names;
    expect_refused(
        field, "[\"pink\"]",
        "each value in x must be one of the following values: red, green, blue");
}

static void lists_have_bounds_and_no_repeats(void)
{
    struct field field = {
        .kind = KIND_LIST,
        .item = KIND_TEXT,
        .size = sizeof(struct list),
        .flags = UNIQUE | REQUIRED,
        .min = 1,
        .max = 3,
    };

    expect_int64(given_one(field, "[\"a\",\"b\",\"ab\"]").list.count, 3);
    expect_refused(field, "[]", "x must contain at least 1 elements");
    expect_refused(field, "[1,2,3,4]", "x must contain no more than 3 elements");
    expect_refused(field, "[\"a\",\"b\",\"a\"]", "All x's elements must be unique");
    expect_refused(field, "null", "x must contain at least 1 elements; x must be an array");
    field.item = KIND_INT64;
    expect_refused(field, "[1,2,1]", "All x's elements must be unique");
    expect_int64(given_one(field, "[1,2,3]").list.count, 3);
    field.item = KIND_ENUM;
    field.names = color_names;
    expect_refused(field, "[\"red\",\"red\"]", "All x's elements must be unique");
    field.item = KIND_UUID;
    expect_refused(
        field,
        "[\"abcd0304-0506-7708-890a-0b0c0d0e0f10\",\"ABCD0304-0506-7708-890A-0B0C0D0E0F10\"]",
        "All x's elements must be unique");
}

static void fallbacks_fit_their_kind(void)
{
    struct field field = {
        .kind = KIND_TEXT,
        .size = sizeof(struct text),
        .flags = HAS_FALLBACK,
        .fallback = 2,
        .fallback_text = "{}",
        .names = color_names,
    };

    expect_text(given_one(field, "null").text, "{}");
    field.kind = KIND_JSON;
    expect_text(given_one(field, "null").json.text, "{}");
    field.kind = KIND_BOOL;
    field.size = sizeof(struct opt_bool);
    expect_int64(given_one(field, "null").flag.is, 2);
    field.kind = KIND_ENUM;
    expect_int64(given_one(field, "null").choice.is, 2);
    field.kind = KIND_DOUBLE;
    expect(given_one(field, "null").real == 2.0);
    field.kind = KIND_LIST;
    field.size = sizeof(struct list);
    expect(given_one(field, "null").list.items != NULL);
}

static const struct test tests[] = {
    TEST(text_takes_numbers_and_booleans),
    TEST(text_is_trimmed_and_lowered_before_it_is_checked),
    TEST(a_name_has_no_control_characters),
    TEST(a_host_name_beyond_ascii_is_the_one_that_dns_has),
    TEST(text_is_counted_in_characters),
    TEST(a_rule_of_its_own_has_its_own_words),
    TEST(a_person_is_read_as_text),
    TEST(a_uuid_is_one_of_the_known_versions),
    TEST(bytes_are_read_from_base64),
    TEST(a_timestamp_is_iso_8601),
    TEST(a_whole_number_takes_numeric_text),
    TEST(a_whole_number_is_refused_in_the_order_of_the_contract),
    TEST(the_least_whole_number_is_refused),
    TEST(a_clamped_number_is_cut_and_moved_to_its_bounds),
    TEST(a_real_number_has_bounds_too),
    TEST(false_is_false),
    TEST(a_choice_is_one_of_its_names),
    TEST(json_is_kept_as_compact_text),
    TEST(lists_are_read_item_by_item),
    TEST(lists_have_bounds_and_no_repeats),
    TEST(fallbacks_fit_their_kind),
};

const struct suite test_shape_read_scalar_suite =
    SUITE_WITH("core/shape/shape_read_scalar", tests, .set_up = set_up, .tear_down = tear_down);
