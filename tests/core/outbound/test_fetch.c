/*
 * Questions of the command line, to a server that keeps them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/outbound/fetch.h"
#include "core/outbound/outbound.h"
#include "tests/support/expect.h"
#include "tests/support/web_sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CEILING = 1000 };

static struct web_sink *sink;
static struct fetch *fetch;
static struct arena *arena;
static struct buf out;
static struct error error;
static char token_file[] = "/tmp/fetch-token-XXXXXX";

static struct text make_url(void)
{
    return text_format(arena, "http://127.0.0.1:%d", web_sink_port(sink));
}

static void open_with(const struct fetch_server *server)
{
    fetch_close(fetch);
    fetch = NULL;
    expect_ok(fetch_open(server, &fetch, &error), &error);
}

static void set_up(void)
{
    int file;

    must(unsetenv("FLEETLEDGER_TOKEN") == 0);
    memcpy(token_file + sizeof(token_file) - 7, "XXXXXX", 6);
    file = mkstemp(token_file);
    must(file >= 0 && close(file) == 0);
    sink = web_sink_new();
    arena = arena_new(1 << 20);
    buf_init(&out, CEILING);
    fetch = NULL;
    open_with(&(struct fetch_server){.url = make_url()});
}

static void tear_down(void)
{
    fetch_close(fetch);
    buf_fini(&out);
    arena_free(arena);
    web_sink_free(sink);
    unlink(token_file);
}

static void write_token(const char *content)
{
    FILE *file = fopen(token_file, "we");

    must(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
}

static void expect_failure(const char *path, enum status status, const char *said)
{
    expect_status(fetch_get(fetch, text_from(path), &out, &error), status, &error);
    expect_at(
        text_contains(text_from(error.text), text_from(said)), __FILE__, __LINE__, error.text);
}

static void expect_sent(size_t n, const char *part)
{
    expect(web_sink_wait(sink, n + 1));
    expect_at(
        strstr(web_sink_request(sink, n), part) != NULL, __FILE__, __LINE__,
        web_sink_request(sink, n));
}

static void what_the_server_answers_is_appended(void)
{
    buf_add_c(&out, "before ");
    web_sink_answer(sink, "200 OK", "checkpoint");
    expect_ok(fetch_get(fetch, text_lit("/api/v1/ledger/checkpoint"), &out, &error), &error);
    expect_text(buf_text(&out), "before checkpoint");
    expect_sent(0, "GET /api/v1/ledger/checkpoint HTTP/1.1\r\n");
    expect(strstr(web_sink_request(sink, 0), "Authorization") == NULL);
}

static void a_document_is_posted_as_json(void)
{
    web_sink_answer(sink, "201 Created", "{\"id\":1}");
    expect_ok(fetch_post(fetch, text_lit("/x"), text_lit("{\"a\":2}"), &out, &error), &error);
    expect_text(buf_text(&out), "{\"id\":1}");
    expect_sent(0, "POST /x HTTP/1.1\r\n");
    expect_sent(0, "Content-Type: application/json");
    expect_sent(0, "\r\n\r\n{\"a\":2}");
}

static bool take_some(struct bytes piece, void *context)
{
    size_t *left = context;

    buf_add(&out, piece.data, piece.size);
    *left = piece.size < *left ? *left - piece.size : 0;
    return *left > 0;
}

/* Until whoever takes it has had enough; what is no 2xx is not handed on. */
static void an_answer_is_handed_on_as_it_comes(void)
{
    size_t left = CEILING;
    const struct fetch_taker taker = {take_some, &left};

    web_sink_answer(sink, "200 OK", "line\nline\n");
    expect_ok(fetch_take(fetch, text_lit("/content"), &taker, &error), &error);
    expect_text(buf_text(&out), "line\nline\n");
    web_sink_answer(sink, "404 Not Found", "{\"code\":\"export_not_found\",\"message\":\"None\"}");
    expect_status(
        fetch_take(fetch, text_lit("/content"), &taker, &error), STATUS_NOT_FOUND, &error);
    expect_text(buf_text(&out), "line\nline\n");
    left = 1;
    web_sink_answer(sink, "200 OK", "more");
    expect_status(
        fetch_take(fetch, text_lit("/content"), &taker, &error), STATUS_UNAVAILABLE, &error);
}

