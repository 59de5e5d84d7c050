/*
 * JSON that nearly is JSON.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/shape/json_repair.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"

#include <string.h>

#define FFFD "\xEF\xBF\xBD"

struct sample {
    struct text from;
    const char *to;
};

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_release(&arena);
}

static void expect_repaired(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct text repaired = json_repair(samples[i].from, arena);
        struct text compact;
        struct error error = {0};
        expect_text(repaired, samples[i].to);
        expect_ok(json_compact(repaired, arena, &compact, &error), &error);
    }
}

static void what_is_json_stays_as_it_is(void)
{
    static const char *const documents[] = {
        "{\"a\": [1, -2.5e-3, \"\\u00e9\\ud83d\\ude00\\n\\\"\\\\\", null, true, {}]}",
        "\"caf\xc3\xa9\"",
        "9223372036854775807",
        "0",
    };

    for (size_t i = 0; i < COUNT_OF(documents); i++)
        expect_text(json_repair(text_from(documents[i]), arena), documents[i]);
}

static void what_is_no_text_is_replaced(void)
{
    static const struct sample samples[] = {
        {TEXT_OF("\"a\\u0000b\""), "\"a" FFFD "b\""},
        {TEXT_OF("\"\\ud800\""), "\"" FFFD "\""},
        {TEXT_OF("\"\\ud800\\ud800\\udc00\""), "\"" FFFD "\\ud800\\udc00\""},
        {TEXT_OF("\"\\udc00\\u0041\""), "\"" FFFD "\\u0041\""},
        {TEXT_OF("\"\\q\\u12\\uzz\""), "\"" FFFD "q" FFFD "u12" FFFD "uzz\""},
        {TEXT_OF("\"\xff\xed\xa0\x80\""), "\"" FFFD FFFD FFFD FFFD "\""},
        {TEXT_OF("\"a\0b\""), "\"a" FFFD "b\""},
        {TEXT_OF("{\"\\u0000\":1}"), "{\"" FFFD "\":1}"},
    };

    expect_repaired(samples, COUNT_OF(samples));
}

static void control_characters_become_escapes(void)
{
    static const struct sample samples[] = {
        {TEXT_OF("\"a\tb\n\x1b\""), "\"a\\u0009b\\u000a\\u001b\""},
        {TEXT_OF("\xEF\xBB\xBF{\n\t}"), "{\n\t}"},
    };

    expect_repaired(samples, COUNT_OF(samples));
}

static void numbers_beyond_range_become_the_largest(void)
{
    static const struct sample samples[] = {
        {TEXT_OF("[1e999,-1e999]"), "[1.7976931348623157e308,-1.7976931348623157e308]"},
        {TEXT_OF("9223372036854775808"), "9223372036854775808.0"},
        {TEXT_OF("1e-999"), "1e-999"},
    };

    expect_repaired(samples, COUNT_OF(samples));
}

static struct text nested(char open, char close, size_t levels)
{
    char *out = arena_take(arena, 2 * levels + 1);

    memset(out, open, levels);
    memset(out + levels, close, levels);
    return (struct text){out, 2 * levels};
}

static void what_is_nested_too_deep_becomes_null(void)
{
    struct text compact;
    struct error error = {0};
    struct text deep = json_repair(nested('[', ']', JSON_DEPTH_MAX + 9), arena);

    expect_int64(deep.size, 2 * JSON_DEPTH_MAX + 4);
    expect_ok(json_compact(deep, arena, &compact, &error), &error);
    expect_text(
        json_repair(nested('[', ']', JSON_DEPTH_MAX), arena),
        text_c(arena, nested('[', ']', JSON_DEPTH_MAX)));
}

static void what_is_no_json_stays_none(void)
{
    static const char *const documents[] = {
        "{", "{]", "\"",  "\"\\",    "\"\\u", "01",      "1.",
        "-", "1e", "nul", "{\"a\"}", "[1,]",  "{'a':1}",
    };
    struct text compact;
    struct error error = {0};

    for (size_t i = 0; i < COUNT_OF(documents); i++)
        expect_status(
            json_compact(json_repair(text_from(documents[i]), arena), arena, &compact, &error),
            STATUS_INVALID, &error);
}

static const struct test tests[] = {
    TEST(what_is_json_stays_as_it_is),          TEST(what_is_no_text_is_replaced),
    TEST(control_characters_become_escapes),    TEST(numbers_beyond_range_become_the_largest),
    TEST(what_is_nested_too_deep_becomes_null), TEST(what_is_no_json_stays_none),
};

const struct suite test_json_repair_suite =
    SUITE_WITH("core/shape/json_repair", tests, .set_up = set_up, .tear_down = tear_down);
