/*
 * Rendering answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/http/answer.h"
#include "core/http/gzip.h"
#include "tests/support/expect.h"

#include <zlib.h>

#include <string.h>

enum { LONG = 5000 };

static struct http_gzip *gzip;
static struct http_rendering rendering;
static char long_text[LONG + 1];

static void make_gzip(void)
{
    gzip = http_gzip_new();
    memset(long_text, 'x', LONG);
}

static void free_gzip(void)
{
    http_rendering_fini(&rendering);
    http_gzip_free(gzip);
}

static const struct http_terms plain_terms = {.now = {1795562362000000}}; /* 24 Nov 2026 */

static const char *render(const struct http_answer *answer, const struct http_terms *terms)
{
    http_rendering_fini(&rendering);
    http_answer_render(answer, terms, &rendering);
    return rendering.head.data;
}

static void an_answer_has_status_date_headers_and_length(void)
{
    struct http_header headers[] = {{text_lit("Content-Type"), text_lit("text/plain")}};
    struct http_answer answer = {
        .status = 201, .headers = headers, .header_count = 1, .body = text_lit("hello")};

    render(&answer, &plain_terms);
    expect_text(
        buf_text(&rendering.head), "HTTP/1.1 201 Created\r\n"
                                   "Date: Tue, 24 Nov 2026 23:19:22 GMT\r\n"
                                   "Content-Type: text/plain\r\n"
                                   "Content-Length: 5\r\n\r\n");
    expect_text(rendering.body, "hello");
}

static void an_unknown_status_has_an_empty_phrase(void)
{
    struct http_answer answer = {.status = 299, .body = text_lit("")};

    expect(strncmp(render(&answer, &plain_terms), "HTTP/1.1 299 \r\n", 15) == 0);
}

static void the_fate_of_the_connection_is_told(void)
{
    struct http_answer answer = {.status = 200, .body = text_lit("")};
    struct http_terms terms = plain_terms;

    expect(strstr(render(&answer, &terms), "Connection") == NULL);
    terms.names_keepalive = true;
    expect(strstr(render(&answer, &terms), "\r\nConnection: keep-alive\r\n") != NULL);
    terms.closes = true;
    expect(strstr(render(&answer, &terms), "\r\nConnection: close\r\n") != NULL);
}

static void head_gets_the_length_but_no_body(void)
{
    struct http_answer answer = {.status = 200, .body = text_lit("hello")};
    struct http_terms terms = plain_terms;

    terms.is_head = true;
    expect(strstr(render(&answer, &terms), "\r\nContent-Length: 5\r\n") != NULL);
    expect_int64(rendering.body.size, 0);
}

static void statuses_without_body_have_neither_body_nor_length(void)
{
    static const int statuses[] = {204, 304};

    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        struct http_answer answer = {.status = statuses[i], .body = text_lit("hello")};

        expect(strstr(render(&answer, &plain_terms), "Content-Length") == NULL);
        expect_int64(rendering.body.size, 0);
    }
}

static void headers_that_could_split_the_answer_or_are_ours_are_left_out(void)
{
    struct http_header headers[] = {
        {text_lit("X-A"), text_lit("a\r\nX-Evil: b")},
        {text_lit("X-B"), text_lit("a\nb")},
        {text_lit("X-C"), text_lit("a\rb")},
        {{"X-D", 3}, {"a\0b", 3}},
        {text_lit("X\r\nE"), text_lit("a")},
        {text_lit(""), text_lit("a")},
        {text_lit("connection"), text_lit("upgrade")},
        {text_lit("DATE"), text_lit("today")},
        {text_lit("Transfer-Encoding"), text_lit("x")},
        {text_lit("X-Good"), text_lit("g\tood")},
    };
    struct http_answer answer = {
        .status = 204, .headers = headers, .header_count = COUNT_OF(headers), .body = text_lit("")};

    render(&answer, &plain_terms);
    expect_text(
        buf_text(&rendering.head), "HTTP/1.1 204 No Content\r\n"
                                   "Date: Tue, 24 Nov 2026 23:19:22 GMT\r\n"
                                   "X-Good: g\tood\r\n\r\n");
}