static void an_address_may_have_a_path_and_a_slash_at_its_end(void)
{
    open_with(
        &(struct fetch_server){.url = text_format(arena, " %.*s/fleet// ", TEXT_ARGS(make_url()))});
    expect_ok(fetch_get(fetch, text_lit("/a?b=c"), &out, &error), &error);
    expect_sent(0, "GET /fleet/a?b=c HTTP/1.1\r\n");
}

static void what_is_no_address_is_refused(void)
{
    static const char *const wrong[] = {
        "",           "fleet.example",         "ftp://fleet.example",   "file:///etc/passwd",
        "https://",   "https://a@b.example",   "https://b.example?q=1", "https://b.example#f",
        "http://a b", "http://a.example/\x01",
    };
    struct fetch *none = NULL;

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const struct fetch_server server = {.url = text_from(wrong[i])};
        expect_status(fetch_open(&server, &none, &error), STATUS_INVALID, &error);
        expect_text(text_from(error.code), "url_invalid");
    }
    expect(none == NULL);
}

static void the_token_of_the_environment_is_sent(void)
{
    must(setenv("FLEETLEDGER_TOKEN", "from-environment", 1) == 0);
    open_with(&(struct fetch_server){.url = make_url()});
    expect_ok(fetch_get(fetch, text_lit("/"), &out, &error), &error);
    expect_sent(0, "Authorization: Bearer from-environment\r\n");
}

static void the_token_of_a_file_is_read_anew_each_time(void)
{
    must(setenv("FLEETLEDGER_TOKEN", "from-environment", 1) == 0);
    open_with(&(struct fetch_server){.url = make_url(), .token_file = text_from(token_file)});
    write_token("first\nmore\n");
    expect_ok(fetch_get(fetch, text_lit("/"), &out, &error), &error);
    write_token("second");
    expect_ok(fetch_get(fetch, text_lit("/"), &out, &error), &error);
    expect_sent(0, "Authorization: Bearer first\r\n");
    expect_sent(1, "Authorization: Bearer second\r\n");
}

static void a_token_file_without_a_token_is_named(void)
{
    open_with(&(struct fetch_server){.url = make_url(), .token_file = text_from(token_file)});
    write_token("\n");
    expect_failure("/", STATUS_INVALID, token_file);
    write_token("a b\n");
    expect_failure("/", STATUS_INVALID, "holds no access token");
    write_token("a\rX-Header: b\n");
    expect_failure("/", STATUS_INVALID, "holds no access token");
    unlink(token_file);
    expect_failure("/", STATUS_INVALID, "cannot be read");
}

static void a_token_does_not_leave_this_machine_in_the_clear(void)
{
    must(setenv("FLEETLEDGER_TOKEN", "secret", 1) == 0);
    open_with(&(struct fetch_server){.url = text_lit("http://fleet.invalid")});
    expect_failure("/", STATUS_INVALID, "use https");
}

static void a_refusal_comes_in_the_servers_own_words(void)
{
    web_sink_answer(
        sink, "403 Forbidden", "{\"code\":\"role_missing\",\"message\":\"Ask an owner.\"}");
    expect_failure("/", STATUS_FORBIDDEN, "answers 403: Ask an owner.");
    expect_text(text_from(error.code), "role_missing");
    expect_int64(out.size, 0);
}

