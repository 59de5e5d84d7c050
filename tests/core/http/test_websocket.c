/*
 * WebSockets on a real server: the handshake, messages, slow peers, and every way to end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/timestamp.h"
#include "core/http/websocket.h"
#include "tests/support/echo_peer.h"
#include "tests/support/expect.h"
#include "tests/support/peer.h"

#include <sched.h>
#include <sys/socket.h>

#define HEAD                                                                                       \
    "GET /socket HTTP/1.1\r\nHost: fleet.example\r\nUpgrade: websocket\r\n"                        \
    "Connection: keep-alive, Upgrade\r\n"
#define KEY     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

static bool ask(const char *request)
{
    buf_clear(&got);
    return peer_send(peer, request) && peer_receive_answer(peer, &got);
}

static void given_socket(void)
{
    given_patient_server();
    (void)ask(HEAD KEY VERSION "\r\n");
}

/* A masked frame, whose mask is nothing. */
static bool say(unsigned first, struct text payload)
{
    AUTO_BUF frame = {0};

    buf_init(&frame, 1 << 20);
    buf_add_u8(&frame, (uint8_t)first);
    buf_add_u8(&frame, (uint8_t)(0x80 | payload.size));
    buf_add_u32be(&frame, 0);
    buf_add_text(&frame, payload);
    return peer_send_bytes(peer, frame.data, frame.size);
}

/* Receives so many bytes. */
static bool hear(size_t size)
{
    buf_clear(&got);
    while (got.size < size) {
        char piece[4096];
        size_t left = size - got.size;
        ssize_t count = recv(peer, piece, left < sizeof(piece) ? left : sizeof(piece), 0);

        if (count <= 0)
            return false;
        buf_add(&got, piece, (size_t)count);
    }
    return true;
}

static bool hears(unsigned first, struct text payload)
{
    return hear(2 + payload.size) && (uint8_t)got.data[0] == first &&
           (uint8_t)got.data[1] == payload.size &&
           text_equal(text_slice(buf_text(&got), 2, payload.size), payload);
}

static bool hears_goodbye(int code)
{
    buf_clear(&got);
    return peer_receive_to_end(peer, &got) && got.size >= 4 && (uint8_t)got.data[0] == 0x88 &&
           ((uint8_t)got.data[2] << 8 | (uint8_t)got.data[3]) == code;
}