static void a_head_beyond_all_measure_becomes_a_plain_500(void)
{
    struct http_header headers[20];
    struct http_answer answer = {
        .status = 200,
        .headers = headers,
        .header_count = COUNT_OF(headers),
        .body = text_lit("hello"),
    };

    for (size_t i = 0; i < COUNT_OF(headers); i++)
        headers[i] = (struct http_header){text_lit("X"), {long_text, LONG}};
    render(&answer, &plain_terms);
    expect_text(
        buf_text(&rendering.head),
        "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    expect_int64(rendering.body.size, 0);
}

static struct text unpacked(struct text packed, char out[LONG + 1])
{
    z_stream stream = {.next_out = (Bytef *)out, .avail_out = LONG + 1};
    char *copy = heap_new(packed.size + 1);
    size_t size;

    memcpy(copy, packed.data, packed.size);
    stream.next_in = (Bytef *)copy;
    stream.avail_in = (uInt)packed.size;
    inflateInit2(&stream, 15 + 16);
    size = inflate(&stream, Z_FINISH) == Z_STREAM_END ? stream.total_out : 0;
    inflateEnd(&stream);
    heap_free(copy);
    return (struct text){out, size};
}

static void a_long_body_is_packed_for_who_accepts_it(void)
{
    char out[LONG + 1];

    for (int i = 0; i < 2; i++) { /* the second time with used tables */
        AUTO_BUF packed = {0};
        expect(http_gzip_body(gzip, text_lit("gzip"), (struct text){long_text, LONG}, &packed));
        expect(packed.size < 100);
        expect_text(unpacked(buf_text(&packed), out), long_text);
    }
}

static void a_body_is_left_alone_for_anybody_else(void)
{
    AUTO_BUF packed = {0};

    expect(!http_gzip_body(gzip, text_lit("br"), (struct text){long_text, LONG}, &packed));
    expect(!http_gzip_body(gzip, text_lit("gzip"), (struct text){long_text, 1024}, &packed));
}

static void a_body_that_would_grow_is_left_alone(void)
{
    unsigned noise = 12345;
    AUTO_BUF packed = {0};

    for (size_t i = 0; i < 2000; i++) {
        noise = noise * 1103515245 + 12345;
        long_text[i] = (char)(noise >> 16);
    }
    expect(!http_gzip_body(gzip, text_lit("gzip"), (struct text){long_text, 2000}, &packed));
}

static void a_packed_answer_says_so_and_caches_are_told_that_it_varies(void)
{
    struct http_answer answer = {.status = 200, .body = text_lit("x"), .varies_by_encoding = true};

    expect(strstr(render(&answer, &plain_terms), "\r\nVary: Accept-Encoding\r\n") != NULL);
    expect(strstr(rendering.head.data, "Content-Encoding") == NULL);
    answer.is_packed = true;
    expect(strstr(render(&answer, &plain_terms), "\r\nContent-Encoding: gzip\r\n") != NULL);
    answer = (struct http_answer){.status = 200, .body = text_lit("x")};
    expect(strstr(render(&answer, &plain_terms), "Vary") == NULL);
}

static void who_accepts_gzip_is_read_from_the_list(void)
{
    expect(http_gzip_is_accepted(text_lit("gzip")));
    expect(http_gzip_is_accepted(text_lit("br, GZIP;q=0.5 , deflate")));
    expect(http_gzip_is_accepted(text_lit("gzip; q=0.001")));
    expect(!http_gzip_is_accepted(text_lit("gzip;q=0")));
    expect(!http_gzip_is_accepted(text_lit("gzip; q=0.00")));
    expect(!http_gzip_is_accepted(text_lit("xgzip, br")));
    expect(!http_gzip_is_accepted(text_lit("")));
    expect(!http_gzip_is_accepted((struct text){0}));
}

static const struct test tests[] = {
    TEST(an_answer_has_status_date_headers_and_length),
    TEST(an_unknown_status_has_an_empty_phrase),
    TEST(the_fate_of_the_connection_is_told),
    TEST(head_gets_the_length_but_no_body),
    TEST(statuses_without_body_have_neither_body_nor_length),
    TEST(headers_that_could_split_the_answer_or_are_ours_are_left_out),
    TEST(a_head_beyond_all_measure_becomes_a_plain_500),
    TEST(a_long_body_is_packed_for_who_accepts_it),
    TEST(a_body_is_left_alone_for_anybody_else),
    TEST(a_body_that_would_grow_is_left_alone),
    TEST(a_packed_answer_says_so_and_caches_are_told_that_it_varies),
    TEST(who_accepts_gzip_is_read_from_the_list),
};

const struct suite test_answer_suite =
    SUITE_WITH("core/http/answer", tests, .set_up = make_gzip, .tear_down = free_gzip);