static void whoever_must_sign_in_is_told_how(void)
{
    web_sink_answer(sink, "401 Unauthorized", "{\"code\":\"unauthenticated\",\"message\":\"No.\"}");
    expect_failure("/", STATUS_UNAUTHENTICATED, "--token-file");
    must(setenv("FLEETLEDGER_TOKEN", "old", 1) == 0);
    open_with(&(struct fetch_server){.url = make_url()});
    expect_failure("/", STATUS_UNAUTHENTICATED, "sign in again");
}

static void when_an_answer_was_made_is_known_where_it_says_so(void)
{
    web_sink_answer(sink, "200 OK\r\nLast-Modified: Sun, 29 Nov 2026 10:00:00 GMT", "");
    expect_ok(fetch_get(fetch, text_lit("/"), &out, &error), &error);
    expect_int64(fetch_last_modified(fetch).us, INT64_C(1795946400) * US_PER_S);
    web_sink_answer(sink, "200 OK", "");
    expect_ok(fetch_get(fetch, text_lit("/"), &out, &error), &error);
    expect(!timestamp_is_present(fetch_last_modified(fetch)));
}

static void another_kind_of_server_is_told_from_ours(void)
{
    web_sink_answer(sink, "404 Not Found", "<html>");
    expect_failure("/", STATUS_INVALID, "is the address right?");
    web_sink_answer(sink, "502 Bad Gateway", "<html>");
    expect_failure("/", STATUS_UNAVAILABLE, "answers 502");
    web_sink_answer(sink, "302 Found\r\nLocation: https://elsewhere.invalid/", "");
    expect_failure("/", STATUS_INVALID, "the address that it refers to");
    expect(web_sink_wait(sink, 3));
}

static void an_answer_beyond_the_ceiling_is_dropped_whole(void)
{
    char large[CEILING + 2];

    memset(large, 'x', sizeof(large));
    large[CEILING + 1] = '\0';
    web_sink_answer(sink, "200 OK", large);
    buf_add_c(&out, "kept");
    expect_failure("/", STATUS_TOO_LARGE, "more than the 1000 bytes");
    expect_text(buf_text(&out), "kept");
    web_sink_answer(sink, "200 OK", "!");
    expect_ok(fetch_get(fetch, text_lit("/"), &out, &error), &error);
    expect_text(buf_text(&out), "kept!");
}

static void a_server_that_is_away_is_named(void)
{
    web_sink_free(sink);
    sink = NULL;
    expect_failure("/secret", STATUS_UNAVAILABLE, "http://127.0.0.1:");
    expect_text(text_from(error.code), "unreachable");
}

static void who_takes_no_connection_is_away_and_nobody_else(void)
{
    const struct outbound_limits limits = {.connect_s = 1, .answer_s = 1, .whole_s = 100};
    struct fetch_server server = {.url = make_url(), .limits = &limits};

    web_sink_answer(sink, "502 Bad Gateway", "");
    expect_failure("/", STATUS_UNAVAILABLE, "answers 502");
    expect(!fetch_was_away(fetch));
    server.url = text_format(arena, "https://127.0.0.1:%d", web_sink_port(sink));
    open_with(&server);
    expect_failure("/", STATUS_TIMED_OUT, "cannot be asked"); /* no TLS there */
    expect(!fetch_was_away(fetch));
    web_sink_free(sink);
    sink = NULL;
    expect_failure("/", STATUS_UNAVAILABLE, "cannot be asked");
    expect(fetch_was_away(fetch));
}

static void an_answer_that_does_not_come_on_is_given_up(void)
{
    const struct outbound_limits limits = {.connect_s = 100, .answer_s = 1, .whole_s = 100};

    open_with(&(struct fetch_server){.url = make_url(), .limits = &limits});
    web_sink_trickle(sink, 100);
    expect_failure("/", STATUS_TIMED_OUT, "cannot be asked");
    expect(!fetch_was_away(fetch));
}

