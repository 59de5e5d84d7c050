/*
 * What shapes say of themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/shape_describe.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

struct order {
    struct uuid id;
    struct text name;
    struct text password;
    int64_t limit;
    struct enum_value color;
    struct json extra;
    struct list parts;
    struct opt_bool is_live;
};

static const struct field order_fields[] = {
    {UUID(order, id), .tag = 1, .flags = REQUIRED | FROM_PATH, .doc = "Its id."},
    {TEXT(order, name), .tag = 2, .flags = REQUIRED, .min = 2, .max = 9, .doc = "A | name."},
    {TEXT(order, password), .tag = 3, .flags = REQUIRED | SECRET, .min = 8, .doc = "Secret."},
    {INT64(order, limit), .tag = 4, .flags = HAS_FALLBACK, .min = 1, .max = 10, .fallback = 5,
     .doc = "Limit."},
    {ENUM(order, color, color_names), .tag = 5, .flags = MAY_BE_NULL, .doc = "Color."},
    {JSON(order, extra), .tag = 6, .flags = JSON_ANY | OMIT_ABSENT, .doc = "Extra."},
    {OBJECTS(order, parts, part), .tag = 7, .flags = REQUIRED, .min = 1, .doc = "Parts."},
    {BOOL(order, is_live), .tag = 8, .flags = SERVER_SET, .doc = "Live."},
};
static const struct shape order_shape = SHAPE(order, "An order.");

static void expect_schema(enum schema_side side, const char *wanted)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_schema_write(&order_shape, side, &buf);
    expect_text(buf_text(&buf), wanted);
}

static void an_input_schema_tells_what_may_be_sent(void)
{
    expect_schema(
        SCHEMA_INPUT,
        "{\"type\":\"object\",\"properties\":{"
        "\"name\":{\"type\":\"string\",\"minLength\":2,\"maxLength\":9,"
        "\"description\":\"A | name.\"},"
        "\"password\":{\"type\":\"string\",\"minLength\":8,\"format\":\"password\","
        "\"description\":\"Secret.\"},"
        "\"limit\":{\"type\":[\"integer\",\"null\"],\"minimum\":1,\"maximum\":10,"
        "\"description\":\"Limit. Usually 5.\"},"
        "\"color\":{\"type\":[\"string\",\"null\"],\"enum\":[\"red\",\"green\",\"blue\",null],"
        "\"description\":\"Color.\"},"
        "\"extra\":{\"description\":\"Extra.\"},"
        "\"parts\":{\"type\":\"array\",\"minItems\":1,"
        "\"items\":{\"$ref\":\"#/components/schemas/Part\"},\"description\":\"Parts.\"}},"
        "\"required\":[\"name\",\"password\",\"parts\"],\"additionalProperties\":false,"
        "\"description\":\"An order.\"}");
}

static void an_answer_schema_tells_what_comes_back(void)
{
    expect_schema(
        SCHEMA_ANSWER,
        "{\"type\":\"object\",\"properties\":{"
        "\"id\":{\"type\":\"string\",\"format\":\"uuid\",\"description\":\"Its id.\"},"
        "\"name\":{\"type\":\"string\",\"description\":\"A | name.\"},"
        "\"limit\":{\"type\":[\"integer\",\"null\"],\"description\":\"Limit.\"},"
        "\"color\":{\"type\":[\"string\",\"null\"],\"enum\":[\"red\",\"green\",\"blue\",null],"
        "\"description\":\"Color.\"},"
        "\"extra\":{\"description\":\"Extra.\"},"
        "\"parts\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Part\"},"
        "\"description\":\"Parts.\"},"
        "\"isLive\":{\"type\":[\"boolean\",\"null\"],\"description\":\"Live.\"}},"
        "\"required\":[\"id\",\"name\",\"limit\",\"color\",\"parts\",\"isLive\"],"
        "\"description\":\"An order.\"}");
}

static void every_kind_has_a_schema_that_is_json(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    AUTO_BUF buf = {0};
    struct text compact = {NULL, 0};
    struct error error = {0};

    buf_init(&buf, 1 << 16);
    shape_schema_write(&everything_shape, SCHEMA_INPUT, &buf);
    expect_ok(json_compact(buf_text(&buf), arena, &compact, &error), &error);
    expect(text_equal(compact, buf_text(&buf)));
    expect(text_contains(compact, text_lit("\"format\":\"date-time\"")));
    expect(text_contains(compact, text_lit("\"contentEncoding\":\"base64\"")));
    expect(text_contains(compact, text_lit("\"count\":{\"type\":[\"integer\",\"null\"],\"desc")));
}

static void a_table_describes_the_fields(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_describe(&order_shape, &buf);
    expect_text(
        buf_text(&buf), "| Name | Kind | Bounds | Meaning |\n"
                        "|---|---|---|---|\n"
                        "| `id` | uuid | required, from the path | Its id. |\n"
                        "| `name` | text | required, at least 2, at most 9 | A \\| name. |\n"
                        "| `password` | text | required, at least 8, secret | Secret. |\n"
                        "| `limit` | int64 | at least 1, at most 10 | Limit. |\n"
                        "| `color` | enum | null clears, `red` `green` `blue` | Color. |\n"
                        "| `extra` | json |  | Extra. |\n"
                        "| `parts` | list of object | required, at least 1 | Parts. |\n"
                        "| `parts.label` | text | required, at least 1, at most 20 | Its label. |\n"
                        "| `parts.weight` | int64 | at least 0, at most 100 | Its weight. |\n"
                        "| `isLive` | boolean | set by the server | Live. |\n");
}

static void a_table_of_the_stored_form_begins_with_tags(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_describe_stored(&order_shape, &buf);
    expect(text_starts_with(
        buf_text(&buf), text_lit("| Tag | Name | Kind | Bounds | Meaning |\n"
                                 "|---|---|---|---|---|\n"
                                 "| 1 | `id` | uuid | required, from the path | Its id. |\n")));
    expect(text_contains(buf_text(&buf), text_lit("| 8 | `isLive` |")));
}

static void the_golden_lines_name_all_that_is_stored(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_golden(&order_shape, "order 1", &buf);
    expect_text(
        buf_text(&buf), "order 1 1 uuid id\n"
                        "order 1 2 text name\n"
                        "order 1 3 text password\n"
                        "order 1 4 int64 limit\n"
                        "order 1 5 enum color\n"
                        "order 1 5 is red\n"
                        "order 1 5 is green\n"
                        "order 1 5 is blue\n"
                        "order 1 6 json extra\n"
                        "order 1 7 list:object parts\n"
                        "order 1/7 1 text label\n"
                        "order 1/7 2 int64 weight\n"
                        "order 1 8 boolean is_live\n");
}

static void expect_field_schema(struct field field, const char *wanted)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    field_schema_write(&field, SCHEMA_PARAMETER, &buf);
    expect_text(buf_text(&buf), wanted);
}

static void fallbacks_are_defaults(void)
{
    struct field field = {
        .kind = KIND_BOOL,
        .flags = REQUIRED | HAS_FALLBACK,
        .fallback = 2,
        .fallback_text = "{}",
        .names = color_names,
    };

    expect_field_schema(field, "{\"type\":\"boolean\",\"default\":false}");
    field.kind = KIND_TEXT;
    expect_field_schema(field, "{\"type\":\"string\",\"default\":\"{}\"}");
    field.kind = KIND_JSON;
    expect_field_schema(
        field, "{\"type\":\"object\",\"additionalProperties\":true,\"default\":{}}");
    field.kind = KIND_ENUM;
    expect_field_schema(
        field, "{\"type\":\"string\",\"enum\":[\"red\",\"green\",\"blue\"],\"default\":\"green\"}");
    field.kind = KIND_LIST;
    field.item = KIND_TEXT;
    field.flags |= UNIQUE | EMAIL;
    expect_field_schema(
        field, "{\"type\":\"array\",\"uniqueItems\":true,\"items\":{\"type\":\"string\","
               "\"format\":\"email\"},\"default\":[]}");
}

static void expect_name(const char *shape_name, const char *wanted)
{
    struct shape shape = {.name = shape_name};
    char name[COMPONENT_NAME_SIZE];

    shape_component_name(&shape, name);
    expect_text(text_from(name), wanted);
}

static void components_have_names_for_programs(void)
{
    expect_name("create_task", "CreateTask");
    expect_name("audit_log_row", "AuditLog");
    expect_name("deleted_view", "Deleted");
    expect_name("sign_in_body", "SignIn");
}

static void an_example_fits_its_schema_and_shows_no_secret(void)
{
    AUTO_BUF buf = {0};

    buf_init(&buf, 1 << 16);
    shape_example_write(&order_shape, SCHEMA_INPUT, &buf);
    expect_text(
        buf_text(&buf),
        "{\"name\":\"web-1\",\"password\":\"correct horse battery staple\",\"limit\":5,"
        "\"color\":\"red\",\"extra\":{},\"parts\":[{\"label\":\"web-1\",\"weight\":1}]}");
    buf_clear(&buf);
    shape_example_write(&order_shape, SCHEMA_ANSWER, &buf);
    expect(!text_contains(buf_text(&buf), text_lit("password")));
}

static const struct test tests[] = {
    TEST(an_input_schema_tells_what_may_be_sent),
    TEST(an_answer_schema_tells_what_comes_back),
    TEST(every_kind_has_a_schema_that_is_json),
    TEST(fallbacks_are_defaults),
    TEST(components_have_names_for_programs),
    TEST(an_example_fits_its_schema_and_shows_no_secret),
    TEST(a_table_describes_the_fields),
    TEST(a_table_of_the_stored_form_begins_with_tags),
    TEST(the_golden_lines_name_all_that_is_stored),
};

const struct suite test_shape_describe_suite = SUITE("core/shape/shape_describe", tests);
