/*
 * The request parser. Every case is fed whole, byte by byte, and cut in two at every place: the
 * outcome must be the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/http/parser.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

enum { MAX_HEAD = 1024, MAX_BODY = 64, ARENA = 65536, LAST = 8 };

struct outcome {
    enum http_step step;
    int status;          /* of the defect */
    size_t used;         /* bytes taken in all */
    struct arena *arena; /* where the head lies */
    struct http_head head;
    struct text body;
    char *body_memory;
};

static struct http_parser *parser;
static struct outcome outcomes[LAST];
static size_t outcome_count;

static void make_parser(void)
{
    parser = http_parser_new(MAX_HEAD);
    outcome_count = 0;
}

static void free_outcome(struct outcome *outcome)
{
    arena_free(outcome->arena);
    heap_free(outcome->body_memory);
}

static void free_parser(void)
{
    for (size_t i = 0; i < outcome_count; i++)
        free_outcome(&outcomes[i]);
    http_parser_free(parser);
}

/* Copied to a block of exactly its size, so that the sanitizer sees a step beyond. */
static enum http_step feed_piece(struct text piece, size_t *used)
{
    uint8_t *copy = heap_new(piece.size == 0 ? 1 : piece.size);
    enum http_step step;

    if (piece.size > 0)
        memcpy(copy, piece.data, piece.size);
    step = http_parser_feed(parser, (struct bytes){copy, piece.size}, used);
    heap_free(copy);
    return step;
}

/* Feeds one piece to its end, setting the body's limit on the way. */
static enum http_step feed(struct text piece, size_t *out_used)
{
    enum http_step step;

    *out_used = 0;
    do {
        size_t used = 0;

        step = feed_piece(text_slice(piece, *out_used, piece.size), &used);
        *out_used += used;
        if (step == HTTP_HEAD)
            http_parser_limit_body(parser, MAX_BODY);
    } while (step == HTTP_HEAD || (step == HTTP_MORE && *out_used < piece.size));
    return step;
}

/* In pieces of `size` bytes, the first of `first`. */
static struct outcome parse_in_pieces(struct text raw, size_t first, size_t size)
{
    struct outcome outcome = {.step = HTTP_MORE, .arena = arena_new(ARENA)};
    size_t body_size;

    http_parser_begin(parser, outcome.arena);
    while (outcome.step == HTTP_MORE && outcome.used < raw.size) {
        size_t used = 0;

        outcome.step = feed(text_slice(raw, outcome.used, outcome.used == 0 ? first : size), &used);
        outcome.used += used;
    }
    if (outcome.step == HTTP_BAD)
        outcome.status = http_parser_defect(parser).status;
    if (outcome.step != HTTP_WHOLE)
        return outcome;
    outcome.head = *http_parser_head(parser);
    outcome.body_memory = http_parser_detach_body(parser, &body_size);
    outcome.body = (struct text){outcome.body_memory, body_size};
    return outcome;
}

static void expect_same(const struct outcome *a, const struct outcome *b)
{
    expect_int64(a->step, b->step);
    expect_int64(a->status, b->status);
    if (a->step != HTTP_WHOLE || b->step != HTTP_WHOLE)
        return;
    expect_int64(a->used, b->used);
    expect(text_equal(a->body, b->body));
    expect(text_equal(a->head.request.target, b->head.request.target));
    expect_int64(a->head.request.header_count, b->head.request.header_count);
}

static void expect_same_in_pieces(struct text raw, const struct outcome *whole)
{
    for (size_t first = 1; first <= raw.size; first++) {
        struct outcome cut = parse_in_pieces(raw, first, raw.size);

        expect_same(&cut, whole);
        free_outcome(&cut);
    }
    for (size_t size = 1; size <= 3; size++) {
        struct outcome cut = parse_in_pieces(raw, size, size);

        expect_same(&cut, whole);
        free_outcome(&cut);
    }
}

static const struct outcome *parse(const char *terminated)
{
    struct text raw = text_from(terminated);
    struct outcome *outcome = &outcomes[outcome_count++];

    *outcome = parse_in_pieces(raw, raw.size, raw.size);
    expect_same_in_pieces(raw, outcome);
    return outcome;
}

#define HOST "Host: fleet.example\r\n"

