/*
 * Streamed answers on a real server: their framing, slow readers, and every way to end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/stream.h"
#include "tests/support/echo_peer.h"
#include "tests/support/expect.h"
#include "tests/support/peer.h"

#include <time.h>

#define CHUNKS "4\r\none\n\r\n3\r\ntwo\r\n"

/* Everything up to the end of the connection. */
static bool ask(const char *request)
{
    buf_clear(&got);
    return peer_send(peer, request) && peer_receive_to_end(peer, &got);
}

static void pieces_come_in_chunks_and_the_next_request_is_answered_behind_them(void)
{
    given_patient_server();
    expect(ask("GET /stream/end HTTP/1.1\r\nHost: a\r\n\r\n"
               "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    expect(has("\r\nTransfer-Encoding: chunked\r\n"));
    expect(!has("Content-Length: 7"));
    expect(has("\r\n\r\n" CHUNKS "0\r\n\r\nHTTP/1.1 200 OK\r\n"));
    expect(has("GET /next"));
    expect(!has("nothing comes after the end"));
    expect_int64(echo_wait_socket_ended(echo), 0);
    expect_int64(http_server_streams(echo_server(echo)), 0);
}

static void an_older_client_reads_to_the_end_of_the_connection(void)
{
    given_patient_server();
    expect(ask("GET /stream/end HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    expect(!has("Transfer-Encoding"));
    expect(!has("Content-Length"));
    expect(has("\r\nConnection: close\r\n"));
    expect(has("\r\n\r\none\ntwo"));
    expect(text_ends_with(buf_text(&got), text_lit("one\ntwo")));
}

static void who_wants_to_close_is_told_so_and_closed_behind_the_end(void)
{
    given_patient_server();
    expect(ask("GET /stream/end HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    expect(has("\r\nConnection: close\r\n"));
    expect(text_ends_with(buf_text(&got), text_lit(CHUNKS "0\r\n\r\n")));
}

static void what_is_sent_as_it_is_taken_arrives_whole(void)
{
    given_patient_server();
    expect(ask("GET /stream/200 HTTP/1.0\r\n\r\n"));
    expect(got.size > 200 * 65536);
    expect_int64(echo_wait_socket_ended(echo), 0);
    expect_int64(http_server_slow_streams(echo_server(echo)), 0);
}

static void a_dropped_stream_has_no_end_so_that_its_reader_knows(void)
{
    given_patient_server();
    expect(ask("GET /stream/drop HTTP/1.1\r\nHost: a\r\n\r\n"));
    expect(!has("0\r\n\r\n"));
    expect_int64(echo_wait_socket_ended(echo), 0);
}

static void who_does_not_read_is_dropped_and_counted(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET /stream/flood HTTP/1.1\r\nHost: a\r\n\r\n"));
    expect_int64(echo_wait_socket_ended(echo), 0);
    expect_int64(http_server_slow_streams(echo_server(echo)), 1);
}

static bool waits_until_held(bool is_held)
{
    struct timespec step = {.tv_nsec = 1000000};

    for (int i = 0; i < 10000 && (http_server_held(echo_server(echo)) > 0) != is_held; i++)
        nanosleep(&step, NULL);
    return (http_server_held(echo_server(echo)) > 0) == is_held;
}

static void what_waits_for_a_reader_is_counted_until_it_has_gone(void)
{
    given_patient_server();
    expect(peer_send(peer, "GET /stream/200 HTTP/1.1\r\nHost: a\r\n\r\n"));
    expect(waits_until_held(true));
    peer_close(peer);
    peer = -1;
    expect_int64(echo_wait_socket_ended(echo), 0);
    expect(waits_until_held(false));
}

#define OPEN  "GET /stream/open HTTP/1.1\r\nHost: a\r\n\r\n"
#define WHOLE "GET /stream/whole HTTP/1.1\r\nHost: a\r\n\r\n"

/* It has begun. */
static bool open_stream(const char *request)
{
    struct timespec step = {.tv_nsec = 1000000};

    if (!peer_send(peer, request))
        return false;
    for (int i = 0; i < 10000 && http_server_streams(echo_server(echo)) == 0; i++)
        nanosleep(&step, NULL);
    return http_server_streams(echo_server(echo)) == 1;
}

static void a_reader_that_goes_ends_its_stream(void)
{
    given_patient_server();
    expect(open_stream(OPEN));
    expect_int64(http_server_in_flight(echo_server(echo)), 0);
    peer_close(peer);
    peer = -1;
    expect_int64(echo_wait_socket_ended(echo), 0);
}

static void a_server_that_drains_ends_it_properly(void)
{
    given_patient_server();
    expect(open_stream(OPEN));
    http_server_drain(echo_server(echo));
    buf_clear(&got);
    expect(peer_receive_to_end(peer, &got));
    expect(text_ends_with(buf_text(&got), text_lit(CHUNKS "0\r\n\r\n")));
    expect_int64(echo_wait_socket_ended(echo), 0);
}

static void a_server_that_drains_cuts_off_what_is_of_use_only_as_a_whole(void)
{
    given_patient_server();
    expect(open_stream(WHOLE));
    http_server_drain(echo_server(echo));
    buf_clear(&got);
    expect(peer_receive_to_end(peer, &got));
    expect(text_ends_with(buf_text(&got), text_lit(CHUNKS)));
    expect_int64(echo_wait_socket_ended(echo), 0);
}

static void a_server_that_ends_at_once_tells_the_owner_too(void)
{
    given_patient_server();
    expect(open_stream(OPEN));
}

static const struct test tests[] = {
    TEST(pieces_come_in_chunks_and_the_next_request_is_answered_behind_them),
    TEST(an_older_client_reads_to_the_end_of_the_connection),
    TEST(who_wants_to_close_is_told_so_and_closed_behind_the_end),
    TEST(what_is_sent_as_it_is_taken_arrives_whole),
    TEST(a_dropped_stream_has_no_end_so_that_its_reader_knows),
    TEST(who_does_not_read_is_dropped_and_counted),
    TEST(what_waits_for_a_reader_is_counted_until_it_has_gone),
    TEST(a_reader_that_goes_ends_its_stream),
    TEST(a_server_that_drains_ends_it_properly),
    TEST(a_server_that_drains_cuts_off_what_is_of_use_only_as_a_whole),
    TEST(a_server_that_ends_at_once_tells_the_owner_too),
};

const struct suite test_stream_suite =
    SUITE_WITH("core/http/stream", tests, .set_up = echo_peer_init, .tear_down = echo_peer_free);
