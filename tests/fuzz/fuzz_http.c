/*
 * The HTTP request parser: whatever the bytes and however they are cut, nothing is read or written
 * out of bounds, the same bytes give the same outcome, and no request exceeds its limits.
 *
 * The first byte of an input says how large the pieces of the second feeding are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/parser.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_HEAD = 2048, MAX_BODY = 512, ARENA = 32768 };

struct outcome {
    enum http_step step;
    int status;
    size_t used;
    size_t body_size;
    size_t header_count;
};

static void note_int64(struct http_parser *parser, struct outcome *outcome)
{
    const struct http_head *head = http_parser_head(parser);
    char *body = http_parser_detach_body(parser, &outcome->body_size);

    must(outcome->body_size <= MAX_BODY);
    must(head->is_chunked || outcome->body_size == head->content_length);
    must(head->request.path.size > 0 && head->request.method.size > 0);
    outcome->header_count = head->request.header_count;
    heap_free(body);
}

/* One request, in pieces of at most `piece` bytes. */
static struct outcome parse(struct http_parser *parser, struct bytes in, size_t piece)
{
    struct outcome outcome = {.step = HTTP_MORE};
    AUTO_ARENA arena = arena_new(ARENA);

    http_parser_begin(parser, arena);
    while (outcome.step == HTTP_HEAD || (outcome.step == HTTP_MORE && outcome.used < in.size)) {
        size_t left = in.size - outcome.used;
        struct bytes next = {in.data + outcome.used, left < piece ? left : piece};
        size_t used = 0;

        outcome.step = http_parser_feed(parser, next, &used);
        must(used <= next.size);
        outcome.used += used;
        if (outcome.step == HTTP_HEAD)
            http_parser_limit_body(parser, MAX_BODY);
    }
    if (outcome.step == HTTP_BAD)
        outcome.status = http_parser_defect(parser).status;
    if (outcome.step == HTTP_WHOLE)
        note_int64(parser, &outcome);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_parser *parser = http_parser_new(MAX_HEAD);
    size_t piece = size == 0 ? 1 : (size_t)data[0] % 64 + 1;
    struct bytes in = {data + (size > 0), size - (size > 0)};
    bool goes_on = true;

    while (goes_on && in.size > 0) { /* pipelined requests */
        struct outcome whole = parse(parser, in, SIZE_MAX);
        struct outcome cut = parse(parser, in, piece);

        must(whole.step == cut.step && whole.status == cut.status);
        must(whole.body_size == cut.body_size && whole.header_count == cut.header_count);
        must(whole.step != HTTP_WHOLE || whole.used == cut.used);
        goes_on = whole.step == HTTP_WHOLE;
        in = (struct bytes){in.data + whole.used, in.size - whole.used};
    }
    http_parser_free(parser);
    return 0;
}
