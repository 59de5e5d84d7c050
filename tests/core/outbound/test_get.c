/*
 * Documents that others name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/outbound.h"
#include "tests/support/expect.h"
#include "tests/support/web_sink.h"

#include <string.h>

static struct web_sink *sink;
static struct outbound *outbound;
static struct arena *arena;
static struct error error;

static void set_up(void)
{
    sink = web_sink_new();
    outbound = outbound_new(&outbound_usual_limits);
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
    outbound_free(outbound);
    web_sink_free(sink);
}

static struct text address(const char *path)
{
    return text_format(arena, "http://127.0.0.1:%d%s", web_sink_port(sink), path);
}

/* At most ten bytes of it, behind one that was there. */
static enum status get(struct text url, struct text *out)
{
    const struct web_get what = {.url = url, .accept = "text/plain", .user_agent = "test"};
    AUTO_BUF body = {0};
    enum status status;

    buf_init(&body, 11);
    buf_add_c(&body, ">");
    status = outbound_get(outbound, &what, &body, &error);
    *out = text_copy(arena, buf_text(&body));
    return status;
}

static void a_document_comes_from_where_it_has_moved_to(void)
{
    struct text body;

    web_sink_answer_at(
        sink, "/here",
        text_format(arena, "302 Found\r\nLocation: %.*s", TEXT_ARGS(address("/there"))).data, "");
    web_sink_answer_at(sink, "/there", "200 OK", "it is me");
    expect_ok(get(address("/here"), &body), &error);
    expect_text(body, ">it is me");
    expect(strstr(web_sink_request(sink, 0), "Accept: text/plain\r\n") != NULL);
    expect(strstr(web_sink_request(sink, 0), "User-Agent: test\r\n") != NULL);
}

static void whoever_leads_in_circles_is_not_followed_for_ever(void)
{
    struct text body;

    web_sink_answer(
        sink, text_format(arena, "302 Found\r\nLocation: %.*s", TEXT_ARGS(address("/"))).data, "");
    expect_status(get(address("/"), &body), STATUS_UNAVAILABLE, &error);
    expect_text(body, ">");
}

static void of_an_answer_that_is_none_nothing_is_kept(void)
{
    struct text body;

    web_sink_answer(sink, "404 Not Found", "secret");
    expect_status(get(address("/"), &body), STATUS_NOT_FOUND, &error);
    expect_text(body, ">");
    web_sink_answer(sink, "500 Internal Server Error", "secret");
    expect_status(get(address("/"), &body), STATUS_UNAVAILABLE, &error);
    expect_text(body, ">");
    expect(!text_contains(text_from(error.text), text_lit("secret")));
}

static void a_document_that_is_too_large_is_given_up(void)
{
    struct text body;

    web_sink_answer(sink, "200 OK", "0123456789");
    expect_ok(get(address("/"), &body), &error);
    web_sink_answer(sink, "200 OK", "0123456789a");
    expect_status(get(address("/"), &body), STATUS_TOO_LARGE, &error);
    expect_text(body, ">");
}

static void an_address_of_the_link_is_not_asked_whoever_leads_there(void)
{
    struct text body;

    expect_status(get(text_lit("http://169.254.169.254/"), &body), STATUS_UNAVAILABLE, &error);
    web_sink_answer(sink, "302 Found\r\nLocation: http://169.254.169.254/", "");
    expect_status(get(address("/"), &body), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.text), "the host has an address of the link, which is not used");
}

static void a_file_of_ours_is_no_document(void)
{
    struct text body;

    expect_status(get(text_lit("file:///etc/passwd"), &body), STATUS_UNAVAILABLE, &error);
    web_sink_answer(sink, "302 Found\r\nLocation: file:///etc/passwd", "");
    expect_status(get(address("/"), &body), STATUS_UNAVAILABLE, &error);
    expect_text(body, ">");
}

static const struct test tests[] = {
    TEST(a_document_comes_from_where_it_has_moved_to),
    TEST(whoever_leads_in_circles_is_not_followed_for_ever),
    TEST(of_an_answer_that_is_none_nothing_is_kept),
    TEST(a_document_that_is_too_large_is_given_up),
    TEST(an_address_of_the_link_is_not_asked_whoever_leads_there),
    TEST(a_file_of_ours_is_no_document),
};
extern const struct suite test_get_suite;
const struct suite test_get_suite =
    SUITE_WITH("core/outbound/get", tests, .set_up = set_up, .tear_down = tear_down);