static void the_handshake_is_that_of_the_rfc(void)
{
    given_socket();
    expect(has("HTTP/1.1 101 Switching Protocols\r\n"));
    expect(has("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    expect(!has("Sec-WebSocket-Extensions"));
    expect_int64(http_server_sockets(echo_server(echo)), 1);
    expect_int64(http_server_in_flight(echo_server(echo)), 0);
}

static void a_handshake_with_a_fault_is_refused_and_the_connection_stays(void)
{
    static const char *const faulty[] = {
        HEAD VERSION "\r\n",
        HEAD VERSION "Sec-WebSocket-Key: c2hvcnQ=\r\n\r\n",
        HEAD VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ!=\r\n\r\n",
        HEAD VERSION KEY KEY "\r\n",
        HEAD KEY "\r\n",
        HEAD KEY VERSION VERSION "\r\n",
        "GET /socket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n" KEY VERSION "\r\n",
        "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" KEY VERSION
        "\r\n",
        "POST /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" KEY
            VERSION "Content-Length: 0\r\n\r\n",
    };

    given_patient_server();
    for (size_t i = 0; i < COUNT_OF(faulty); i++) {
        printf("%s\n", faulty[i]);
        expect(ask(faulty[i]));
        expect(has("HTTP/1.1 400 "));
    }
    expect(ask(HEAD KEY "Sec-WebSocket-Version: 8\r\n\r\n"));
    expect(has("HTTP/1.1 426 "));
    expect(ask(HEAD KEY VERSION "\r\n"));
    expect(has("HTTP/1.1 101 "));
}

static void messages_go_both_ways(void)
{
    given_socket();
    expect(say(0x81, text_lit("hello")) && hears(0x81, text_lit("hello")));
    expect(say(0x82, text_lit("bytes")) && hears(0x82, text_lit("bytes")));
    expect(say(0x89, text_lit("there?")) && hears(0x8a, text_lit("there?")));
}

static void messages_that_come_with_the_handshake_are_heard(void)
{
    given_patient_server();
    expect(peer_send_bytes(
        peer, HEAD KEY VERSION "\r\n\x81\x85\0\0\0\0early",
        sizeof(HEAD KEY VERSION "\r\n\x81\x85\0\0\0\0early") - 1));
    expect(peer_receive_answer(peer, &got));
    if (!text_ends_with(buf_text(&got), text_lit("early")))
        expect(hears(0x81, text_lit("early")));
}

static void goodbyes_are_answered_with_their_code(void)
{
    given_socket();
    expect(
        say(0x88, text_lit("\x0b\xb8"
                           "bye")));
    expect(hears_goodbye(3000));
    expect_int64(echo_wait_socket_ended(echo), 3000);
    expect_int64(http_server_sockets(echo_server(echo)), 0);
}

static void a_goodbye_without_a_word_is_answered_without_a_word(void)
{
    given_socket();
    expect(say(0x88, text_lit("")));
    buf_clear(&got);
    expect(peer_receive_to_end(peer, &got));
    expect(text_equal(buf_text(&got), (struct text){"\x88\0", 2}));
    expect_int64(echo_wait_socket_ended(echo), 1005);
}

static void a_goodbye_of_the_server_waits_for_that_of_the_peer(void)
{
    given_socket();
    expect(say(0x81, text_lit("close")));
    expect(hear(2 + 2 + 17));
    expect(text_equal(buf_text(&got), text_lit("\x88\x13\x0f\xa0You asked for it.")));
    expect(say(0x81, text_lit("not heard any more")));
    expect(say(0x88, text_lit("\x0f\xa0")));
    buf_clear(&got);
    expect(peer_receive_to_end(peer, &got));
    expect_int64(got.size, 0);
    expect_int64(echo_wait_socket_ended(echo), 4000);
}

static void a_broken_rule_ends_it_with_its_code(void)
{
    given_socket();
    expect(peer_send_bytes(peer, "\x81\x01x", 3));
    expect(hears_goodbye(1002));
    expect(echo_wait_socket_ended(echo) > 0);
}

static void a_dropped_socket_ends_without_a_word(void)
{
    given_socket();
    expect(say(0x81, text_lit("drop")));
    buf_clear(&got);
    (void)peer_receive_to_end(peer, &got);
    expect_int64(got.size, 0);
    expect_int64(echo_wait_socket_ended(echo), 1006);
}

static void a_peer_that_vanishes_ends_it(void)
{
    given_socket();
    peer_reset(peer);
    expect_int64(echo_wait_socket_ended(echo), 1006);
    peer = peer_connect(echo_port(echo));
    (void)ask(HEAD KEY VERSION "\r\n");
    peer_end(peer);
    expect_int64(echo_wait_socket_ended(echo), 1006);
}

/* 128 messages of 64 KiB are more than any socket takes at once. */
static void who_reads_too_slowly_is_dropped_and_counted(void)
{
    given_socket();
    expect(say(0x81, text_lit("flood 1000")));
    expect_int64(echo_wait_socket_ended(echo), 1006);
    expect_int64(http_server_slow_sockets(echo_server(echo)), 1);
}

static void who_reads_gets_all_that_was_queued(void)
{
    given_socket();
    expect(say(0x81, text_lit("flood 100")));
    expect(hear(100 * (65536 + 10)));
    expect(say(0x81, text_lit("still here?")) && hears(0x81, text_lit("still here?")));
}

static void what_is_paused_is_not_read(void)
{
    char *much = heap_new(1 << 20);

    given_socket();
    expect(say(0x81, text_lit("pause")));
    while (send(peer, much, 1 << 20, MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
    }
    expect_int64(http_server_sockets(echo_server(echo)), 1);
    heap_free(much);
}

static void who_is_held_back_can_still_say_goodbye(void)
{
    given_socket();
    expect(say(0x81, text_lit("pause and close")) && hear(4));
    expect(say(0x88, text_lit("\x0f\xa0")));
    expect_int64(echo_wait_socket_ended(echo), 4000);
}

/* For longer than there is patience, as much comes as goes. */
static void who_reads_slowly_but_reads_is_not_dropped(void)
{
    int64_t until_us;

    given_patient_server();
    (void)ask("GET /socket/impatient HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
              "Upgrade: websocket\r\n" KEY VERSION "\r\n");
    expect(say(0x81, text_lit("flood 120")));
    until_us = monotonic_us() + 2500 * (int64_t)US_PER_MS;
    while (monotonic_us() < until_us)
        expect(hear(65536 + 10) && say(0x81, text_lit("flood 1")));
    expect_int64(http_server_slow_sockets(echo_server(echo)), 0);
    expect_int64(http_server_sockets(echo_server(echo)), 1);
}

/* 100,000 bytes of a message that has twice as many. */
static bool say_half(const char *bytes)
{
    static const char head[] = "\x01\xff\0\0\0\0\0\x03\0\0\0\0\0";

    peer = peer_connect(echo_port(echo));
    return ask(HEAD KEY VERSION "\r\n") && peer_send_bytes(peer, head, sizeof(head)) &&
           peer_send_bytes(peer, bytes, 100000);
}

static bool waits_until_held(size_t size)
{
    int64_t until_us = monotonic_us() + 10 * (int64_t)US_PER_S;

    while (http_server_held(echo_server(echo)) < size && monotonic_us() < until_us)
        (void)sched_yield();
    return http_server_held(echo_server(echo)) >= size;
}

static void messages_that_nobody_ends_do_not_fill_the_memory(void)
{
    struct http_settings settings = echo_settings();
    char *bytes = heap_new(100000);
    struct error error;
    int first;

    settings.held_bytes = 150000;
    echo = echo_start(&settings, 1, &error);
    expect(say_half(bytes) && waits_until_held(100000));
    first = peer;
    expect(say_half(bytes) && hears_goodbye(1013));
    expect(echo_wait_socket_ended(echo) > 0);
    expect_int64(http_server_sockets(echo_server(echo)), 1);
    peer_close(first);
    heap_free(bytes);
}

static bool waits_until_nothing_is_held(void)
{
    int64_t until_us = monotonic_us() + 10 * (int64_t)US_PER_S;

    while (http_server_held(echo_server(echo)) > 0 && monotonic_us() < until_us)
        (void)sched_yield();
    return http_server_held(echo_server(echo)) == 0;
}

/* A hundred times the same one. */
static void a_message_that_waits_is_counted_once_until_it_has_gone(void)
{
    given_socket();
    expect(say(0x81, text_lit("flood 100")) && waits_until_held(65536));
    expect(http_server_held(echo_server(echo)) < 2 * 65536);
    expect(hear(100 * (65536 + 10)) && waits_until_nothing_is_held());
    expect(say(0x81, text_lit("flood 100")) && waits_until_held(65536));
    peer_close(peer);
    peer = -1;
    expect(waits_until_nothing_is_held());
}

static void messages_that_nobody_reads_do_not_fill_the_memory(void)
{
    struct http_settings settings = echo_settings();
    struct error error;

    settings.held_bytes = 20000;
    echo = echo_start(&settings, 1, &error);
    peer = peer_connect(echo_port(echo));
    (void)ask(HEAD KEY VERSION "\r\n");
    expect(say(0x81, text_lit("flood 100")));
    expect_int64(echo_wait_socket_ended(echo), 1006);
    expect_int64(http_server_slow_sockets(echo_server(echo)), 1);
    expect(waits_until_nothing_is_held());
}

static void a_server_that_drains_says_goodbye(void)
{
    given_socket();
    http_server_drain(echo_server(echo));
    expect(hear(4));
    expect(text_starts_with(buf_text(&got), text_lit("\x88\x17\x03\xe9")));
    expect(say(0x88, text_lit("\x03\xe9")));
    expect_int64(echo_wait_socket_ended(echo), 1001);
}

static void a_server_that_ends_at_once_ends_its_sockets(void)
{
    given_socket();
    expect(say(0x81, text_lit("flood 100")));
    expect(hear(100));
}

static const struct test tests[] = {
    TEST(the_handshake_is_that_of_the_rfc),
    TEST(a_handshake_with_a_fault_is_refused_and_the_connection_stays),
    TEST(messages_go_both_ways),
    TEST(messages_that_come_with_the_handshake_are_heard),
    TEST(goodbyes_are_answered_with_their_code),
    TEST(a_goodbye_without_a_word_is_answered_without_a_word),
    TEST(a_goodbye_of_the_server_waits_for_that_of_the_peer),
    TEST(a_broken_rule_ends_it_with_its_code),
    TEST(a_dropped_socket_ends_without_a_word),
    TEST(a_peer_that_vanishes_ends_it),
    TEST(who_reads_too_slowly_is_dropped_and_counted),
    TEST(who_reads_gets_all_that_was_queued),
    TEST(what_is_paused_is_not_read),
    TEST(who_is_held_back_can_still_say_goodbye),
    TEST(who_reads_slowly_but_reads_is_not_dropped),
    TEST(messages_that_nobody_ends_do_not_fill_the_memory),
    TEST(a_message_that_waits_is_counted_once_until_it_has_gone),
    TEST(messages_that_nobody_reads_do_not_fill_the_memory),
    TEST(a_server_that_drains_says_goodbye),
    TEST(a_server_that_ends_at_once_ends_its_sockets),
};

const struct suite test_websocket_suite =
    SUITE_WITH("core/http/websocket", tests, .set_up = echo_peer_init, .tear_down = echo_peer_free);
