/*
 * Reports that are taken although they are not as they should be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/alteration.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"
#include "tests/support/sample_shapes.h"

#include <stdio.h>
#include <string.h>

struct told {
    struct uuid id;
    struct enum_value state;
    struct text note;
    struct text log;
    int64_t level;
    int64_t size;
    double share;
    struct timestamp at;
    struct opt_bool is_live;
    struct json extra;
    const struct part *part;
    struct list parts;
    struct list labels;
    struct list altered;
};
static const struct field told_fields[] = {
    {UUID(told, id), .tag = 1, .flags = EXACT, .doc = "Who."},
    {ENUM(told, state, color_names), .tag = 2, .flags = REQUIRED | EXACT, .doc = "State."},
    {TEXT(told, note), .tag = 3, .flags = TRIM, .min = 2, .max = 4, .doc = "Note."},
    {TEXT(told, log), .tag = 4, .flags = IN_UTF16, .max = 4, .doc = "Log."},
    {INT64(told, level), .tag = 5, .max = 10, .doc = "Level."},
    {INT64(told, size), .tag = 6, .min = INT64_MIN, .doc = "Size."},
    {DOUBLE(told, share), .tag = 7, .flags = EXACT, .max = 100, .doc = "Share."},
    {TIMESTAMP(told, at), .tag = 8, .doc = "When."},
    {BOOL(told, is_live), .tag = 9, .doc = "Whether."},
    {JSON(told, extra), .tag = 10, .max = 20, .doc = "What else."},
    {OBJECT(told, part, part), .tag = 11, .doc = "A part."},
    {OBJECTS(told, parts, part), .tag = 12, .max = 3, .doc = "Parts."},
    {LIST_OF(told, labels, KIND_TEXT), .tag = 13, .max = 2, .doc = "Labels."},
    {OBJECTS(told, altered, alteration), .tag = 14, .flags = SERVER_SET,
     .doc = "What was altered."},
};
static const struct shape told_shape =
    SHAPE_WITH(told, "A report.", .is_lenient = true, .altered_tag = 14);

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(8 << 20);
}

static void tear_down(void)
{
    arena_release(&arena);
}

static struct told given_bytes(struct text body)
{
    struct told told;
    struct error error = {0};

    shape_clear(&told_shape, &told);
    expect_ok(shape_json_read(&told_shape, body, arena, &told, &error), &error);
    return told;
}

static struct told given_members(const char *members)
{
    return given_bytes(text_format(arena, "{\"state\":\"red\",%s}", members));
}

/* "note cut, lines.3 dropped" */
static struct text altered_of(const struct told *told)
{
    const struct alteration *items = told->altered.items;
    struct text out = text_lit("");

    for (size_t i = 0; i < told->altered.count; i++)
        out = text_format(
            arena, "%.*s%s%.*s %s", TEXT_ARGS(out), i == 0 ? "" : ", ", TEXT_ARGS(items[i].field),
            enum_name(shape_field(&alteration_shape, text_lit("what"))->names, items[i].what));
    return out;
}

static void expect_altered(const char *members, const char *altered)
{
    struct told told = given_members(members);

    expect_text(altered_of(&told), altered);
}

static void expect_refused(const char *body, const char *code, const char *words)
{
    struct told told = {.level = 77};
    struct error error = {0};

    expect_status(
        shape_json_read(&told_shape, text_from(body), arena, &told, &error), STATUS_INVALID,
        &error);
    expect_text(text_from(error.code), code);
    expect_text(text_from(error.text), words);
    expect_int64(told.level, 77);
}

static void its_table_is_complete(void)
{
    char why[128] = "";

    expect(shape_is_complete(&told_shape, why));
    expect_text(text_from(why), "");
}

static void what_is_as_it_should_be_is_not_altered(void)
{
    struct told told = given_members(
        "\"note\":\" abc \",\"log\":\"abcd\",\"level\":10,\"size\":-5,\"share\":1.5,"
        "\"part\":{\"label\":\"a\",\"weight\":1},\"parts\":[{\"label\":\"a\"}],\"labels\":[\"\"]");

    expect_text(altered_of(&told), "");
    expect(told.altered.items == NULL);
    expect_text(told.note, "abc");
    expect_text(told.part->label, "a");
}

