/*
 * The head is gathered line by line and parsed once it is whole (head.c); then the body is taken
 * by length or by chunks (chunked.c).
 *
 *   HEAD ─► LIMIT ─► LENGTH or CHUNKS ─► END
 *     │                  │
 *     └──────► END ◄─────┘  (bad)
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/parser.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/chunked.h"
#include "core/http/grammar.h"

#include <string.h>

enum place { PLACE_HEAD, PLACE_LIMIT, PLACE_LENGTH, PLACE_CHUNKS, PLACE_END };

struct http_parser {
    enum place place;
    struct arena *arena; /* borrowed */
    size_t max_head_bytes;
    struct buf raw;    /* the head so far */
    size_t line_start; /* in raw */
    bool has_skipped;  /* one empty line before the request line */
    struct http_head head;
    struct http_chunked chunked;
    struct buf body;
    struct http_defect defect;
};

struct http_parser *http_parser_new(size_t max_head_bytes)
{
    struct http_parser *parser = heap_new(sizeof(*parser));

    parser->max_head_bytes = max_head_bytes;
    parser->place = PLACE_END;
    return parser;
}

static void forget(struct http_parser *parser)
{
    buf_fini(&parser->raw);
    buf_fini(&parser->body);
    http_chunked_fini(&parser->chunked);
}

void http_parser_free(struct http_parser *parser)
{
    if (parser == NULL)
        return;
    forget(parser);
    heap_free(parser);
}

void http_parser_begin(struct http_parser *parser, struct arena *arena)
{
    size_t max_head_bytes = parser->max_head_bytes;

    forget(parser);
    *parser = (struct http_parser){.arena = arena, .max_head_bytes = max_head_bytes};
    buf_init(&parser->raw, max_head_bytes);
    http_chunked_init(&parser->chunked);
}

static enum http_step refuse(struct http_parser *parser, int status, const char *reason)
{
    parser->place = PLACE_END;
    parser->defect = (struct http_defect){status, reason};
    return HTTP_BAD;
}

static enum http_step finish_head(struct http_parser *parser)
{
    struct http_defect defect;

    if (!http_head_parse(parser->arena, buf_text(&parser->raw), &parser->head, &defect))
        return refuse(parser, defect.status, defect.reason);
    buf_fini(&parser->raw);
    parser->place = PLACE_LIMIT;
    return HTTP_HEAD;
}

/* RFC 9112, section 2.2: one empty line before a request line is an old client's slip. */
static enum http_step finish_empty_line(struct http_parser *parser)
{
    if (parser->line_start > 0)
        return finish_head(parser);
    if (parser->has_skipped)
        return refuse(parser, 400, "There is no request line.");
    parser->has_skipped = true;
    buf_clear(&parser->raw);
    return HTTP_MORE;
}

static enum http_step finish_line(struct http_parser *parser)
{
    struct text raw = buf_text(&parser->raw);
    size_t size = raw.size - parser->line_start;

    if (size < 2 || raw.data[raw.size - 2] != '\r')
        return refuse(parser, 400, "A line does not end with CR LF.");
    if (size == 2)
        return finish_empty_line(parser);
    parser->line_start = raw.size;
    return HTTP_MORE;
}

/* Appends up to and with the next LF; how many bytes that was. */
static size_t gather_line(struct http_parser *parser, struct bytes in)
{
    const uint8_t *end = memchr(in.data, '\n', in.size);
    size_t size = end == NULL ? in.size : (size_t)(end - in.data) + 1;

    buf_add(&parser->raw, in.data, size);
    return size;
}

/* What begins otherwise is none, however long its line is. */
static bool begins_request(char first)
{
    return first == '\r' || first == '\n' || http_is_token_char(first);
}

/* A line that is too long can be refused before it is whole. */
static enum http_step check_line(struct http_parser *parser)
{
    struct text raw = buf_text(&parser->raw);
    bool is_first = parser->line_start == 0;

    if (is_first && (buf_is_full(&parser->raw) || raw.size > HTTP_LONGEST_LINE))
        return refuse(parser, 414, "The request line is too long.");
    if (buf_is_full(&parser->raw))
        return refuse(parser, 431, "The head is too large.");
    return HTTP_MORE;
}

static enum http_step feed_head(struct http_parser *parser, struct bytes in, size_t *out_used)
{
    enum http_step step = HTTP_MORE;
    size_t at = 0;

    while (step == HTTP_MORE && at < in.size) {
        if (parser->raw.size == 0 && !begins_request((char)in.data[at]))
            return refuse(parser, 400, "This is not HTTP.");
        at += gather_line(parser, (struct bytes){in.data + at, in.size - at});
        step = check_line(parser);
        if (step == HTTP_MORE && in.data[at - 1] == '\n')
            step = finish_line(parser);
    }
    *out_used = at;
    return step;
}

void http_parser_limit_body(struct http_parser *parser, size_t limit_bytes)
{
    must(parser->place == PLACE_LIMIT);
    buf_init(&parser->body, limit_bytes);
    parser->place = parser->head.is_chunked ? PLACE_CHUNKS : PLACE_LENGTH;
}

static enum http_step finish_body(struct http_parser *parser)
{
    parser->place = PLACE_END;
    return HTTP_WHOLE;
}

static enum http_step feed_length(struct http_parser *parser, struct bytes in, size_t *out_used)
{
    size_t left = parser->head.content_length - parser->body.size;
    size_t size = in.size < left ? in.size : left;

    if (parser->head.content_length > parser->body.ceiling)
        return refuse(parser, 413, "The body is too large.");
    buf_add(&parser->body, in.data, size);
    *out_used = size;
    return size == left ? finish_body(parser) : HTTP_MORE;
}

static enum http_step feed_chunks(struct http_parser *parser, struct bytes in, size_t *out_used)
{
    struct http_defect defect;

    if (!http_chunked_feed(&parser->chunked, in, out_used, &parser->body, &defect))
        return refuse(parser, defect.status, defect.reason);
    return parser->chunked.state == CHUNKED_DONE ? finish_body(parser) : HTTP_MORE;
}

enum http_step http_parser_feed(struct http_parser *parser, struct bytes in, size_t *out_used)
{
    *out_used = 0;
    switch (parser->place) {
    case PLACE_HEAD:
        return feed_head(parser, in, out_used);
    case PLACE_LENGTH:
        return feed_length(parser, in, out_used);
    case PLACE_CHUNKS:
        return feed_chunks(parser, in, out_used);
    case PLACE_LIMIT:
    case PLACE_END:
        break;
    }
    must_fail(__FILE__, __LINE__, "a place that takes bytes");
}

size_t http_parser_body_size(const struct http_parser *parser)
{
    return parser->body.size;
}

const struct http_head *http_parser_head(const struct http_parser *parser)
{
    return &parser->head;
}

char *http_parser_detach_body(struct http_parser *parser, size_t *out_size)
{
    return buf_detach(&parser->body, out_size);
}

struct http_defect http_parser_defect(const struct http_parser *parser)
{
    must(parser->defect.status != 0);
    return parser->defect;
}
