/*
 * The client's end of a WebSocket, against a server played byte by byte on another thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/run/thread.h"
#include "core/web/web_socket.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"
#include "tests/support/peer.h"
#include "tests/support/socket_peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct loop *loop;
static struct web *web;
static struct web_socket *under_test;
static int listener;
static struct thread *server;
static struct arena *arena;

/* What the client has heard. */
static bool is_open;
static struct text texts[8];
static size_t text_count;
static char why[128];

/* What the server does after the handshake; what it has heard, and whether all went as it should. */
static void (*play)(int peer);
static struct buf heard;
static int heard_bits;

static void on_open(void *context)
{
    (void)context;
    is_open = true;
    web_socket_send(under_test, text_lit("hello"));
}

static void on_text(void *context, struct text message)
{
    (void)context;
    must(text_count < COUNT_OF(texts));
    texts[text_count++] = text_copy(arena, message);
}

static void on_drained(void *context)
{
    (void)context;
}

static void on_closed(void *context, const char *reason)
{
    (void)context;
    snprintf(why, sizeof(why), "%s", reason);
    web_socket_free(under_test);
    under_test = NULL;
    loop_stop(loop);
}

static const struct web_socket_listener events = {on_open, on_text, on_drained, on_closed};

static void serve(void *context)
{
    int peer = socket_peer_accept(listener);

    (void)context;
    if (socket_peer_shake_hands(peer))
        play(peer);
    peer_close(peer);
}

static void serve_raw(void *context)
{
    int peer = socket_peer_accept(listener);

    (void)context;
    play(peer);
    peer_close(peer);
}

static void set_up(void)
{
    arena = arena_new(16 << 20);
    loop = loop_new();
    buf_init(&heard, 4 << 20);
    heard_bits = -1;
    is_open = false;
    text_count = 0;
    why[0] = '\0';
}

static void tear_down(void)
{
    web_socket_free(under_test);
    under_test = NULL;
    thread_join(server);
    server = NULL;
    web_free(web);
    web = NULL;
    loop_free(loop);
    buf_fini(&heard);
    arena_free(arena);
    if (listener > 0)
        close(listener);
    listener = 0;
}

static struct loop_message begin;

static void dial(struct loop_message *message)
{
    const struct web_header header = {"X-Asked-By", "a test"};
    const struct web_socket_request request = {
        .path = "/chat", .timeout_us = US_PER_S, .headers = &header, .header_count = 1};

    (void)message;
    under_test = web_socket_new(web, &request, &events, NULL);
}

/* Until it has closed. */
static void when_dialled(void (*how)(void *context), void (*script)(int peer))
{
    struct error error;
    char origin[64];
    int port;

    listener = listen_anywhere(&port);
    snprintf(origin, sizeof(origin), "http://127.0.0.1:%d", port);
    must(web_new(loop, text_from(origin), NULL, &web, &error) == STATUS_OK);
    play = script;
    server = thread_start("server", how, NULL);
    begin.run = dial;
    must(loop_post(loop, &begin));
    loop_run(loop);
    thread_join(server);
    server = NULL;
}

static void talk(int peer)
{
    (void)socket_peer_receive(peer, &heard);
    socket_peer_send(peer, "one");
    socket_peer_send(peer, "two");
}

static void messages_go_both_ways(void)
{
    when_dialled(serve, talk);
    expect(is_open);
    expect_text(buf_text(&heard), "hello");
    expect_int64(text_count, 2);
    expect_text(texts[0], "one");
    expect_text(texts[1], "two");
    expect(text_contains(text_from(why), text_lit("ended")));
}

/* The head of the request alone. */
static void hear_request(int peer)
{
    char head[4096];
    ssize_t size = recv(peer, head, sizeof(head), 0);

    buf_add(&heard, head, size > 0 ? (size_t)size : 0);
}

static void the_handshake_has_what_it_was_asked_to_have(void)
{
    when_dialled(serve_raw, hear_request);
    expect(text_starts_with(buf_text(&heard), text_lit("GET /chat HTTP/1.1\r\n")));
    expect(text_contains(buf_text(&heard), text_lit("\r\nX-Asked-By: a test\r\n\r\n")));
}

