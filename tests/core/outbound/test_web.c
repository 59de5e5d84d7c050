/*
 * JSON, posted to a server that keeps it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/http/address.h"
#include "core/outbound/outbound.h"
#include "tests/support/expect.h"
#include "tests/support/mail_sink.h"
#include "tests/support/web_sink.h"

#include <string.h>

enum { VERY_LONG_S = 120 };

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

static struct text make_url(void)
{
    return text_format(arena, "http://127.0.0.1:%d/bot1:a/sendMessage", web_sink_port(sink));
}

static enum status post_json(
    struct outbound *by,
    struct text url,
    struct text json,
    struct arena *in,
    struct web_answer *out,
    struct error *why)
{
    const struct web_post post = {.url = url, .content_type = "application/json", .body = json};

    return outbound_post(by, &post, in, out, why);
}

static void json_arrives_and_the_answer_comes_back(void)
{
    struct web_answer answer;

    expect_ok(
        post_json(outbound, make_url(), text_lit("{\"text\":\"hi\"}"), arena, &answer, &error),
        &error);
    expect_int64(answer.status, 200);
    expect_text(answer.body, "{}");
    expect(web_sink_wait(sink, 1));
    expect(strncmp(web_sink_request(sink, 0), "POST /bot1:a/sendMessage HTTP/1.1\r\n", 34) == 0);
    expect(strstr(web_sink_request(sink, 0), "Content-Type: application/json\r\n") != NULL);
    expect(strstr(web_sink_request(sink, 0), "\r\n\r\n{\"text\":\"hi\"}") != NULL);
}

static void an_error_of_the_server_is_an_answer(void)
{
    struct web_answer answer;

    web_sink_answer(sink, "401 Unauthorized", "no such bot");
    expect_ok(post_json(outbound, make_url(), text_lit("{}"), arena, &answer, &error), &error);
    expect_int64(answer.status, 401);
    expect_text(answer.body, "no such bot");
}

static void an_answer_without_end_is_cut_off(void)
{
    char *endless = heap_new(100001);
    struct web_answer answer;

    memset(endless, 'x', 100000);
    web_sink_answer(sink, "200 OK", endless);
    expect_status(
        post_json(outbound, make_url(), text_lit("{}"), arena, &answer, &error), STATUS_UNAVAILABLE,
        &error);
    heap_free(endless);
}

static struct web_post given_post(void)
{
    return (struct web_post){
        .url = make_url(), .content_type = "application/json", .body = text_lit("{}")};
}

static void what_users_name_reaches_private_addresses_only_where_that_is_allowed(void)
{
    struct web_post post = given_post();
    struct http_networks allowed;
    struct web_answer answer;

    expect_ok(outbound_post(outbound, &post, arena, &answer, &error), &error);
    post.is_of_users = true;
    expect_status(
        outbound_post(outbound, &post, arena, &answer, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "address_not_allowed");
    post.url = text_format(arena, "http://localhost:%d/", web_sink_port(sink));
    expect_status(
        outbound_post(outbound, &post, arena, &answer, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "address_not_allowed");
    expect(http_networks_parse(text_lit("127.0.0.1,::1"), &allowed));
    outbound_allow(outbound, &allowed);
    expect_ok(outbound_post(outbound, &post, arena, &answer, &error), &error);
    expect_int64(web_sink_count(sink), 2);
}

static void what_matters_of_a_long_answer_is_how_it_begins(void)
{
    char *endless = heap_new(100001);
    struct web_post post = given_post();
    struct web_answer answer;

    memset(endless, 'x', 100000);
    web_sink_answer(sink, "200 OK", endless);
    post.cuts_answer = true;
    expect_ok(outbound_post(outbound, &post, arena, &answer, &error), &error);
    expect_int64(answer.status, 200);
    expect_int64((int64_t)answer.body.size, 64 << 10);
    heap_free(endless);
}

static void headers_go_and_the_wish_for_a_pause_comes_back(void)
{
    struct web_post post = given_post();
    struct web_answer answer;

    post.headers[0] = (struct web_header){"webhook-id", text_lit("7")};
    web_sink_answer(sink, "503 Busy\r\nRetry-After: 7", "");
    expect_ok(outbound_post(outbound, &post, arena, &answer, &error), &error);
    expect_int64(answer.status, 503);
    expect_int64(answer.retry_after_s, 7);
    expect(web_sink_wait(sink, 1));
    expect(strstr(web_sink_request(sink, 0), "webhook-id: 7\r\n") != NULL);
}

static void a_redirect_is_not_followed(void)
{
    struct web_answer answer;
    struct text moved = text_format(
        arena, "302 Found\r\nLocation: http://127.0.0.1:%d/elsewhere", web_sink_port(sink));

    web_sink_answer(sink, moved.data, "");
    expect_ok(post_json(outbound, make_url(), text_lit("{}"), arena, &answer, &error), &error);
    expect_int64(answer.status, 302);
    expect(web_sink_wait(sink, 1));
}

/* A mail server's login is nothing for others. */
static void nothing_of_one_call_is_left_for_the_next(void)
{
    static const struct text ada = TEXT_OF("ada@example.com");
    struct mail_sink *mails = mail_sink_new();
    struct mail_server server = {
        .host = text_lit("127.0.0.1"),
        .port = mail_sink_port(mails),
        .username = text_lit("ada"),
        .password = text_lit("secret"),
    };
    struct mail_message mail = {.from_address = ada, .to = &ada, .to_count = 1};
    struct web_answer answer;

    expect_ok(outbound_send(outbound, &server, &mail, &error), &error);
    expect_ok(post_json(outbound, make_url(), text_lit("{}"), arena, &answer, &error), &error);
    expect(web_sink_wait(sink, 1));
    expect(strstr(web_sink_request(sink, 0), "Authorization") == NULL);
    mail_sink_free(mails);
}

