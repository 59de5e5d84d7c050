/*
 * Values of JSON: short ones as a table, long ones made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/json_values.h"

#include "core/base/arena.h"

#include <string.h>

static const struct text values[] = {
    TEXT_OF("null"),
    TEXT_OF("true"),
    TEXT_OF("false"),
    TEXT_OF("0"),
    TEXT_OF("-0"),
    TEXT_OF("-1"),
    TEXT_OF("1.5"),
    TEXT_OF("101"),
    TEXT_OF("4294967296"),
    TEXT_OF("9223372036854775807"),
    TEXT_OF("-9223372036854775808"),
    TEXT_OF("123456789012345678901234567890"),
    TEXT_OF("1e308"),
    TEXT_OF("-1e308"),
    TEXT_OF("1e999"),
    TEXT_OF("-1e999"),
    TEXT_OF("1e-999"),
    TEXT_OF("\"\""),
    TEXT_OF("\" \""),
    TEXT_OF("\"a\""),
    TEXT_OF("\"true\""),
    TEXT_OF("\"17\""),
    TEXT_OF("\"1e999\""),
    TEXT_OF("\"\\u0000\""),
    TEXT_OF("\"a\\u0000b\""),
    TEXT_OF("\"\\ud800\""),
    TEXT_OF("\"\\udc00x\""),
    TEXT_OF("\"\\ud83d\\ude00\""),
    TEXT_OF("\"a\tb\nc\x1b[31m\x01\""),
    TEXT_OF("\"a\0b\""),
    TEXT_OF("\"\xff\xfe caf\xe9 \xed\xa0\x80\""),
    TEXT_OF("\"\\q\\u12\\uzzzz\""),
    TEXT_OF("\"2026-13-45T00:00:00Z\""),
    TEXT_OF("\"9999-12-31T23:59:59.999Z\""),
    TEXT_OF("\"0001-01-01T00:00:00Z\""),
    TEXT_OF("\"2026-03-22T12:00:05.000Z\""),
    TEXT_OF("\"00000000-0000-0000-0000-000000000000\""),
    TEXT_OF("\"0192f0c1-2345-7678-89ab-cdef01234567\""),
    TEXT_OF("\"YQ==\""),
    TEXT_OF("\"operational\""),
    TEXT_OF("[]"),
    TEXT_OF("[null]"),
    TEXT_OF("[[[]]]"),
    TEXT_OF("[{}]"),
    TEXT_OF("[1,\"a\",null,{\"line\":\"x\"},[2],1e999]"),
    TEXT_OF("[{\"line\":null},{\"line\":{}},{\"stream\":[],\"line\":\"\\u0000\"}]"),
    TEXT_OF("{}"),
    TEXT_OF("{\"a\":1}"),
    TEXT_OF("{\"a\":1,\"a\":2,\"\\u0000\":{\"b\":[]}}"),
    TEXT_OF("{\"toString\":null,\"__proto__\":{}}"),
};

static struct text repeated(struct arena *arena, struct text start, const char *part, size_t count)
{
    size_t size = strlen(part);
    char *out = arena_take(arena, start.size + count * size + 2);

    memcpy(out, start.data, start.size);
    for (size_t i = 0; i < count; i++)
        memcpy(out + start.size + i * size, part, size);
    return (struct text){out, start.size + count * size};
}

static struct text nested(struct arena *arena, const char *opens, const char *closes, size_t levels)
{
    struct text inside = repeated(arena, text_lit(""), opens, levels);

    return repeated(arena, text_format(arena, "%.*s0", TEXT_ARGS(inside)), closes, levels);
}

static struct text closed(struct arena *arena, struct text open, const char *end)
{
    return text_format(arena, "%.*s%s", TEXT_ARGS(open), end);
}

struct text json_value_sample(struct arena *arena, size_t index)
{
    if (index < COUNT_OF(values))
        return values[index];
    switch (index - COUNT_OF(values)) {
    case 0:
        return closed(arena, repeated(arena, text_lit("\""), "\xF0\x9F\x98\x80", 20001), "\"");
    case 1:
        return closed(arena, repeated(arena, text_lit("[\"a\""), ",{\"line\":\"x\"}", 600), "]");
    case 2:
        return closed(arena, repeated(arena, text_lit("1"), "0", 400), "");
    case 3:
        return nested(arena, "[", "]", 100);
    case 4:
        return nested(arena, "{\"a\":", "}", 100);
    default:
        return (struct text){NULL, 0};
    }
}