static void several_are_asked_for_at_once(void)
{
    struct buf outs[FETCH_AT_ONCE];
    struct fetch_item items[FETCH_AT_ONCE];

    web_sink_answer(sink, "200 OK", "tile");
    for (int i = 0; i < FETCH_AT_ONCE; i++) {
        buf_init(&outs[i], i == 3 ? 2 : CEILING);
        items[i] = (struct fetch_item){.path = text_format(arena, "/tile/%d", i), .out = &outs[i]};
    }
    for (int round = 0; round < 2; round++) {
        fetch_get_all(fetch, items, FETCH_AT_ONCE);
        for (int i = 0; i < FETCH_AT_ONCE; i++) {
            expect_status(items[i].status, i == 3 ? STATUS_TOO_LARGE : STATUS_OK, &items[i].error);
            expect_text(buf_text(&outs[i]), i == 3 ? "" : round == 0 ? "tile" : "tiletile");
        }
    }
    expect(web_sink_wait(sink, 2 * (size_t)FETCH_AT_ONCE));
    for (int i = 0; i < FETCH_AT_ONCE; i++)
        buf_fini(&outs[i]);
}

static void of_several_each_says_why_it_did_not_come(void)
{
    struct fetch_item items[2] = {
        {.path = text_lit("/a"), .out = &out}, {.path = text_lit("/b"), .out = &out}};

    web_sink_answer(sink, "404 Not Found", "{\"code\":\"tile_not_found\",\"message\":\"No.\"}");
    fetch_get_all(fetch, items, 2);
    expect_status(items[0].status, STATUS_NOT_FOUND, &items[0].error);
    expect_status(items[1].status, STATUS_NOT_FOUND, &items[1].error);
    web_sink_free(sink);
    sink = NULL;
    fetch_get_all(fetch, items, 2);
    expect_status(items[1].status, STATUS_UNAVAILABLE, &items[1].error);
    expect_text(text_from(items[1].error.code), "unreachable");
    must(setenv("FLEETLEDGER_TOKEN", "a b", 1) == 0);
    open_with(&(struct fetch_server){.url = text_lit("http://127.0.0.1:1")});
    fetch_get_all(fetch, items, 2);
    expect_status(items[0].status, STATUS_INVALID, &items[0].error);
    expect_text(text_from(items[1].error.code), "token_malformed");
}

static void words_of_the_server_cannot_reach_the_terminal(void)
{
    web_sink_answer(sink, "409 Conflict", "{\"code\":\"x\",\"message\":\"\\u001b[2Jgone\"}");
    expect_failure("/", STATUS_CONFLICT, "?[2Jgone");
}

static const struct test tests[] = {
    TEST(what_the_server_answers_is_appended),
    TEST(a_document_is_posted_as_json),
    TEST(an_answer_is_handed_on_as_it_comes),
    TEST(an_address_may_have_a_path_and_a_slash_at_its_end),
    TEST(what_is_no_address_is_refused),
    TEST(the_token_of_the_environment_is_sent),
    TEST(the_token_of_a_file_is_read_anew_each_time),
    TEST(a_token_file_without_a_token_is_named),
    TEST(a_token_does_not_leave_this_machine_in_the_clear),
    TEST(a_refusal_comes_in_the_servers_own_words),
    TEST(whoever_must_sign_in_is_told_how),
    TEST(when_an_answer_was_made_is_known_where_it_says_so),
    TEST(another_kind_of_server_is_told_from_ours),
    TEST(an_answer_beyond_the_ceiling_is_dropped_whole),
    TEST(a_server_that_is_away_is_named),
    TEST(who_takes_no_connection_is_away_and_nobody_else),
    TEST(an_answer_that_does_not_come_on_is_given_up),
    TEST(several_are_asked_for_at_once),
    TEST(of_several_each_says_why_it_did_not_come),
    TEST(words_of_the_server_cannot_reach_the_terminal),
};

const struct suite test_fetch_suite =
    SUITE_WITH("core/outbound/fetch", tests, .set_up = set_up, .tear_down = tear_down);