static void a_simple_request_is_understood(void)
{
    const struct outcome *o = parse("GET /api/v1/nodes?limit=5&x=%20 HTTP/1.1\r\n" HOST
                                    "Accept:  a , b \t\r\nX-Empty:\r\n\r\n");
    const struct http_request *request = &o->head.request;

    expect_int64(o->step, HTTP_WHOLE);
    expect_text(request->method, "GET");
    expect_text(request->target, "/api/v1/nodes?limit=5&x=%20");
    expect_text(request->path, "/api/v1/nodes");
    expect_text(request->query, "limit=5&x=%20");
    expect_int64(request->header_count, 3);
    expect_text(http_header(request, "HOST"), "fleet.example");
    expect_text(http_header(request, "accept"), "a , b");
    expect_text(http_header(request, "X-Empty"), "");
    expect(!text_is_present(http_header(request, "X-None")));
    expect_text(o->body, "");
    expect(o->head.keeps_alive);
    expect(!request->is_http10);
}

static void a_target_without_question_mark_has_no_query(void)
{
    const struct outcome *o = parse("GET / HTTP/1.1\r\n" HOST "\r\n");

    expect(!text_is_present(o->head.request.query));
    o = parse("GET /? HTTP/1.1\r\n" HOST "\r\n");
    expect(text_is_present(o->head.request.query));
    expect_text(o->head.request.query, "");
}

static void an_absolute_target_gives_its_path(void)
{
    const struct outcome *o =
        parse("GET http://fleet.example/a?b HTTP/1.1\r\nHost: Fleet.example\r\n\r\n");

    expect_int64(o->step, HTTP_WHOLE);
    expect_text(o->head.request.path, "/a");
    expect_text(o->head.request.query, "b");
    o = parse("GET https://fleet.example HTTP/1.1\r\n" HOST "\r\n");
    expect_text(o->head.request.path, "/");
    o = parse("GET https://fleet.example?q HTTP/1.1\r\n" HOST "\r\n");
    expect_text(o->head.request.path, "/");
    expect_text(o->head.request.query, "q");
}

static void the_server_as_a_whole_can_be_asked_for_its_options(void)
{
    const struct outcome *o = parse("OPTIONS * HTTP/1.1\r\n" HOST "\r\n");

    expect_int64(o->step, HTTP_WHOLE);
    expect_text(o->head.request.path, "*");
}

static void a_body_by_length_is_taken_and_no_more(void)
{
    const struct outcome *o =
        parse("POST /a HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhelloGET /next");

    expect_int64(o->step, HTTP_WHOLE);
    expect_text(o->body, "hello");
    expect_int64(o->used, strlen("POST /a HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"));
}

static void a_chunked_body_is_put_together(void)
{
    const struct outcome *o = parse("POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
                                    "5\r\nhello\r\n00A;name=\"value\"; x\r\n, world 12\r\n"
                                    "000\r\nTrailer: ignored\r\n\r\nGET");

    expect_int64(o->step, HTTP_WHOLE);
    expect_text(o->body, "hello, world 12");
    expect(o->head.is_chunked);
}

static void a_body_may_be_as_large_as_the_limit_and_no_larger(void)
{
    char raw[512];

    snprintf(raw, sizeof(raw), "POST /a HTTP/1.1\r\n" HOST "Content-Length: 64\r\n\r\n%064d", 1);
    expect_int64(parse(raw)->step, HTTP_WHOLE);
    expect_int64(parse("POST /a HTTP/1.1\r\n" HOST "Content-Length: 65\r\n\r\n")->status, 413);
    snprintf(
        raw, sizeof(raw),
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n40\r\n%064d\r\n0\r\n\r\n",
        1);
    expect_int64(parse(raw)->step, HTTP_WHOLE);
    snprintf(
        raw, sizeof(raw),
        "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n40\r\n%064d\r\n1\r\n", 1);
    expect_int64(parse(raw)->status, 413);
}

static void who_keeps_a_connection_alive_depends_on_version_and_wish(void)
{
    expect(!parse("GET / HTTP/1.1\r\n" HOST "Connection: x, Close\r\n\r\n")->head.keeps_alive);
    expect(parse("GET / HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n\r\n")->head.keeps_alive);
    expect(!parse("GET / HTTP/1.0\r\n\r\n")->head.keeps_alive);
    expect(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->head.keeps_alive);
    expect(parse("GET / HTTP/1.0\r\n\r\n")->head.request.is_http10);
}

static void a_wish_to_continue_is_noticed(void)
{
    const struct outcome *o =
        parse("PUT / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx");

    expect(o->head.expects_continue);
}

static void one_empty_line_before_the_request_line_is_forgiven(void)
{
    expect_int64(parse("\r\nGET / HTTP/1.1\r\n" HOST "\r\n")->step, HTTP_WHOLE);
    expect_int64(parse("\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n")->status, 400);
}

