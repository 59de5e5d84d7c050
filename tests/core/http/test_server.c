/*
 * The whole server over the loopback: what a well-behaved client sees.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/http/http.h"
#include "tests/support/echo.h"
#include "tests/support/expect.h"
#include "tests/support/peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define HOST "Host: fleet.example\r\n"

static struct echo *echo;
static int peer;
static struct buf got;

static void start(const struct http_settings *settings, size_t loops)
{
    struct error error;

    echo = echo_start(settings, loops, &error);
    peer = settings->port == 0 && http_server_port(echo_server(echo)) != 0
               ? peer_connect(echo_port(echo))
               : -1;
}

static void given_server_and_peer(void)
{
    struct http_settings settings = echo_settings();

    buf_init(&got, 64 << 20);
    start(&settings, 1);
}

static void free_server_and_peer(void)
{
    peer_close(peer);
    echo_stop(echo);
    buf_fini(&got);
}

static bool has(const char *part)
{
    return got.size > 0 && strstr(got.data, part) != NULL;
}

static bool starts_with(const char *start_of_it)
{
    return text_starts_with(buf_text(&got), text_from(start_of_it));
}

/* Sends one request and takes one answer. */
static bool ask(const char *request)
{
    buf_clear(&got);
    return peer_send(peer, request) && peer_receive_answer(peer, &got);
}

static bool is_closed(void)
{
    buf_clear(&got);
    return peer_receive_to_end(peer, &got) && got.size == 0;
}

static void a_request_is_answered(void)
{
    expect(ask("POST /echo?x=1 HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"));
    expect(starts_with("HTTP/1.1 200 OK\r\nDate: "));
    expect(has("\r\nContent-Type: text/plain\r\n"));
    expect(has("\r\n\r\nPOST /echo?x=1 127.0.0.1 plain\nhello"));
    expect(!has("Connection:"));
}

static void a_request_may_come_byte_by_byte(void)
{
    static const char request[] =
        "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";

    for (size_t i = 0; i < sizeof(request) - 1; i++)
        expect(peer_send_bytes(peer, request + i, 1));
    expect(peer_receive_answer(peer, &got));
    expect(has("\nab"));
}

static void a_connection_serves_many_requests(void)
{
    for (int i = 0; i < 50; i++) {
        expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
        expect(starts_with("HTTP/1.1 200"));
    }
    expect_int64(http_server_connections(echo_server(echo)), 1);
}

static void pipelined_requests_are_answered_in_order(void)
{
    expect(peer_send(
        peer, "GET /later HTTP/1.1\r\n" HOST "\r\n"
              "POST /echo/1 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc"
              "GET /later HTTP/1.1\r\n" HOST "\r\n"
              "GET /echo/2 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"
              "GET /never HTTP/1.1\r\n" HOST "\r\n"));
    expect(peer_receive_answer(peer, &got));
    expect(has("GET /later"));
    buf_clear(&got);
    expect(peer_receive_answer(peer, &got));
    expect(has("POST /echo/1"));
    buf_clear(&got);
    expect(peer_receive_answer(peer, &got));
    expect(has("GET /later"));
    buf_clear(&got);
    expect(peer_receive_to_end(peer, &got));
    expect(has("GET /echo/2"));
    expect(!has("/never"));
}

static void more_pipelined_requests_than_the_window_holds_are_all_answered(void)
{
    enum { MANY = 3000 };
    static const char request[] = "GET /later HTTP/1.1\r\n" HOST "X: yyyyyyyyyyyyyyyyyyyy\r\n\r\n";
    AUTO_BUF all = {0};

    buf_init(&all, 1 << 20);
    for (int i = 0; i < MANY; i++)
        buf_add_c(&all, request);
    expect(peer_send_bytes(peer, all.data, all.size));
    for (int i = 0; i < MANY; i++) {
        buf_clear(&got);
        expect(peer_receive_answer(peer, &got) && has("GET /later"));
    }
}

static void a_wish_to_close_is_granted(void)
{
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    expect(has("\r\nConnection: close\r\n"));
    expect(is_closed());
}