static void other_schemes_are_refused(void)
{
    struct web_answer answer;

    expect_status(
        post_json(
            outbound, text_lit("file:///etc/hostname"), text_lit("{}"), arena, &answer, &error),
        STATUS_UNAVAILABLE, &error);
}

static void no_error_names_the_secret_in_the_url(void)
{
    struct web_answer answer;
    struct text url = make_url();

    web_sink_free(sink);
    sink = NULL;
    expect_status(
        post_json(outbound, url, text_lit("{}"), arena, &answer, &error), STATUS_UNAVAILABLE,
        &error);
    expect(strstr(error.text, "bot1") == NULL);
}

/* A call with one short limit, by which alone it can end. */
static void expect_given_up(const struct outbound_limits *limits, int pause_ms)
{
    struct outbound *impatient = outbound_new(limits);
    struct web_answer answer;

    web_sink_trickle(sink, pause_ms);
    expect_status(
        post_json(impatient, make_url(), text_lit("{}"), arena, &answer, &error), STATUS_TIMED_OUT,
        &error);
    outbound_free(impatient);
}

static void a_server_that_trickles_is_given_up(void)
{
    const struct outbound_limits limits = {VERY_LONG_S, .answer_s = 1, VERY_LONG_S};

    expect_given_up(&limits, 100);
}

/* However well it goes on. */
static void an_answer_that_takes_too_long_is_given_up(void)
{
    const struct outbound_limits limits = {VERY_LONG_S, VERY_LONG_S, .whole_s = 1};

    expect_given_up(&limits, 100);
}

static const struct test tests[] = {
    TEST(json_arrives_and_the_answer_comes_back),
    TEST(an_error_of_the_server_is_an_answer),
    TEST(an_answer_without_end_is_cut_off),
    TEST(other_schemes_are_refused),
    TEST(no_error_names_the_secret_in_the_url),
    TEST(what_users_name_reaches_private_addresses_only_where_that_is_allowed),
    TEST(what_matters_of_a_long_answer_is_how_it_begins),
    TEST(headers_go_and_the_wish_for_a_pause_comes_back),
    TEST(a_redirect_is_not_followed),
    TEST(nothing_of_one_call_is_left_for_the_next),
    TEST(a_server_that_trickles_is_given_up),
    TEST(an_answer_that_takes_too_long_is_given_up),
};
const struct suite test_web_suite =
    SUITE_WITH("core/outbound/web", tests, .set_up = set_up, .tear_down = tear_down);