static void text_is_cut_by_characters(void)
{
    struct told told = given_members(
        "\"note\":\"\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80x\"");

    expect_text(told.note, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80");
    expect_text(altered_of(&told), "note cut");
    told = given_members("\"log\":\"\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80\"");
    expect_text(told.log, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80");
    expect_text(altered_of(&told), "log cut");
}

static void other_values_become_text(void)
{
    expect_text(given_members("\"log\":17").log, "17");
    expect_text(given_members("\"log\":true").log, "true");
    expect_text(given_members("\"log\":[ 1 ]").log, "[1]");
    expect_text(given_members("\"log\":{}").log, "{}");
}

static void numbers_become_the_nearest_that_are_allowed(void)
{
    expect_int64(given_members("\"level\":11").level, 10);
    expect_int64(given_members("\"level\":-1").level, 0);
    expect_int64(given_members("\"level\":2.9").level, 2);
    expect_int64(given_members("\"size\":1e999").size, INT64_MAX);
    expect_altered("\"level\":11", "level cut");
    expect_altered("\"size\":123456789012345678901234567890", "body replaced, size cut");
}

static void what_cannot_be_read_is_dropped(void)
{
    expect_altered("\"note\":\"a\"", "note dropped");
    expect_altered("\"level\":\"many\"", "level dropped");
    expect_altered("\"level\":{}", "level dropped");
    expect_altered("\"at\":\"yesterday\"", "at dropped");
    expect_altered("\"isLive\":\"perhaps\"", "isLive dropped");
    expect_altered("\"extra\":[]", "extra dropped");
    expect_altered("\"extra\":{\"long\":\"xxxxxxxxxxxxxxxxxx\"}", "extra dropped");
    expect_altered("\"part\":[]", "part dropped");
    expect_altered("\"labels\":{}", "labels dropped");
    expect_int64(given_members("\"level\":\"many\"").level, INT64_ABSENT);
    expect(given_members("\"labels\":7").labels.items == NULL);
}

static void null_is_absent(void)
{
    expect_altered(
        "\"note\":null,\"level\":null,\"at\":null,\"part\":null,\"parts\":null,\"extra\":null", "");
}

static void unknown_members_are_dropped(void)
{
    expect_altered("\"surplus\":1", "surplus dropped");
    expect_altered("\"altered\":[]", "altered dropped");
    expect_altered("\"part\":{\"label\":\"a\",\"color\":1}", "part.color dropped");
}

static void an_object_goes_with_what_it_must_have(void)
{
    expect_altered("\"part\":{\"weight\":1}", "part dropped");
    expect_altered("\"part\":{\"label\":\"\"}", "part dropped");
    expect_altered("\"part\":{\"label\":\"a\",\"weight\":101}", "part.weight cut");
}

static void of_a_list_the_good_items_stay(void)
{
    struct told told = given_members("\"parts\":[1,{\"label\":\"b\"},{},{\"label\":\"d\"}]");

    expect_int64(told.parts.count, 1);
    expect_text(((const struct part *)told.parts.items)->label, "b");
    expect_text(altered_of(&told), "parts cut, parts.0 dropped, parts.2 dropped");
    told = given_members("\"labels\":[null,\"b\",\"c\"]");
    expect_int64(told.labels.count, 1);
    expect_text(((const struct text *)told.labels.items)[0], "b");
    expect_text(altered_of(&told), "labels cut, labels.0 dropped");
    expect_int64(given_members("\"parts\":[1,2]").parts.count, 0);
}

static void what_is_exact_is_refused(void)
{
    expect_refused(
        "{\"state\":\"mauve\"}", "validation_failed",
        "state must be one of the following values: red, green, blue");
    expect_refused(
        "{}", "validation_failed", "state must be one of the following values: red, green, blue");
    expect_refused("{\"state\":\"red\",\"id\":\"x\"}", "validation_failed", "id must be a UUID");
    expect_refused(
        "{\"state\":\"red\",\"share\":100.1,\"note\":\"toolong\"}", "validation_failed",
        "share must not be greater than 100");
}

static void what_is_no_object_is_malformed(void)
{
    static const char *const bodies[] = {"", " ", "[]", "\"a\"", "null", "17", "{", "{]", "\x01"};

    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct told told;
        struct error error = {0};
        expect_status(
            shape_json_read(&told_shape, text_from(bodies[i]), arena, &told, &error),
            STATUS_INVALID, &error);
        expect_text(text_from(error.code), "malformed_json");
    }
}

static void what_is_read_instead_is_marked(void)
{
    struct told told;
    struct error error = {0};

    shape_clear(&told_shape, &told);
    expect_ok(
        shape_json_read_instead(
            &told_shape, text_lit("{\"state\":\"red\",\"note\":\"toolong\"}"), arena, &told,
            &error),
        &error);
    expect_text(altered_of(&told), "body dropped, note cut");
}

static void bytes_that_are_no_text_are_replaced(void)
{
    struct told told = given_members("\"log\":\"a\\u0000\\ud800\xff\"");

    expect_text(told.log, "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    expect_text(altered_of(&told), "body replaced");
}

static void only_the_first_alterations_are_listed(void)
{
    AUTO_BUF members = {0};
    struct told told;

    buf_init(&members, 4096);
    for (int i = 0; i < 40; i++)
        buf_printf(&members, "%s\"surplus%d\":1", i == 0 ? "" : ",", i);
    told = given_members(text_c(arena, buf_text(&members)));
    expect_int64(told.altered.count, 16);
}

static const struct test tests[] = {
    TEST(its_table_is_complete),
    TEST(what_is_as_it_should_be_is_not_altered),
    TEST(text_is_cut_by_characters),
    TEST(other_values_become_text),
    TEST(numbers_become_the_nearest_that_are_allowed),
    TEST(what_cannot_be_read_is_dropped),
    TEST(null_is_absent),
    TEST(unknown_members_are_dropped),
    TEST(an_object_goes_with_what_it_must_have),
    TEST(of_a_list_the_good_items_stay),
    TEST(what_is_exact_is_refused),
    TEST(what_is_no_object_is_malformed),
    TEST(what_is_read_instead_is_marked),
    TEST(bytes_that_are_no_text_are_replaced),
    TEST(only_the_first_alterations_are_listed),
};

const struct suite test_shape_lenient_suite =
    SUITE_WITH("core/shape/shape_lenient", tests, .set_up = set_up, .tear_down = tear_down);