static void http_1_0_closes_unless_it_asks_to_stay(void)
{
    expect(ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    expect(has("\r\nConnection: keep-alive\r\n"));
    expect(ask("GET /echo HTTP/1.0\r\n\r\n"));
    expect(has("\r\nConnection: close\r\n"));
    expect(is_closed());
}

static void head_and_bodiless_statuses_carry_no_body(void)
{
    expect(peer_send(
        peer, "HEAD /echo HTTP/1.1\r\n" HOST "\r\nGET /status/204 HTTP/1.1\r\n" HOST
              "\r\nGET /status/304 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    expect(peer_receive_to_end(peer, &got));
    expect(has("\r\nContent-Length: 27\r\n\r\nHTTP/1.1 204 No Content\r\n"));
    expect(has("HTTP/1.1 304 Not Modified\r\n"));
    expect(!has("a body"));
}

static void headers_cannot_be_smuggled_into_an_answer(void)
{
    expect(ask("GET /headers HTTP/1.1\r\n" HOST "\r\n"));
    expect(has("\r\nX-Good: yes\r\n"));
    expect(!has("Smuggled"));
    expect(has("\r\nContent-Length: 4\r\n"));
}

static void a_long_answer_is_compressed_for_who_accepts_it(void)
{
    expect(ask("GET /text/5000 HTTP/1.1\r\n" HOST "Accept-Encoding: br, gzip\r\n\r\n"));
    expect(has("\r\nContent-Encoding: gzip\r\n"));
    expect(got.size < 1000);
    expect(ask("GET /text/5000 HTTP/1.1\r\n" HOST "\r\n"));
    expect(!has("Content-Encoding"));
    expect(got.size > 5000);
}

static void a_large_answer_arrives_whole(void)
{
    expect(ask("GET /text/20000000 HTTP/1.1\r\n" HOST "\r\n"));
    expect(got.size > 20000000);
    expect_int64(got.data[got.size - 1], 'a' + 19999999 % 26);
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
}

static void a_large_body_arrives_whole(void)
{
    enum { SIZE = 3000001 };
    char *body = heap_new(SIZE + 1);

    memset(body, 'b', SIZE);
    expect(peer_send(peer, "POST /echo/large HTTP/1.1\r\n" HOST "Content-Length: 3000001\r\n\r\n"));
    expect(peer_send_bytes(peer, body, SIZE));
    expect(peer_receive_answer(peer, &got));
    expect(text_ends_with(buf_text(&got), (struct text){body, SIZE}));
    heap_free(body);
}

static void who_waits_to_continue_is_told_to(void)
{
    expect(ask("POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
               "Content-Length: 2\r\n\r\n"));
    expect_text(buf_text(&got), "HTTP/1.1 100 Continue\r\n\r\n");
    expect(ask("ab"));
    expect(has("\nab"));
}

static void who_waits_to_send_too_much_is_told_at_once(void)
{
    expect(ask("POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
               "Content-Length: 1025\r\n\r\n"));
    expect(starts_with("HTTP/1.1 413 "));
}

static void a_client_that_closed_its_half_still_gets_every_answer(void)
{
    expect(
        peer_send(peer, "GET /later HTTP/1.1\r\n" HOST "\r\nGET /echo HTTP/1.1\r\n" HOST "\r\n"));
    peer_end(peer);
    expect(peer_receive_to_end(peer, &got));
    expect(has("GET /later"));
    expect(has("GET /echo"));
}

static void loops_share_one_port(void)
{
    enum { MANY = 64 };
    struct http_settings settings = echo_settings();
    int peers[MANY];

    free_server_and_peer();
    start(&settings, 2);
    for (int i = 0; i < MANY; i++) {
        peers[i] = peer_connect(echo_port(echo));
        expect(peer_send(peers[i], "GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    }
    for (int i = 0; i < MANY; i++) {
        expect(peer_receive_answer(peers[i], &got));
        peer_close(peers[i]);
    }
    expect(echo_requests(echo, 0) > 0);
    expect(echo_requests(echo, 1) > 0);
    expect_int64(echo_requests(echo, 0) + echo_requests(echo, 1), MANY);
}

static void a_port_in_use_is_an_error(void)
{
    struct http_settings settings = echo_settings();
    struct error error;

    settings.port = echo_port(echo);
    expect(echo_start(&settings, 2, &error) == NULL);
    expect(strstr(error.text, "127.0.0.1") != NULL);
    settings.host = "256.256.256.256";
    expect(echo_start(&settings, 1, &error) == NULL);
}

static void both_families_are_served_on_the_unspecified_address(void)
{
    struct http_settings settings = echo_settings();

    settings.host = "::";
    free_server_and_peer();
    start(&settings, 1);
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    expect(has("GET /echo 127.0.0.1 plain"));
}

/* "unix:" and a path in a fresh directory. */
static struct http_settings unix_settings(char host[256])
{
    struct http_settings settings = echo_settings();

    snprintf(host, 256, "unix:%s/http", make_directory());
    settings.host = host;
    return settings;
}

/* A socket's file whose server is gone. */
static void given_stale_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    memcpy(address.sun_path, path, strlen(path));
    (void)bind(fd, (const void *)&address, sizeof(address));
    close(fd);
}

static void a_unix_socket_is_served_on_every_loop_and_private(void)
{
    char host[256];
    struct http_settings settings = unix_settings(host);
    const char *path = host + strlen("unix:");
    struct stat file;
    struct error error;

    given_stale_socket(path);
    free_server_and_peer();
    start(&settings, 2);
    peer = peer_connect_unix(path);
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    expect(has("GET /echo unix plain"));
    expect(stat(path, &file) == 0 && (file.st_mode & 0777) == 0600);
    expect(echo_start(&settings, 1, &error) == NULL);
    echo_stop(echo);
    echo = NULL;
    expect(stat(path, &file) != 0);
}

static void a_file_that_is_no_socket_stays(void)
{
    char host[256];
    struct http_settings settings = unix_settings(host);
    FILE *file = fopen(host + strlen("unix:"), "w");
    struct stat found;
    struct error error;

    expect(file != NULL && fclose(file) == 0);
    expect(echo_start(&settings, 1, &error) == NULL);
    expect(stat(host + strlen("unix:"), &found) == 0 && S_ISREG(found.st_mode));
    unlink(host + strlen("unix:"));
}

static void an_address_may_stand_in_brackets(void)
{
    struct http_settings settings = echo_settings();

    settings.host = "[::]";
    free_server_and_peer();
    start(&settings, 1);
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    expect(has("GET /echo 127.0.0.1 plain"));
}

static void a_trusted_proxy_speaks_for_its_client(void)
{
    struct http_settings settings = echo_settings();
    struct http_networks trusted;

    expect(http_networks_parse(text_lit("127.0.0.0/8"), &trusted));
    settings.trusted_proxies = &trusted;
    free_server_and_peer();
    start(&settings, 1);
    expect(ask("GET /echo HTTP/1.1\r\n" HOST
               "X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n"));
    expect(has("GET /echo 203.0.113.9 tls"));
    expect(ask("GET /echo HTTP/1.1\r\n" HOST "\r\n"));
    expect(has("GET /echo 127.0.0.1 plain"));
    expect(peer_send(peer, "GET /echo HTTP/1.1\r\n" HOST "Forwarded: for=\"\r\n\r\n"));
    buf_clear(&got);
    expect(peer_receive_to_end(peer, &got));
    expect(starts_with("HTTP/1.1 400 "));
}

static void without_trusted_proxies_nobody_speaks_for_others(void)
{
    expect(ask("GET /echo HTTP/1.1\r\n" HOST
               "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n"));
    expect(has("GET /echo 127.0.0.1 plain"));
}

static const struct test tests[] = {
    TEST(a_request_is_answered),
    TEST(a_request_may_come_byte_by_byte),
    TEST(a_connection_serves_many_requests),
    TEST(pipelined_requests_are_answered_in_order),
    TEST(more_pipelined_requests_than_the_window_holds_are_all_answered),
    TEST(a_wish_to_close_is_granted),
    TEST(http_1_0_closes_unless_it_asks_to_stay),
    TEST(head_and_bodiless_statuses_carry_no_body),
    TEST(headers_cannot_be_smuggled_into_an_answer),
    TEST(a_long_answer_is_compressed_for_who_accepts_it),
    TEST(a_large_answer_arrives_whole),
    TEST(a_large_body_arrives_whole),
    TEST(who_waits_to_continue_is_told_to),
    TEST(who_waits_to_send_too_much_is_told_at_once),
    TEST(a_client_that_closed_its_half_still_gets_every_answer),
    TEST(loops_share_one_port),
    TEST(a_port_in_use_is_an_error),
    TEST(both_families_are_served_on_the_unspecified_address),
    TEST(a_unix_socket_is_served_on_every_loop_and_private),
    TEST(a_file_that_is_no_socket_stays),
    TEST(an_address_may_stand_in_brackets),
    TEST(a_trusted_proxy_speaks_for_its_client),
    TEST(without_trusted_proxies_nobody_speaks_for_others),
};

const struct suite test_server_suite = SUITE_WITH(
    "core/http/server", tests, .set_up = given_server_and_peer, .tear_down = free_server_and_peer);