static void a_later_minor_version_is_spoken_to_as_1_1(void)
{
    expect_int64(parse("GET / HTTP/1.9\r\n" HOST "\r\n")->step, HTTP_WHOLE);
}

struct malformed {
    const char *raw;
    int status;
};

#define CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

static const struct malformed malformed[] = {
    /* the request line */
    {"GET  / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /  HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1 \r\n" HOST "\r\n", 400},
    {" GET / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET\t/ HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /\r\n" HOST "\r\n", 400},
    {"GET\r\n" HOST "\r\n", 400},
    {"G(T / HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a\tb HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a\rb HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET /\x80 HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET nodes HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET * HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET ftp://fleet.example/ HTTP/1.1\r\n" HOST "\r\n", 400},
    {"GET http:///a HTTP/1.1\r\n" HOST "\r\n", 400},
    {"CONNECT fleet.example:443 HTTP/1.1\r\n" HOST "\r\n", 501},
    {"GET / http/1.1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1\r\n" HOST "\r\n", 400},
    {"GET / HTTP/1.10\r\n" HOST "\r\n", 400},
    {"GET / HTTP/2.0\r\n" HOST "\r\n", 505},
    {"GET / HTTX/1.1\r\n" HOST "\r\n", 400},
    {"\x16\x03\x01", 400},
    {"\n", 400},
    /* line ends */
    {"GET / HTTP/1.1\n", 400}, /* at once: nothing after it can make it right */
    {"GET / HTTP/1.1\n" HOST "\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400},
    /* fields */
    {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST ": no name\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X\x01: a\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n", 400},
    /* Host */
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
    {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
    {"GET http://other.example/ HTTP/1.1\r\n" HOST "\r\n", 400},
    /* framing */
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1 1\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551617\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Content-Length: 999999999999999999\r\n\r\n", 413},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n", 400},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"POST / HTTP/1.1\r\n" HOST "Expect: miracles\r\n\r\n", 417},
    /* chunks */
    {CHUNKED "x\r\n", 400},
    {CHUNKED "\r\n", 400},
    {CHUNKED "-1\r\n", 400},
    {CHUNKED "0x5\r\n", 400},
    {CHUNKED " 5\r\n", 400},
    {CHUNKED "5 \r\n", 400},
    {CHUNKED "5\n", 400},
    {CHUNKED "5\rX", 400},
    {CHUNKED "5;a\nb\r\n", 400},
    {CHUNKED "5;a\x01\r\n", 400},
    {CHUNKED "FFFFFFFFFFFFFFFFF\r\n", 400},
    {CHUNKED "0000000000000001\r\n", 400},
    {CHUNKED "FFFFFFFFFFFFFFF\r\n", 413},
    {CHUNKED "1\r\nab", 400},
    {CHUNKED "1\r\na\n", 400},
    {CHUNKED "1\r\na\rx", 400},
    {CHUNKED "0\r\nno colon\r\n", 400},
    {CHUNKED "0\r\n folded: x\r\n", 400},
    {CHUNKED "0\r\nA: b\n", 400},
    {CHUNKED "0\r\nA: b\rX", 400},
    {CHUNKED "0\r\n\n", 400},
};

static void whatever_is_malformed_is_refused_however_it_is_cut(void)
{
    for (size_t i = 0; i < COUNT_OF(malformed); i++) {
        const struct outcome *o = parse(malformed[i].raw);

        if (o->step != HTTP_BAD || o->status != malformed[i].status)
            printf("case %zu gives %d: %s\n", i, o->status, malformed[i].raw);
        expect_int64(o->step, HTTP_BAD);
        expect_int64(o->status, malformed[i].status);
        free_outcome(&outcomes[--outcome_count]);
    }
}

static void a_zero_byte_is_refused_anywhere_in_a_head(void)
{
    static const char good[] = "GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
    struct text raw = {good, sizeof(good) - 1};
    char bad[sizeof(good)];

    for (size_t i = 0; i < raw.size; i++) {
        struct outcome o;

        memcpy(bad, good, sizeof(good));
        bad[i] = '\0';
        o = parse_in_pieces((struct text){bad, raw.size}, raw.size, raw.size);
        expect(o.step != HTTP_WHOLE);
        free_outcome(&o);
    }
}

