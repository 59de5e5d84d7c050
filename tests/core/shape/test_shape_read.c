/*
 * Bodies: which are read at all, which members are known, and how violations are told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

#include <stdio.h>
#include <string.h>

struct rename {
    struct uuid node_id;
    struct uuid author_id;
    struct text name;
    struct text note;
    int64_t limit;
    struct enum_value color;
    int64_t given;
    const struct part *part;
    struct list parts;
};

static const struct field rename_fields[] = {
    {UUID(rename, node_id), .tag = 1, .flags = REQUIRED | FROM_PATH, .doc = "Node."},
    {UUID(rename, author_id), .tag = 2, .flags = SERVER_SET, .doc = "Author."},
    {TEXT(rename, name), .tag = 3, .flags = REQUIRED | TRIM, .min = 2, .max = 8, .doc = "Name."},
    {TEXT(rename, note), .tag = 4, .flags = MAY_BE_NULL, .max = 8, .doc = "Note."},
    {INT64(rename, limit), .tag = 5, .flags = HAS_FALLBACK, .min = 1, .max = 100, .fallback = 50,
     .doc = "Limit."},
    {ENUM(rename, color, color_names), .tag = 6, .doc = "Color."},
    {INT64(rename, given), .tag = 7, .flags = SERVER_SET, .doc = "What was given."},
    {OBJECT(rename, part, part), .tag = 8, .doc = "A part."},
    {OBJECTS(rename, parts, part), .tag = 9, .max = 3, .doc = "Parts."},
};
static const struct shape rename_shape = SHAPE_WITH(rename, "Rename.", .given_tag = 7);

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_release(&arena);
}

static struct rename given_read(const char *body)
{
    struct rename value;
    struct error error = {0};

    shape_clear(&rename_shape, &value);
    expect_ok(shape_json_read(&rename_shape, text_from(body), arena, &value, &error), &error);
    return value;
}

static void expect_violations(const char *body, const char *joined)
{
    struct rename value = {.limit = 77};
    struct error error = {0};

    expect_status(
        shape_json_read(&rename_shape, text_from(body), arena, &value, &error), STATUS_INVALID,
        &error);
    expect_text(text_from(error.code), "validation_failed");
    expect_text(text_from(error.text), joined);
    expect_int64(value.limit, 77);
}

static void expect_malformed(struct text body)
{
    struct rename value = {.limit = 77};
    struct error error = {0};

    expect_status(
        shape_json_read(&rename_shape, body, arena, &value, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "malformed_json");
    expect(error.violations == NULL);
    expect_int64(value.limit, 77);
}

static void a_good_body_is_read(void)
{
    struct rename value = given_read(
        "{\"name\": \"  web  \", \"note\": \"n\", \"limit\": 7, \"color\": \"blue\","
        " \"part\": {\"label\": \"a\", \"weight\": 3}, \"parts\": [{\"label\": \"b\"}]}");

    expect_text(value.name, "web");
    expect_text(value.note, "n");
    expect_int64(value.limit, 7);
    expect_int64(value.color.is, 3);
    expect_text(value.part->label, "a");
    expect_int64(value.part->weight, 3);
    expect_int64(value.parts.count, 1);
    expect_text(((const struct part *)value.parts.items)->label, "b");
    expect_int64(((const struct part *)value.parts.items)->weight, INT64_ABSENT);
}

static void what_the_body_may_not_fill_is_left_alone(void)
{
    struct rename value = {.node_id = {{1}}, .author_id = {{2}}, .note = text_lit("old")};
    struct error error = {0};

    expect_ok(
        shape_json_read(&rename_shape, text_lit("{\"name\":\"web\"}"), arena, &value, &error),
        &error);
    expect_int64(value.node_id.bytes[0], 1);
    expect_int64(value.author_id.bytes[0], 2);
    expect(value.note.data == NULL);
}

static void missing_members_get_their_fallback(void)
{
    expect_int64(given_read("{\"name\":\"web\"}").limit, 50);
    expect_int64(given_read("{\"name\":\"web\",\"limit\":null}").limit, 50);
}

static void the_mask_tells_what_was_given(void)
{
    expect_int64(given_read("{\"name\":\"web\"}").given, 1 << 2);
    expect_int64(given_read("{\"name\":\"web\",\"note\":\"x\"}").given, 1 << 2 | 1 << 3);
    expect_int64(given_read("{\"name\":\"web\",\"limit\":null}").given, 1 << 2);
}

static void null_clears_where_it_may(void)
{
    struct rename value = given_read("{\"name\":\"web\",\"note\":null}");

    expect(value.note.data == NULL);
    expect_int64(value.given, 1 << 2 | 1 << 3);
}

static void an_empty_body_or_an_array_has_no_members(void)
{
    static const char missing[] =
        "name must be longer than or equal to 2 characters; name must be a string";

    expect_violations("", missing);
    expect_violations(" \r\n", missing);
    expect_violations("[]", missing);
    expect_violations("[{\"name\":\"web\"}]", missing);
    expect_violations("{}", missing);
    expect_violations("{\"name\":null}", missing);
}

static void an_absent_body_has_no_members(void)
{
    struct part part;
    struct field rows[] = {part_fields[1]};
    struct shape shape = {.name = "x", .fields = rows, .count = 1, .size = sizeof(part)};
    struct error error = {0};

    shape_clear(&part_shape, &part);
    expect_ok(shape_json_read(&shape, (struct text){NULL, 0}, arena, &part, &error), &error);
}

static void what_is_no_json_object_is_malformed(void)
{
    static const char *const bodies[] = {
        "{",     "{\"a\":}", "[1,",     "\"open",         "{\"a\":1}}", "nul",  "null",
        "\"x\"", "5",        "{'a':1}", "{\"name\":NaN}", "true",       "{}{}",
    };

    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        expect_malformed(text_from(bodies[i]));
    expect_malformed(text_lit("{\"name\":\"\\u0000\"}"));
    expect_malformed(text_lit("{\"name\":\"\\ud800\"}"));
    expect_malformed(text_lit("{\"name\":\"\xff\xff\"}"));
    expect_malformed(text_lit("{\"name\":\"\xed\xa0\x80\"}"));
    expect_malformed(text_lit("{\"name\":\"a\nb\"}"));
    expect_malformed((struct text){"{}\0", 3});
}

static struct text given_nested(size_t depth)
{
    char *body = arena_take(arena, 2 * depth + 16);
    size_t size = 5;

    memcpy(body, "{\"x\":", size);
    memset(body + size, '[', depth);
    memset(body + size + depth, ']', depth);
    body[size + 2 * depth] = '}';
    return (struct text){body, size + 2 * depth + 1};
}

static void nesting_beyond_64_is_malformed(void)
{
    struct rename value = {0};
    struct error error = {0};

    expect_malformed(given_nested(64));
    expect_malformed(given_nested(100000));
    expect_status(
        shape_json_read(&rename_shape, given_nested(63), arena, &value, &error), STATUS_INVALID,
        &error);
    expect_text(text_from(error.code), "validation_failed");
}

static void brackets_in_texts_do_not_nest(void)
{
    char body[200] = "{\"name\":\"\\\"";

    memset(body + 11, '[', 100);
    memcpy(body + 111, "\"}", 3);
    expect_violations(body, "name must be shorter than or equal to 8 characters");
}

static void unknown_members_come_first(void)
{
    expect_violations(
        "{\"zeta\":1,\"name\":\"x\",\"alpha\":2}",
        "property zeta should not exist; property alpha should not exist; "
        "name must be longer than or equal to 2 characters");
}

static void members_that_others_fill_are_unknown(void)
{
    expect_violations("{\"name\":\"web\",\"nodeId\":\"x\"}", "property nodeId should not exist");
    expect_violations(
        "{\"name\":\"web\",\"authorId\":\"x\"}", "property authorId should not exist");
    expect_violations("{\"name\":\"web\",\"given\":3}", "property given should not exist");
    expect_violations("{\"name\":\"web\",\"\":3}", "property  should not exist");
    expect_violations("{\"name\":\"web\",\"node_id\":3}", "property node_id should not exist");
}

static void violations_follow_the_table(void)
{
    expect_violations(
        "{\"color\":\"pink\",\"limit\":\"abc\",\"note\":\"123456789\"}",
        "name must be longer than or equal to 2 characters; name must be a string; "
        "note must be shorter than or equal to 8 characters; "
        "limit must not be greater than 100; limit must not be less than 1; "
        "limit must be an integer number; "
        "color must be one of the following values: red, green, blue");
}

static void inner_members_are_named_with_their_path(void)
{
    expect_violations(
        "{\"name\":\"web\",\"part\":{\"label\":\"\",\"size\":1}}",
        "part.property size should not exist; "
        "part.label must be longer than or equal to 1 characters");
    expect_violations("{\"name\":\"web\",\"part\":5}", "part must be an object");
    expect_violations("{\"name\":\"web\",\"part\":[]}", "part must be an object");
    expect_violations(
        "{\"name\":\"web\",\"parts\":[{\"label\":\"a\"},{\"label\":\"b\",\"weight\":101}]}",
        "parts.1.weight must not be greater than 100");
    expect_violations(
        "{\"name\":\"web\",\"parts\":[{\"label\":\"a\"},7]}",
        "each value in parts must be an object");
}

static void the_first_offending_field_is_named(void)
{
    struct rename value = {0};
    struct error error = {0};

    expect_status(
        shape_json_read(
            &rename_shape, text_lit("{\"name\":\"web\",\"part\":{\"label\":\"\"},\"parts\":1}"),
            arena, &value, &error),
        STATUS_INVALID, &error);
    expect_text(text_from(error.field), "part.label");
    expect_int64(error.violations->count, 2);
    expect_text(error.violations->items[1], "parts must be an array");
}

static void many_violations_are_cut_off(void)
{
    char body[4000] = "{";
    size_t size = 1;
    struct rename value = {0};
    struct error error = {0};

    for (int i = 0; i < 200; i++)
        size += (size_t)snprintf(body + size, sizeof(body) - size, "\"unknown%d\":1,", i);
    memcpy(body + size - 1, "}", 2);
    expect_status(
        shape_json_read(&rename_shape, text_from(body), arena, &value, &error), STATUS_INVALID,
        &error);
    expect_int64(error.violations->count, 64);
    expect_int64(strlen(error.text), ERROR_TEXT_SIZE - 1);
}

static void an_unknown_name_that_may_be_a_value_is_not_said_back(void)
{
    char body[1000] = "{\"";
    struct rename value = {0};
    struct error error = {0};

    memset(body + 2, 'n', 800);
    memcpy(body + 802, "\":1}", 5);
    expect_status(
        shape_json_read(&rename_shape, text_from(body), arena, &value, &error), STATUS_INVALID,
        &error);
    expect_text(error.violations->items[0], "property (not shown) should not exist");
    expect_violations(
        "{\"me@home.example secret\":1,\"name\":\"Acme\"}",
        "property (not shown) should not exist");
}

static void the_last_of_repeated_members_counts(void)
{
    expect_text(given_read("{\"name\":\"one\",\"name\":\"two\"}").name, "two");
}

static void a_body_beyond_the_arena_is_too_large(void)
{
    AUTO_ARENA small = arena_new(16384);
    AUTO_BUF body = {0};
    struct rename value = {.limit = 77};
    struct error error = {0};
    struct field rows[COUNT_OF(rename_fields)];
    struct shape shape = rename_shape;

    memcpy(rows, rename_fields, sizeof(rows));
    rows[8].max = 0;
    shape.fields = rows;
    buf_init(&body, 1 << 16);
    buf_add_c(&body, "{\"name\":\"web\",\"parts\":[{}");
    for (int i = 0; i < 2000; i++)
        buf_add_c(&body, ",{}");
    buf_add_c(&body, "]}");
    expect_status(
        shape_json_read(&shape, buf_text(&body), small, &value, &error), STATUS_TOO_LARGE, &error);
    expect_int64(value.limit, 77);
}

static void documents_are_made_compact(void)
{
    static const struct {
        const char *document;
        const char *compact;
    } cases[] = {
        {" { \"b\" : [ 1 , 2.50 , null ] , \"a\" : { } } ", "{\"b\":[1,2.5,null],\"a\":{}}"},
        {"\"x\\u00e9\\n\"", "\"xé\\n\""},
        {"  17 ", "17"},
        {"[true,false]", "[true,false]"},
        {"1.0", "1"},
        {"1e2", "100"},
        {"0.1", "0.1"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct text out = {NULL, 0};
        struct error error = {0};
        expect_ok(json_compact(text_from(cases[i].document), arena, &out, &error), &error);
        expect_text(out, cases[i].compact);
    }
}

/* Is a document of so many equal parts between two signs taken? */
static bool takes(char open, const char *part, size_t count, char close)
{
    AUTO_ARENA room = arena_new(64 << 20);
    AUTO_BUF document = {0};
    struct text out;
    struct error error;

    buf_init(&document, 16 << 20);
    buf_add_char(&document, open);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(&document, ',');
        if (open == '{')
            buf_printf(&document, "\"%zu\":", i);
        buf_add_c(&document, part);
    }
    buf_add_char(&document, close);
    return json_compact(buf_text(&document), room, &out, &error) == STATUS_OK;
}

