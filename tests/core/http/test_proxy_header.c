/*
 * The PROXY protocol's header: by the parser, and at a server that expects it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/http/http.h"
#include "core/http/proxy_header.h"
#include "tests/support/echo.h"
#include "tests/support/expect.h"
#include "tests/support/peer.h"

#include <string.h>

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define REQUEST   "GET /echo HTTP/1.1\r\nHost: fleet.example\r\n\r\n"

/* 203.0.113.9:4711 to 192.0.2.1:443, and a TLV of one byte. */
static const char over_ipv4[] = SIGNATURE "\x21\x11\x00\x10"
                                          "\xcb\x00\x71\x09\xc0\x00\x02\x01\x12\x67\x01\xbb"
                                          "\x04\x00\x01x";
static const char over_ipv6[] =
    SIGNATURE "\x21\x21\x00\x24"
              "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09"
              "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\x12\x67\x01\xbb";
static const char of_the_proxy_itself[] = SIGNATURE "\x20\x00\x00\x00";

static char printed[HTTP_PEER_SIZE];

/* Whom a header names; "" when it is none; the proxy is 10.0.0.1. */
static struct text parse(const char *data, size_t size)
{
    struct http_address address;

    (void)!http_address_parse(text_lit("10.0.0.1"), &address);
    if (!http_proxy_header_parse((struct bytes){(const uint8_t *)data, size}, &address))
        return text_lit("");
    http_address_print(&address, printed);
    return text_from(printed);
}

static void a_header_names_the_client(void)
{
    expect_text(parse(over_ipv4, sizeof(over_ipv4) - 1), "203.0.113.9");
    expect_text(parse(over_ipv6, sizeof(over_ipv6) - 1), "2001:db8::9");
}

static void a_header_may_speak_of_the_proxy_itself(void)
{
    expect_text(parse(of_the_proxy_itself, sizeof(of_the_proxy_itself) - 1), "10.0.0.1");
}

static void of_an_unspecified_family_nothing_is_taken(void)
{
    static const char header[] = SIGNATURE "\x21\x00\x00\x02??";

    expect_text(parse(header, sizeof(header) - 1), "10.0.0.1");
}

static void a_header_that_differs_in_any_byte_of_its_form_is_none(void)
{
    for (size_t i = 0; i < HTTP_PROXY_FIXED; i++) {
        char header[sizeof(over_ipv4) - 1];

        memcpy(header, over_ipv4, sizeof(header));
        header[i] = (char)(header[i] ^ 0x40);
        expect_text(parse(header, sizeof(header)), "");
    }
}

static void a_header_cut_short_or_too_long_is_none(void)
{
    for (size_t size = 0; size < sizeof(over_ipv4) - 1; size++)
        expect_text(parse(over_ipv4, size), "");
    expect_text(parse(over_ipv4, sizeof(over_ipv4)), "");
}

static void more_than_fits_is_not_waited_for(void)
{
    static const uint8_t fits[] = SIGNATURE "\x21\x11\x07\xf0";
    static const uint8_t does_not[] = SIGNATURE "\x21\x11\x07\xf1";

    expect_int64(http_proxy_header_size(fits), HTTP_PROXY_LARGEST);
    expect_int64(http_proxy_header_size(does_not), 0);
}

static void a_tlv_may_not_reach_beyond_the_end(void)
{
    char header[sizeof(over_ipv4) - 1];

    memcpy(header, over_ipv4, sizeof(header));
    header[sizeof(header) - 2] = 2;
    expect_text(parse(header, sizeof(header)), "");
    header[sizeof(header) - 2] = 0;
    expect_text(parse(header, sizeof(header)), "");
}

static struct echo *echo;
static struct http_networks trusted;
static struct buf got;

static void given_server(const char *proxies, int64_t head_timeout_us)
{
    struct http_settings settings = echo_settings();
    struct error error;

    (void)!http_networks_parse(text_from(proxies), &trusted);
    settings.trusted_proxies = &trusted;
    settings.expects_proxy_header = true;
    settings.head_timeout_us = head_timeout_us;
    buf_init(&got, 1 << 20);
    echo = echo_start(&settings, 1, &error);
}

static void drop_server(void)
{
    echo_stop(echo);
    buf_fini(&got);
    echo = NULL;
}

static void given_a_patient_server(void)
{
    given_server("127.0.0.1", 60 * (int64_t)US_PER_S);
}

static bool answer_has(const char *part)
{
    return got.size > 0 && strstr(got.data, part) != NULL;
}

