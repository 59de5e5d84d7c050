/*
 * Looking into JSON without a shape.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/json_peek.h"
#include "tests/support/expect.h"

#include <stdio.h>

static void expect_member(const char *object, const char *name, const char *wanted)
{
    AUTO_ARENA arena = arena_new(1 << 20);

    expect_text(json_peek_member(arena, text_from(object), name), wanted);
}

static void expect_string(const char *value, const char *wanted)
{
    AUTO_ARENA arena = arena_new(1 << 20);

    expect_text(json_peek_text(arena, text_from(value)), wanted);
}

static void expect_items(const char *array, const char *wanted)
{
    char shown[256] = "";
    size_t cursor = 0;
    size_t used = 0;
    struct text item;

    while (json_peek_item(text_from(array), &cursor, &item))
        used += (size_t)snprintf(shown + used, sizeof(shown) - used, "%.*s;", TEXT_ARGS(item));
    expect_text(text_from(shown), wanted);
}

static void items_of_an_array_come_one_by_one(void)
{
    expect_items("[1,{\"a\":[2,3]}, \"x,]\" ,[]]", "1;{\"a\":[2,3]};\"x,]\";[];");
    expect_items(" [ ] ", "");
    expect_items("[true]", "true;");
}

static void what_is_no_array_has_no_items(void)
{
    expect_items("{\"a\":1}", "");
    expect_items("", "");
    expect_items("[", "");
    expect_items("[,", "");
}

static void members_of_the_top_level_are_found(void)
{
    expect_member("{\"a\":1,\"b\":true}", "b", "true");
    expect_member("{\"a\":{\"b\":2},\"b\":[1,{\"c\":3}],\"c\":null}", "c", "null");
    expect_member("{\"a\":{\"b\":2},\"b\":[1,{\"c\":3}]}", "b", "[1,{\"c\":3}]");
    expect_member(" { \"a\" : \"x, y}\" , \"b\" : 2 } ", "b", "2");
    expect_member("{\"a\":\"\\\"b\\\":1\",\"b\":2}", "b", "2");
}

static void members_of_deeper_levels_are_not(void)
{
    expect_member("{\"a\":{\"b\":2}}", "b", NULL);
    expect_member("{\"a\":[{\"b\":2}]}", "b", NULL);
    expect_member("{}", "b", NULL);
}

static void the_last_of_equal_names_counts(void)
{
    expect_member("{\"a\":1,\"a\":2}", "a", "2");
}

static void names_are_compared_with_their_escapes_resolved(void)
{
    expect_member("{\"runAs\\u0052oot\":true}", "runAsRoot", "true");
}

static void what_stands_in_quotes_ends_nothing(void)
{
    expect_member("{\"a\":{\"x\":\"}\"},\"b\":2}", "b", "2");
    expect_member("{\"a\":{\"x\":[\"]\"]},\"b\":2}", "b", "2");
    expect_member("{\"a\":{\"x\":\"{\",\"y\":\"\\\"}\"},\"b\":2}", "b", "2");
    expect_items("[[\"]\",1],{\"a\":\"}\"},2]", "[\"]\",1];{\"a\":\"}\"};2;");
}

static void what_is_no_object_has_no_members(void)
{
    expect_member("", "a", NULL);
    expect_member("[1]", "a", NULL);
    expect_member("{\"a", "a", NULL);
    expect_member("{\"a\"", "a", NULL);
}

static void escapes_of_strings_are_resolved(void)
{
    expect_string("\"plain\"", "plain");
    expect_string("\"\"", "");
    expect_string("\"a\\n\\t\\\"\\\\\\/b\"", "a\n\t\"\\/b");
    expect_string("\"\\u00e4\\u20AC\"", "\xC3\xA4\xE2\x82\xAC");
    expect_string("\"\\ud83d\\ude00!\"", "\xF0\x9F\x98\x80!");
}

static void other_values_are_no_strings(void)
{
    expect_string("true", NULL);
    expect_string("12", NULL);
    expect_string("\"", NULL);
}

static void an_object_can_be_had_without_some_of_its_members(void)
{
    static const char *const names[] = {"type", "nodeId", NULL};
    AUTO_ARENA arena = arena_new(1 << 16);
    struct text object =
        text_lit("{\"a\":1, \"ty\\u0070e\" : {\"type\":2} ,\"b\":[\"type\"],\"nodeId\":3}");

    expect_text(json_peek_without(arena, object, names), "{\"a\":1,\"b\":[\"type\"]}");
    expect_text(json_peek_without(arena, text_lit("{\"type\":1}"), names), "{}");
    expect_text(json_peek_without(arena, text_lit("{}"), names), "{}");
    expect_text(json_peek_without(arena, text_lit("[1]"), names), "[1]");
}

static const struct test tests[] = {
    TEST(an_object_can_be_had_without_some_of_its_members),
    TEST(members_of_the_top_level_are_found),
    TEST(members_of_deeper_levels_are_not),
    TEST(the_last_of_equal_names_counts),
    TEST(names_are_compared_with_their_escapes_resolved),
    TEST(what_is_no_object_has_no_members),
    TEST(escapes_of_strings_are_resolved),
    TEST(other_values_are_no_strings),
    TEST(items_of_an_array_come_one_by_one),
    TEST(what_is_no_array_has_no_items),
    TEST(what_stands_in_quotes_ends_nothing),
};

const struct suite test_json_peek_suite = SUITE("core/shape/json_peek", tests);
