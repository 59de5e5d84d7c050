/*
 * Repairing JSON before it is parsed: one pass from left to right, strings and numbers apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/json_repair.h"

#include "core/base/buf.h"
#include "core/base/encode.h"
#include "core/shape/shape_internal.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define BYTE_ORDER  "\xEF\xBB\xBF"

struct repair {
    struct text from;
    size_t at;
    struct buf *out;
    size_t depth;
};

/* The character that is `ahead` of the next one, '\0' beyond the end. */
static char peek(const struct repair *repair, size_t ahead)
{
    size_t at = repair->at + ahead;

    return at < repair->from.size ? repair->from.data[at] : '\0';
}

static void keep(struct repair *repair, size_t size)
{
    struct text part = text_slice(repair->from, repair->at, size);

    buf_add(repair->out, part.data, part.size);
    repair->at += part.size;
}

/* The code unit of "\uXXXX" `ahead` of the next character, or -1 where there is none. */
static int code_unit(const struct repair *repair, size_t ahead)
{
    if (peek(repair, ahead) != '\\' || peek(repair, ahead + 1) != 'u')
        return -1;
    return hex_code_unit(repair->from, repair->at + ahead + 2);
}

static bool is_high(int unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(int unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

static void replace(struct repair *repair, size_t size)
{
    buf_add_c(repair->out, REPLACEMENT);
    repair->at += size;
}

static void copy_escape(struct repair *repair)
{
    static const char *const plain = "\"\\/bfnrt";
    int unit = code_unit(repair, 0);
    char c = peek(repair, 1);

    if (unit > 0 && is_high(unit) && is_low(code_unit(repair, 6)))
        keep(repair, 12);
    else if (unit > 0 && !is_high(unit) && !is_low(unit))
        keep(repair, 6);
    else if (unit >= 0)
        replace(repair, 6);
    else if (c != '\0' && strchr(plain, c) != NULL)
        keep(repair, 2);
    else
        replace(repair, 1);
}

/* From one quote to the other. */
static void copy_string(struct repair *repair)
{
    keep(repair, 1);
    while (repair->at < repair->from.size) {
        char c = peek(repair, 0);
        if (c == '\\') {
            copy_escape(repair);
        } else if ((unsigned char)c < 0x20) {
            buf_printf(repair->out, "\\u%04x", (unsigned)(unsigned char)c);
            repair->at++;
        } else {
            keep(repair, 1);
        }
        if (c == '"')
            return;
    }
}

static size_t digits_at(const struct repair *repair, size_t ahead)
{
    size_t count = 0;

    while (peek(repair, ahead + count) >= '0' && peek(repair, ahead + count) <= '9')
        count++;
    return count;
}

/* Bytes of the number that is next: those of its whole part, and of all of it. */
static void measure_number(const struct repair *repair, size_t *out_whole, size_t *out_size)
{
    size_t sign = peek(repair, 0) == '-' ? 1 : 0;
    size_t size = sign + digits_at(repair, sign);

    *out_whole = size;
    if (peek(repair, size) == '.')
        size += 1 + digits_at(repair, size + 1);
    if (peek(repair, size) == 'e' || peek(repair, size) == 'E') {
        sign = peek(repair, size + 1) == '-' || peek(repair, size + 1) == '+' ? 1 : 0;
        size += 1 + sign + digits_at(repair, size + 1 + sign);
    }
    *out_size = size;
}

/* Whole numbers beyond 64 bits go on as numbers with a fraction. What ends without a digit is left to
 * the parser to refuse. */
static void copy_number(struct repair *repair)
{
    struct text number;
    size_t whole;
    size_t size;
    int64_t ignored;
    double real;

    measure_number(repair, &whole, &size);
    number = text_slice(repair->from, repair->at, size);
    if (digits_at(repair, size - 1) == 1 && !shape_parse_double(number, &real)) {
        buf_add_c(
            repair->out,
            number.data[0] == '-' ? "-1.7976931348623157e308" : "1.7976931348623157e308");
        repair->at += size;
        return;
    }
    keep(repair, size);
    if (whole == size && !text_to_int64(number, &ignored))
        buf_add_c(repair->out, ".0");
}

static void skip_string(struct repair *repair)
{
    for (repair->at++; repair->at < repair->from.size && peek(repair, 0) != '"'; repair->at++) {
        if (peek(repair, 0) == '\\')
            repair->at++;
    }
    repair->at++;
}

/* Past the bracket that closes the one that is next. */
static void skip_nested(struct repair *repair)
{
    size_t depth = 0;

    while (repair->at < repair->from.size) {
        char c = peek(repair, 0);
        if (c == '"') {
            skip_string(repair);
            continue;
        }
        if (c == '{' || c == '[')
            depth++;
        if (c == '}' || c == ']')
            depth--;
        repair->at++;
        if (depth == 0)
            return;
    }
}

static void copy_next(struct repair *repair)
{
    char c = peek(repair, 0);

    if (c == '"') {
        copy_string(repair);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        copy_number(repair);
    } else if ((c == '{' || c == '[') && repair->depth == JSON_DEPTH_MAX) {
        skip_nested(repair);
        buf_add_c(repair->out, "null");
    } else {
        if (c == '{' || c == '[')
            repair->depth++;
        if ((c == '}' || c == ']') && repair->depth > 0)
            repair->depth--;
        keep(repair, 1);
    }
}

struct text json_repair(struct text document, struct arena *arena)
{
    AUTO_BUF out = {0};
    struct repair repair = {.from = text_cleaned(arena, document), .out = &out};

    buf_init(&out, repair.from.size * 6 + 64); /* an escape for every byte, at most */
    if (text_starts_with(repair.from, text_lit(BYTE_ORDER)))
        repair.at = sizeof(BYTE_ORDER) - 1;
    while (repair.at < repair.from.size)
        copy_next(&repair);
    return text_copy(arena, buf_text(&out));
}
