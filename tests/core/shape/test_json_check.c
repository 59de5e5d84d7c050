/*
 * What is JSON, beside what the parser takes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/json_check.h"
#include "core/shape/json_repair.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

static bool is_parsed(struct text document)
{
    AUTO_ARENA arena = arena_new(1 << 22);
    struct text compact;
    struct error error = {0};

    return json_compact(document, arena, &compact, &error) == STATUS_OK;
}

static void expect_same(struct text document, bool wanted)
{
    if (json_is_valid(document) != wanted || is_parsed(document) != wanted)
        printf("of %.*s\n", TEXT_ARGS(document));
    expect(json_is_valid(document) == wanted);
    expect(is_parsed(document) == wanted);
}

static void what_the_parser_takes_is_valid(void)
{
    static const char *const documents[] = {
        "0",
        "-0",
        "-0.5e+10",
        "12E-3",
        "true",
        "false",
        "null",
        "\"\"",
        " \t\r\n[ 1 , 2 ] \n",
        "[]",
        "{}",
        "{ }",
        "{\"a\" : {\"b\":[null,[[]]]} , \"\":0}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\x7f\"",
    };

    for (size_t i = 0; i < COUNT_OF(documents); i++)
        expect_same(text_from(documents[i]), true);
}

static void what_it_refuses_is_not(void)
{
    static const char *const documents[] = {
        "",
        " ",
        "01",
        "+1",
        "1.",
        ".5",
        "1e",
        "-",
        "1e+",
        "tru",
        "nulls",
        "truefalse",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\":1]",
        "[1}",
        "1 2",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"\\u0000\"",
        "\"\\uD800\"",
        "\"\\uDC00\"",
        "\"\\uD800\\uD800\"",
        "\"\\uD800x\"",
        "\"\n\"",
        "\"\x1f\"",
        "'a'",
        "//\n1",
        "NaN",
        "\"\\u",
        "\"\\uD800\\u",
        "\"a",
        "[\"a\\",
    };

    for (size_t i = 0; i < COUNT_OF(documents); i++)
        expect_same(text_from(documents[i]), false);
}

static void a_nul_is_none_of_the_signs_of_json(void)
{
    expect_same((struct text){"{}\0garbage", 10}, false);
    expect_same((struct text){"1\0", 2}, false);
    expect_same((struct text){"\0", 1}, false);
    expect_same((struct text){"\"\0\"", 3}, false);
}

/* Every beginning, and every change of a byte to a sign of JSON. */
static void a_document_that_was_changed_is_judged_as_the_parser_judges_it(void)
{
    static const char document[] = "{\"a\":[1.5e3,\"\\u00e9\\n\",true,{}],\"b\":null}";
    static const char signs[] = "{}[],:\"\\0-1eE+.tfnu \x01";
    char changed[sizeof(document)];

    for (size_t i = 0; i + 1 < sizeof(document); i++) {
        expect(!json_is_valid((struct text){document, i}));
        for (size_t s = 0; signs[s] != '\0'; s++) {
            struct text text = {changed, sizeof(document) - 1};
            memcpy(changed, document, sizeof(document));
            changed[i] = signs[s];
            expect(json_is_valid(text) == is_parsed(text));
        }
    }
}

static void no_document_is_nested_deeper_than_allowed(void)
{
    char document[2 * JSON_DEPTH_MAX + 2];

    memset(document, '[', JSON_DEPTH_MAX);
    memset(document + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    expect(json_is_valid((struct text){document, (size_t)2 * JSON_DEPTH_MAX}));
    memset(document, '[', JSON_DEPTH_MAX + 1);
    memset(document + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    expect(!json_is_valid((struct text){document, sizeof(document)}));
}

static const struct test tests[] = {
    TEST(what_the_parser_takes_is_valid),
    TEST(what_it_refuses_is_not),
    TEST(a_nul_is_none_of_the_signs_of_json),
    TEST(a_document_that_was_changed_is_judged_as_the_parser_judges_it),
    TEST(no_document_is_nested_deeper_than_allowed),
};

const struct suite test_json_check_suite = SUITE("core/shape/json_check", tests);
