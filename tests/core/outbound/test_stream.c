/*
 * Bytes for receivers that answer nothing, and documents for addresses that others have named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/outbound/outbound.h"
#include "core/run/thread.h"
#include "tests/support/expect.h"
#include "tests/support/listen.h"
#include "tests/support/web_sink.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MANY_BYTES = 32 << 20 };

static const struct outbound_limits short_limits = {.connect_s = 2, .answer_s = 1, .whole_s = 5};

/* What the receiver does with one connection. */
static struct {
    int listener;
    int port;
    bool breaks_off;
    atomic_size_t got;
    struct thread *thread;
} receiver;

static struct outbound *outbound;
static struct arena *arena;
static struct error error;

static void set_up(void)
{
    receiver.listener = listen_anywhere(&receiver.port);
    receiver.breaks_off = false;
    receiver.got = 0;
    receiver.thread = NULL;
    outbound = outbound_new(&short_limits);
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    thread_join(receiver.thread);
    close(receiver.listener);
    outbound_free(outbound);
    arena_free(arena);
}

/* Reads to the end, or after some bytes breaks off with a reset. */
static void receive(void *context)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    int peer = accept(receiver.listener, NULL, NULL);
    char bytes[4096];
    ssize_t got = 1;

    (void)context;
    while (got > 0 && (!receiver.breaks_off || receiver.got == 0)) {
        got = recv(peer, bytes, sizeof(bytes), 0);
        receiver.got += got > 0 ? (size_t)got : 0;
    }
    if (receiver.breaks_off)
        setsockopt(peer, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    close(peer);
}

static enum status stream_to(const char *host, struct text bytes)
{
    const struct stream_server server = {.host = text_from(host), .port = receiver.port};

    return outbound_stream(outbound, &server, bytes, arena, &error);
}

static void all_of_it_has_been_read_when_it_counts_as_sent(void)
{
    char *bytes = heap_new(MANY_BYTES);

    receiver.thread = thread_start("receiver", receive, NULL);
    expect_ok(stream_to("127.0.0.1", (struct text){bytes, MANY_BYTES}), &error);
    expect_int64(receiver.got, MANY_BYTES);
    heap_free(bytes);
}

static void a_receiver_that_breaks_off_has_taken_nothing_for_sure(void)
{
    receiver.breaks_off = true;
    receiver.thread = thread_start("receiver", receive, NULL);
    expect_status(stream_to("127.0.0.1", text_lit("7 message")), STATUS_UNAVAILABLE, &error);
}

static void a_receiver_that_never_reads_is_given_up(void)
{
    char *bytes = heap_new(MANY_BYTES);

    expect_status(
        stream_to("127.0.0.1", (struct text){bytes, MANY_BYTES}), STATUS_TIMED_OUT, &error);
    expect_text(text_from(error.text), "the receiver does not read");
    expect_status(stream_to("127.0.0.1", text_lit("7 message")), STATUS_TIMED_OUT, &error);
    heap_free(bytes);
}

static void nobody_is_unavailable(void)
{
    close(receiver.listener);
    expect_status(stream_to("127.0.0.1", text_lit("7 message")), STATUS_UNAVAILABLE, &error);
    receiver.listener = listen_anywhere(&receiver.port);
}

static void what_has_no_certificate_is_not_spoken_to(void)
{
    struct stream_server server = {.host = text_lit("127.0.0.1"), .is_secure = true};

    receiver.breaks_off = true;
    receiver.thread = thread_start("receiver", receive, NULL);
    server.port = receiver.port;
    expect_status(
        outbound_stream(outbound, &server, text_lit("secret"), arena, &error), STATUS_UNAVAILABLE,
        &error);
}

static void addresses_of_the_link_are_not_connected_to(void)
{
    static const char *const urls[] = {
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fe80::1]/",
    };

    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        const struct web_post post = {
            .url = text_from(urls[i]), .content_type = "text/plain", .body = text_lit("x")};
        struct web_answer answer;
        expect_status(
            outbound_post(outbound, &post, arena, &answer, &error), STATUS_UNAVAILABLE, &error);
        expect_text(
            text_from(error.text), "the host has an address of the link, which is not used");
    }
    expect_status(stream_to("169.254.169.254", text_lit("x")), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.text), "the host has an address of the link, which is not used");
}

static void a_document_goes_with_its_type_and_its_token(void)
{
    struct web_sink *sink = web_sink_new();
    const struct web_post post = {
        .url = text_format(arena, "http://127.0.0.1:%d/in", web_sink_port(sink)),
        .content_type = "application/jsonl",
        .body = text_lit("{}\n"),
        .token = text_lit("t0ken"),
    };
    struct web_answer answer;

    web_sink_answer(sink, "302 Found\r\nLocation: http://127.0.0.1:1/", "");
    expect_ok(outbound_post(outbound, &post, arena, &answer, &error), &error);
    expect_int64(answer.status, 302);
    expect(web_sink_wait(sink, 1));
    expect(strstr(web_sink_request(sink, 0), "Content-Type: application/jsonl\r\n") != NULL);
    expect(strstr(web_sink_request(sink, 0), "Authorization: Bearer t0ken\r\n") != NULL);
    expect(strstr(web_sink_request(sink, 0), "\r\n\r\n{}\n") != NULL);
    web_sink_free(sink);
}

static const struct test tests[] = {
    TEST(all_of_it_has_been_read_when_it_counts_as_sent),
    TEST(a_receiver_that_breaks_off_has_taken_nothing_for_sure),
    TEST(a_receiver_that_never_reads_is_given_up),
    TEST(nobody_is_unavailable),
    TEST(what_has_no_certificate_is_not_spoken_to),
    TEST(addresses_of_the_link_are_not_connected_to),
    TEST(a_document_goes_with_its_type_and_its_token),
};

const struct suite test_stream_suite =
    SUITE_WITH("core/outbound/stream", tests, .set_up = set_up, .tear_down = tear_down);