static void an_object_has_ten_thousand_members_at_most(void)
{
    expect(takes('{', "1", 10000, '}'));
    expect(!takes('{', "1", 10001, '}'));
}

static void a_document_has_fifty_thousand_values_at_most(void)
{
    expect(takes('[', "1", 50000, ']'));
    expect(!takes('[', "1", 50001, ']'));
    expect(takes('[', "[]", 25000, ']'));
    expect(!takes('[', "[]", 25001, ']'));
    expect(!takes('[', "{\"a\":1,\"b\":2,\"c\":[3,4,5]}", 10000, ']'));
}

static void signs_inside_texts_are_no_values(void)
{
    expect(takes('[', "\",,,,[[[{{{\\\",,,\"", 40000, ']'));
}

static void no_document_is_malformed(void)
{
    struct text out = text_lit("before");
    struct error error = {0};

    expect_status(
        json_compact((struct text){NULL, 0}, arena, &out, &error), STATUS_INVALID, &error);
    expect_status(json_compact(text_lit("{]"), arena, &out, &error), STATUS_INVALID, &error);
    expect_status(json_compact(text_lit("1e999"), arena, &out, &error), STATUS_INVALID, &error);
    expect_text(out, "before");
}

static const struct test tests[] = {
    TEST(a_good_body_is_read),
    TEST(what_the_body_may_not_fill_is_left_alone),
    TEST(missing_members_get_their_fallback),
    TEST(the_mask_tells_what_was_given),
    TEST(null_clears_where_it_may),
    TEST(an_empty_body_or_an_array_has_no_members),
    TEST(an_absent_body_has_no_members),
    TEST(what_is_no_json_object_is_malformed),
    TEST(nesting_beyond_64_is_malformed),
    TEST(brackets_in_texts_do_not_nest),
    TEST(unknown_members_come_first),
    TEST(members_that_others_fill_are_unknown),
    TEST(violations_follow_the_table),
    TEST(inner_members_are_named_with_their_path),
    TEST(the_first_offending_field_is_named),
    TEST(many_violations_are_cut_off),
    TEST(an_unknown_name_that_may_be_a_value_is_not_said_back),
    TEST(the_last_of_repeated_members_counts),
    TEST(a_body_beyond_the_arena_is_too_large),
    TEST(documents_are_made_compact),
    TEST(an_object_has_ten_thousand_members_at_most),
    TEST(a_document_has_fifty_thousand_values_at_most),
    TEST(signs_inside_texts_are_no_values),
    TEST(no_document_is_malformed),
};

const struct suite test_shape_read_suite =
    SUITE_WITH("core/shape/shape_read", tests, .set_up = set_up, .tear_down = tear_down);