/* "GET /", then `target` letters, then `headers` fields of `size` value bytes. */
static int status_of_request(size_t target, size_t headers, size_t size)
{
    AUTO_BUF raw = {0};
    struct outcome o;

    buf_init(&raw, 1 << 20);
    buf_add_c(&raw, "GET /");
    for (size_t i = 0; i < target; i++)
        buf_add_char(&raw, 'a');
    buf_add_c(&raw, " HTTP/1.1\r\n" HOST);
    for (size_t i = 0; i < headers; i++) {
        buf_add_c(&raw, "X: ");
        for (size_t j = 0; j < size; j++)
            buf_add_char(&raw, 'v');
        buf_add_c(&raw, "\r\n");
    }
    buf_add_c(&raw, "\r\n");
    o = parse_in_pieces(buf_text(&raw), 7, 13);
    free_outcome(&o);
    return o.step == HTTP_WHOLE ? 200 : o.status;
}

/* Whole it is beyond every limit at once, byte by byte it is refused at the first one. */
static void what_is_no_http_is_told_so_however_long_it_is(void)
{
    AUTO_BUF raw = {0};
    struct outcome o;

    buf_init(&raw, 1 << 20);
    for (size_t i = 0; i < 3 * MAX_HEAD; i++)
        buf_add_char(&raw, '\x01');
    o = parse_in_pieces(buf_text(&raw), raw.size, 1);
    free_outcome(&o);
    expect_int64(o.status, 400);
}

static void heads_have_limits(void)
{
    expect_int64(status_of_request(900, 0, 0), 200);
    expect_int64(status_of_request(1100, 0, 0), 414);
    expect_int64(status_of_request(1, 1, 900), 200);
    expect_int64(status_of_request(1, 1, 1100), 431);
    http_parser_free(parser);
    parser = http_parser_new(1 << 20);
    expect_int64(status_of_request(8000, 0, 0), 200);
    expect_int64(status_of_request(8200, 0, 0), 414);
    expect_int64(status_of_request(1, 99, 10), 200);
    expect_int64(status_of_request(1, 100, 10), 431);
    expect_int64(status_of_request(1, 30, 3000), 431); /* more than the arena holds */
}

static void trailers_and_extensions_have_a_limit(void)
{
    AUTO_BUF raw = {0};
    struct outcome o;

    buf_init(&raw, 1 << 20);
    buf_add_c(&raw, CHUNKED);
    buf_add_c(&raw, "1;");
    for (size_t i = 0; i < 9000; i++)
        buf_add_char(&raw, 'e');
    o = parse_in_pieces(buf_text(&raw), 100, 1000);
    expect_int64(o.status, 431);
    free_outcome(&o);
    buf_clear(&raw);
    buf_add_c(&raw, CHUNKED "0\r\n");
    for (size_t i = 0; i < 1000; i++)
        buf_add_c(&raw, "Trailer: x\r\n");
    o = parse_in_pieces(buf_text(&raw), 100, 1000);
    expect_int64(o.status, 431);
    free_outcome(&o);
}

static void an_unfinished_request_asks_for_more(void)
{
    expect_int64(parse("GET / HTTP/1.1\r\n" HOST)->step, HTTP_MORE);
    expect_int64(parse("POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nx")->step, HTTP_MORE);
    expect_int64(parse(CHUNKED "5\r\nhel")->step, HTTP_MORE);
    expect_int64(parse(CHUNKED "0\r\n")->step, HTTP_MORE);
}

static const struct test tests[] = {
    TEST(a_simple_request_is_understood),
    TEST(a_target_without_question_mark_has_no_query),
    TEST(an_absolute_target_gives_its_path),
    TEST(the_server_as_a_whole_can_be_asked_for_its_options),
    TEST(a_body_by_length_is_taken_and_no_more),
    TEST(a_chunked_body_is_put_together),
    TEST(a_body_may_be_as_large_as_the_limit_and_no_larger),
    TEST(who_keeps_a_connection_alive_depends_on_version_and_wish),
    TEST(a_wish_to_continue_is_noticed),
    TEST(one_empty_line_before_the_request_line_is_forgiven),
    TEST(a_later_minor_version_is_spoken_to_as_1_1),
    TEST(whatever_is_malformed_is_refused_however_it_is_cut),
    TEST(a_zero_byte_is_refused_anywhere_in_a_head),
    TEST(what_is_no_http_is_told_so_however_long_it_is),
    TEST(heads_have_limits),
    TEST(trailers_and_extensions_have_a_limit),
    TEST(an_unfinished_request_asks_for_more),
};

const struct suite test_parser_suite =
    SUITE_WITH("core/http/parser", tests, .set_up = make_parser, .tear_down = free_parser);
