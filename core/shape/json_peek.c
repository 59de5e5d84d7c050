/*
 * A walk over the members of one JSON object or the items of one array, without a tree.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/json_peek.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_json.h"

enum { MOST_WRITTEN = 6 }; /* bytes of one, as an escape */

struct walk {
    struct text json;
    size_t at;
};

static char peek(const struct walk *walk)
{
    return walk->at < walk->json.size ? walk->json.data[walk->at] : '\0';
}

static void skip_blanks(struct walk *walk)
{
    while (peek(walk) == ' ' || peek(walk) == '\t' || peek(walk) == '\n' || peek(walk) == '\r')
        walk->at++;
}

static bool take(struct walk *walk, char wanted)
{
    skip_blanks(walk);
    if (peek(walk) != wanted)
        return false;
    walk->at++;
    return true;
}

/* How many of the signs before this one are backslashes. */
static size_t backslashes_before(const struct walk *walk, size_t first, size_t at)
{
    size_t count = 0;

    while (at - count > first && walk->json.data[at - count - 1] == '\\')
        count++;
    return count;
}

/* Goes behind the string that begins here: behind the next quotation mark that is not escaped. */
static void skip_string(struct walk *walk)
{
    size_t first = walk->at + 1;
    size_t end = first;

    do
        end = text_find(walk->json, '"', end) + 1;
    while (end <= walk->json.size && backslashes_before(walk, first, end - 1) % 2 == 1);
    walk->at = end;
}

/* Goes behind the value that begins here: to the comma or brace on its own level. */
static void skip_value(struct walk *walk)
{
    int depth = 0;

    while (walk->at < walk->json.size) {
        char c = peek(walk);
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return;
        if (c == '{' || c == '[')
            depth++;
        if (c == '}' || c == ']')
            depth--;
        if (c == '"')
            skip_string(walk);
        else
            walk->at++;
    }
}

static struct text taken_since(const struct walk *walk, size_t from)
{
    return text_trim(text_slice(walk->json, from, walk->at - from));
}

bool json_peek_pair(
    struct arena *arena,
    struct text object,
    size_t *cursor,
    struct text *out_name,
    struct text *out_value)
{
    struct walk walk = {.json = object, .at = *cursor};
    struct text key;
    size_t from;

    if (!take(&walk, *cursor == 0 ? '{' : ','))
        return false;
    skip_blanks(&walk);
    if (peek(&walk) != '"')
        return false;
    from = walk.at;
    skip_string(&walk);
    key = json_peek_text(arena, taken_since(&walk, from));
    if (!take(&walk, ':'))
        return false;
    from = walk.at;
    skip_value(&walk);
    *out_name = key;
    *out_value = taken_since(&walk, from);
    *cursor = walk.at;
    return true;
}

struct text json_peek_member(struct arena *arena, struct text object, const char *name)
{
    struct text found = {0};
    struct text key;
    struct text value;
    size_t cursor = 0;

    while (json_peek_pair(arena, object, &cursor, &key, &value)) {
        if (text_is(key, name))
            found = value;
    }
    return found;
}

static bool is_one_of(struct text name, const char *const *names)
{
    while (*names != NULL && !text_is(name, *names))
        names++;
    return *names != NULL;
}

struct text json_peek_without(struct arena *arena, struct text object, const char *const *names)
{
    struct text key;
    struct text value;
    size_t cursor = 0;
    AUTO_BUF out = {0};

    if (object.size == 0 || object.data[0] != '{')
        return object;
    buf_init(&out, MOST_WRITTEN * object.size);
    buf_add_char(&out, '{');
    while (json_peek_pair(arena, object, &cursor, &key, &value)) {
        if (is_one_of(key, names))
            continue;
        buf_add_c(&out, out.size > 1 ? "," : "");
        json_write_text(&out, key);
        buf_add_char(&out, ':');
        buf_add_text(&out, value);
    }
    buf_add_char(&out, '}');
    return text_copy(arena, buf_text(&out));
}

bool json_peek_item(struct text array, size_t *cursor, struct text *out)
{
    struct walk walk = {.json = array, .at = *cursor};
    size_t from;

    if (!take(&walk, *cursor == 0 ? '[' : ','))
        return false;
    skip_blanks(&walk);
    from = walk.at;
    skip_value(&walk);
    if (walk.at == from)
        return false;
    *out = taken_since(&walk, from);
    *cursor = walk.at;
    return true;
}

/* After \u; none in what was not validated is U+0000. */
static unsigned code_unit(struct text t, size_t at)
{
    int unit = hex_code_unit(t, at);

    return unit < 0 ? 0 : (unsigned)unit;
}

static void add_code_point(struct buf *out, unsigned c)
{
    if (c < 0x80) {
        buf_add_char(out, (char)c);
        return;
    }
    if (c < 0x800) {
        buf_add_u8(out, (uint8_t)(0xC0 | c >> 6));
    } else if (c < 0x10000) {
        buf_add_u8(out, (uint8_t)(0xE0 | c >> 12));
        buf_add_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
    } else {
        buf_add_u8(out, (uint8_t)(0xF0 | c >> 18));
        buf_add_u8(out, (uint8_t)(0x80 | (c >> 12 & 0x3F)));
        buf_add_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3F)));
    }
    buf_add_u8(out, (uint8_t)(0x80 | (c & 0x3F)));
}

/* Resolves the \u escape at `at` (on its 'u'), a surrogate pair included; gives what to skip. */
static size_t add_unicode(struct buf *out, struct text t, size_t at)
{
    unsigned high = code_unit(t, at + 1);
    unsigned low;

    if (high < 0xD800 || high > 0xDBFF || at + 6 >= t.size || t.data[at + 5] != '\\') {
        add_code_point(out, high);
        return 5;
    }
    low = code_unit(t, at + 7);
    add_code_point(out, 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF));
    return 11;
}

/* Resolves the escape whose letter stands at `at`; gives what to skip. */
static size_t add_escape(struct buf *out, struct text t, size_t at)
{
    static const char letters[] = "bfnrt";
    static const char meant[] = "\b\f\n\r\t";

    if (t.data[at] == 'u')
        return add_unicode(out, t, at);
    for (size_t i = 0; letters[i] != '\0'; i++) {
        if (t.data[at] == letters[i]) {
            buf_add_char(out, meant[i]);
            return 1;
        }
    }
    buf_add_char(out, t.data[at]);
    return 1;
}

struct text json_peek_text(struct arena *arena, struct text value)
{
    AUTO_BUF out = {0};

    if (value.size < 2 || value.data[0] != '"' || value.data[value.size - 1] != '"')
        return (struct text){0};
    value = text_slice(value, 1, value.size - 2);
    buf_init(&out, 4 * value.size + 16);
    for (size_t at = 0; at < value.size;) {
        if (value.data[at] == '\\' && at + 1 < value.size)
            at += 1 + add_escape(&out, value, at + 1);
        else
            buf_add_char(&out, value.data[at++]);
    }
    return out.size == 0 ? text_lit("") : text_copy(arena, buf_text(&out));
}

bool json_peek_number(struct text value, double *out)
{
    return shape_parse_double(value, out);
}