static void send_parts(int peer)
{
    socket_peer_send_frame(peer, 0x01, text_lit("a who"));
    socket_peer_send_frame(peer, 0x89, text_lit("are you there"));
    socket_peer_send_frame(peer, 0x00, text_lit("le mes"));
    socket_peer_send_frame(peer, 0x80, text_lit("sage"));
    (void)socket_peer_receive(peer, &heard);
    heard_bits = socket_peer_receive(peer, &heard);
}

static void parts_make_a_message_and_pings_between_them_are_answered(void)
{
    when_dialled(serve, send_parts);
    expect_int64(text_count, 1);
    expect_text(texts[0], "a whole message");
    expect_int64(heard_bits, 0x8A);
    expect_text(buf_text(&heard), "are you there");
}

static void send_close(int peer)
{
    (void)socket_peer_receive(peer, &heard);
    socket_peer_send_frame(
        peer, 0x88,
        (struct text){
            "\x03\xE9"
            "bye",
            5});
    heard_bits = socket_peer_receive(peer, &heard);
}

static void a_close_is_answered_with_its_code(void)
{
    when_dialled(serve, send_close);
    expect_text(text_from(why), "the server closed it");
    expect_int64(heard_bits, 0x88);
    expect(heard.size == 2 && memcmp(heard.data, "\x03\xE9", 2) == 0);
}

static void send_no_text(int peer)
{
    socket_peer_send_frame(peer, 0x81, (struct text){"\xFF\xFE", 2});
    (void)socket_peer_receive(peer, &heard);
    (void)socket_peer_receive(peer, &heard);
}

static void what_is_no_text_closes_it(void)
{
    when_dialled(serve, send_no_text);
    expect_int64(text_count, 0);
    expect(text_contains(text_from(why), text_lit("no text")));
}

static void send_second_begin(int peer)
{
    socket_peer_send_frame(peer, 0x01, text_lit("a"));
    socket_peer_send_frame(peer, 0x01, text_lit("b"));
    (void)socket_peer_receive(peer, &heard);
    (void)socket_peer_receive(peer, &heard);
}

static void parts_out_of_order_close_it(void)
{
    when_dialled(serve, send_second_begin);
    expect(text_contains(text_from(why), text_lit("out of order")));
}

static void send_too_much(int peer)
{
    char *part = arena_take(arena, 700000);

    memset(part, 'x', 700000);
    socket_peer_send_frame(peer, 0x01, (struct text){part, 700000});
    socket_peer_send_frame(peer, 0x80, (struct text){part, 700000});
    (void)socket_peer_receive(peer, &heard);
    (void)socket_peer_receive(peer, &heard);
}

static void a_message_beyond_its_bound_closes_it(void)
{
    when_dialled(serve, send_too_much);
    expect(text_contains(text_from(why), text_lit("too large")));
}

static void answer_wrongly(int peer)
{
    peer_send(
        peer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");
    (void)socket_peer_receive(peer, &heard);
}

static void an_answer_to_another_key_is_none(void)
{
    when_dialled(serve_raw, answer_wrongly);
    expect(!is_open);
    expect_text(text_from(why), "the answer is none to our request");
}

static void answer_not_found(int peer)
{
    peer_send(peer, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    (void)socket_peer_receive(peer, &heard);
}

static void a_server_without_sockets_says_so(void)
{
    when_dialled(serve_raw, answer_not_found);
    expect_text(text_from(why), "the server does not offer it");
}

static void say_nothing(int peer)
{
    (void)peer_receive_to_end(peer, &heard);
}

static void a_handshake_has_its_time(void)
{
    when_dialled(serve_raw, say_nothing);
    expect_text(text_from(why), "there was no answer in time");
}

static const struct test tests[] = {
    TEST(messages_go_both_ways),
    TEST(the_handshake_has_what_it_was_asked_to_have),
    TEST(parts_make_a_message_and_pings_between_them_are_answered),
    TEST(a_close_is_answered_with_its_code),
    TEST(what_is_no_text_closes_it),
    TEST(parts_out_of_order_close_it),
    TEST(a_message_beyond_its_bound_closes_it),
    TEST(an_answer_to_another_key_is_none),
    TEST(a_server_without_sockets_says_so),
    TEST(a_handshake_has_its_time),
};
const struct suite test_web_socket_suite =
    SUITE_WITH("core/web/web_socket", tests, .set_up = set_up, .tear_down = tear_down);
