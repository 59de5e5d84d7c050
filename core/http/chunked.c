/*
 * The chunked coding, one state for each place between two bytes:
 *
 *        ┌───────────────────────── next chunk ◄───────────────────────────┐
 *        ▼                                                                 │
 *      SIZE ──";"──► EXTENSION ──CR──► SIZE_LF ──LF──► DATA ─► DATA_CR ─► DATA_LF
 *        └──────────────CR────────────────┘  └─ size 0 ─► TRAILER ─CR─► TRAILER_LF ─► DONE
 *                                                            ▲   next field │
 *                                                            └──────────────┘
 *
 * A bare CR or LF is refused everywhere: readers that forgive one see other chunks than we do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/chunked.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/http/grammar.h"

enum { LONGEST_SIZE_DIGITS = 15, MOST_OVERHEAD = 8192 };

void http_chunked_init(struct http_chunked *chunked)
{
    *chunked = (struct http_chunked){.state = CHUNKED_SIZE};
    buf_init(&chunked->line, MOST_OVERHEAD);
}

void http_chunked_fini(struct http_chunked *chunked)
{
    buf_fini(&chunked->line);
}

static bool go(struct http_chunked *chunked, enum http_chunked_state state)
{
    chunked->state = state;
    return true;
}

static bool take_size(struct http_chunked *chunked, char c)
{
    int value = hex_value(c);

    if (value >= 0) {
        chunked->left = chunked->left * 16 + (size_t)value;
        return ++chunked->digits <= LONGEST_SIZE_DIGITS;
    }
    if (chunked->digits == 0)
        return false;
    if (c == ';')
        return go(chunked, CHUNKED_EXTENSION);
    return c == '\r' && go(chunked, CHUNKED_SIZE_LF);
}

static bool take_extension(struct http_chunked *chunked, char c)
{
    if (c == '\r')
        return go(chunked, CHUNKED_SIZE_LF);
    chunked->overhead++;
    return http_is_field_value((struct text){&c, 1});
}

static bool take_size_end(struct http_chunked *chunked, char c)
{
    chunked->digits = 0;
    return c == '\n' && go(chunked, chunked->left > 0 ? CHUNKED_DATA : CHUNKED_TRAILER);
}

static bool take_trailer(struct http_chunked *chunked, char c)
{
    if (c == '\r')
        return go(chunked, CHUNKED_TRAILER_LF);
    chunked->overhead++;
    buf_add_char(&chunked->line, c);
    return http_is_field_value((struct text){&c, 1});
}

static bool take_trailer_end(struct http_chunked *chunked, char c)
{
    struct text line = buf_text(&chunked->line);
    struct http_header ignored;

    if (c != '\n')
        return false;
    if (line.size == 0)
        return go(chunked, CHUNKED_DONE);
    if (!http_field_parse(line, &ignored))
        return false;
    buf_clear(&chunked->line);
    return go(chunked, CHUNKED_TRAILER);
}

/* One byte of framing; false when it may not stand there. */
static bool take_framing(struct http_chunked *chunked, char c)
{
    switch (chunked->state) {
    case CHUNKED_SIZE:
        return take_size(chunked, c);
    case CHUNKED_EXTENSION:
        return take_extension(chunked, c);
    case CHUNKED_SIZE_LF:
        return take_size_end(chunked, c);
    case CHUNKED_DATA_CR:
        return c == '\r' && go(chunked, CHUNKED_DATA_LF);
    case CHUNKED_DATA_LF:
        return c == '\n' && go(chunked, CHUNKED_SIZE);
    case CHUNKED_TRAILER:
        return take_trailer(chunked, c);
    case CHUNKED_TRAILER_LF:
        return take_trailer_end(chunked, c);
    case CHUNKED_DATA:
    case CHUNKED_DONE:
        break;
    }
    must_fail(__FILE__, __LINE__, "a state of framing");
}

static size_t take_data(struct http_chunked *chunked, struct bytes in, struct buf *body)
{
    size_t size = in.size < chunked->left ? in.size : chunked->left;

    buf_add(body, in.data, size);
    chunked->left -= size;
    if (chunked->left == 0)
        chunked->state = CHUNKED_DATA_CR;
    return size;
}

/* A chunk that cannot fit is refused by its size, before its data arrive. */
static bool
check_limits(const struct http_chunked *chunked, const struct buf *body, struct http_defect *defect)
{
    if (chunked->state == CHUNKED_DATA && chunked->left > body->ceiling - body->size) {
        *defect = (struct http_defect){413, "The body is too large."};
        return false;
    }
    if (chunked->overhead > MOST_OVERHEAD) {
        *defect = (struct http_defect){431, "The trailers of the body are too large."};
        return false;
    }
    return true;
}

bool http_chunked_feed(
    struct http_chunked *chunked,
    struct bytes in,
    size_t *out_used,
    struct buf *body,
    struct http_defect *defect)
{
    size_t at = 0;

    while (at < in.size && chunked->state != CHUNKED_DONE) {
        if (chunked->state == CHUNKED_DATA) {
            at += take_data(chunked, (struct bytes){in.data + at, in.size - at}, body);
            continue;
        }
        if (!take_framing(chunked, (char)in.data[at])) {
            *defect = (struct http_defect){400, "The chunked coding is malformed."};
            return false;
        }
        at++;
        if (!check_limits(chunked, body, defect))
            return false;
    }
    *out_used = at;
    return true;
}