static void a_connection_is_its_clients(void)
{
    int peer = peer_connect(echo_port(echo));

    expect(peer_send_bytes(peer, over_ipv4, sizeof(over_ipv4) - 1));
    for (int i = 0; i < 2; i++) {
        buf_clear(&got);
        expect(peer_send(peer, REQUEST));
        expect(peer_receive_answer(peer, &got));
        expect(answer_has("GET /echo 203.0.113.9 plain"));
    }
    peer_close(peer);
}

static void header_and_request_may_come_in_any_pieces(void)
{
    int peer = peer_connect(echo_port(echo));

    for (size_t i = 0; i < sizeof(over_ipv6) - 1; i++)
        expect(peer_send_bytes(peer, over_ipv6 + i, 1));
    expect(peer_send(peer, REQUEST));
    expect(peer_receive_answer(peer, &got));
    expect(answer_has("GET /echo 2001:db8::9 plain"));
    peer_close(peer);
}

static void header_and_request_may_come_at_once(void)
{
    char both[sizeof(over_ipv4) - 1 + sizeof(REQUEST) - 1];
    int peer = peer_connect(echo_port(echo));

    memcpy(both, over_ipv4, sizeof(over_ipv4) - 1);
    memcpy(both + sizeof(over_ipv4) - 1, REQUEST, sizeof(REQUEST) - 1);
    expect(peer_send_bytes(peer, both, sizeof(both)));
    expect(peer_receive_answer(peer, &got));
    expect(answer_has("GET /echo 203.0.113.9 plain"));
    peer_close(peer);
}

static void a_proxy_that_sends_no_header_is_closed_without_a_word(void)
{
    int peer = peer_connect(echo_port(echo));

    expect(peer_send(peer, REQUEST));
    (void)peer_receive_to_end(peer, &got); /* maybe by a reset: its bytes were not read */
    expect_int64(got.size, 0);
    expect_int64(echo_requests(echo, 0), 0);
    peer_close(peer);
}

static void a_proxy_that_trickles_is_closed_when_its_time_is_up(void)
{
    int peer;

    drop_server();
    given_server("127.0.0.1", 50 * (int64_t)US_PER_MS);
    peer = peer_connect(echo_port(echo));
    expect(peer_send_bytes(peer, over_ipv4, 20));
    expect(peer_receive_to_end(peer, &got));
    expect_int64(got.size, 0);
    peer_close(peer);
}

static void the_header_of_an_untrusted_peer_is_no_http(void)
{
    int peer;

    drop_server();
    given_server("192.0.2.0/24", 60 * (int64_t)US_PER_S);
    peer = peer_connect(echo_port(echo));
    expect(peer_send_bytes(peer, over_ipv4, sizeof(over_ipv4) - 1));
    expect(peer_receive_to_end(peer, &got));
    expect(text_starts_with(buf_text(&got), text_lit("HTTP/1.1 400 ")));
    peer_close(peer);
}

static void an_untrusted_peer_needs_no_header(void)
{
    int peer;

    drop_server();
    given_server("192.0.2.0/24", 60 * (int64_t)US_PER_S);
    peer = peer_connect(echo_port(echo));
    expect(peer_send(peer, REQUEST));
    expect(peer_receive_answer(peer, &got));
    expect(answer_has("GET /echo 127.0.0.1 plain"));
    peer_close(peer);
}

static void a_server_ends_while_a_header_is_owed(void)
{
    int peer = peer_connect(echo_port(echo));

    expect(peer_send_bytes(peer, over_ipv4, 8));
    http_server_drain(echo_server(echo));
    expect(peer_receive_to_end(peer, &got) || got.size == 0);
    peer_close(peer);
}

static const struct test header_tests[] = {
    TEST(a_header_names_the_client),
    TEST(a_header_may_speak_of_the_proxy_itself),
    TEST(of_an_unspecified_family_nothing_is_taken),
    TEST(a_header_that_differs_in_any_byte_of_its_form_is_none),
    TEST(a_header_cut_short_or_too_long_is_none),
    TEST(more_than_fits_is_not_waited_for),
    TEST(a_tlv_may_not_reach_beyond_the_end),
    TEST(a_connection_is_its_clients),
    TEST(header_and_request_may_come_in_any_pieces),
    TEST(header_and_request_may_come_at_once),
    TEST(a_proxy_that_sends_no_header_is_closed_without_a_word),
    TEST(a_proxy_that_trickles_is_closed_when_its_time_is_up),
    TEST(the_header_of_an_untrusted_peer_is_no_http),
    TEST(an_untrusted_peer_needs_no_header),
    TEST(a_server_ends_while_a_header_is_owed),
};

const struct suite test_proxy_header_suite = SUITE_WITH(
    "core/http/proxy_header",
    header_tests,
    .set_up = given_a_patient_server,
    .tear_down = drop_server);
