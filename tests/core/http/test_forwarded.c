/*
 * Who asks, when proxies stand between. The peer is 10.0.0.1; 10.0.0.0/8 and fd00::/8 are trusted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/forwarded.h"
#include "tests/support/expect.h"

static struct http_header headers[8];
static struct http_request request;
static struct http_networks trusted;
static struct http_client client;
static struct http_defect defect;
static char printed[HTTP_PEER_SIZE];

static void given_peer(const char *address)
{
    client = (struct http_client){.address.is_unix = true, .host = text_lit("api:3000")};
    (void)!http_address_parse(text_from(address), &client.address);
}

static void given_a_trusted_peer(void)
{
    request = (struct http_request){.headers = headers};
    (void)!http_networks_parse(text_lit("10.0.0.0/8, fd00::/8"), &trusted);
    given_peer("10.0.0.1");
}

static void given_header(const char *name, const char *value)
{
    headers[request.header_count++] = (struct http_header){text_from(name), text_from(value)};
}

/* Whose request it is; "" when it is refused. */
static struct text read_client(void)
{
    if (!http_forwarded_read(&request, &trusted, &client, &defect))
        return text_lit("");
    http_address_print(&client.address, printed);
    return text_from(printed);
}

/* The same with one header alone. */
static struct text read_one(const char *name, const char *value)
{
    given_a_trusted_peer();
    given_header(name, value);
    return read_client();
}

static void without_a_word_it_is_the_peer(void)
{
    expect_text(read_client(), "10.0.0.1");
    expect_text(client.host, "api:3000");
    expect(!client.is_tls);
}

static void a_trusted_proxy_names_its_client(void)
{
    expect_text(read_one("X-Forwarded-For", "203.0.113.9"), "203.0.113.9");
    expect_text(read_one("Forwarded", "for=203.0.113.9"), "203.0.113.9");
}

static void nothing_from_an_untrusted_peer_counts(void)
{
    given_header("X-Forwarded-For", "203.0.113.9");
    given_header("Forwarded", "for=198.51.100.1;proto=https;host=evil.example");
    given_header("X-Forwarded-Proto", "https");
    given_header("X-Forwarded-Host", "evil.example");
    given_header("Forwarded", "\"broken");
    given_peer("192.0.2.1");
    expect_text(read_client(), "192.0.2.1");
    expect_text(client.host, "api:3000");
    expect(!client.is_tls);
}

static void what_the_client_wrote_itself_stands_left_and_does_not_count(void)
{
    expect_text(read_one("X-Forwarded-For", "127.0.0.1, 10.9.9.9, 203.0.113.9"), "203.0.113.9");
    expect_text(
        read_one("Forwarded", "for=127.0.0.1, for=10.9.9.9, for=203.0.113.9"), "203.0.113.9");
}

static void every_trusted_hop_is_asked_for_the_one_before(void)
{
    expect_text(read_one("X-Forwarded-For", "1.2.3.4, 203.0.113.9, 10.0.0.2"), "203.0.113.9");
    expect_text(
        read_one("Forwarded", "for=1.2.3.4, for=203.0.113.9, for=\"[fd00::2]\""), "203.0.113.9");
}

static void when_all_are_trusted_the_farthest_it_is(void)
{
    expect_text(read_one("X-Forwarded-For", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

static void lines_of_one_field_are_one_list(void)
{
    given_header("x-forwarded-for", "203.0.113.9");
    given_header("X-Forwarded-For", "10.0.0.2");
    expect_text(read_client(), "203.0.113.9");
}

static void ports_and_brackets_are_no_part_of_an_address(void)
{
    expect_text(read_one("X-Forwarded-For", "203.0.113.9:4711"), "203.0.113.9");
    expect_text(read_one("X-Forwarded-For", "2001:db8::1"), "2001:db8::1");
    expect_text(read_one("X-Forwarded-For", "[2001:db8::1]"), "2001:db8::1");
    expect_text(read_one("X-Forwarded-For", "[2001:db8::1]:4711"), "2001:db8::1");
    expect_text(read_one("Forwarded", "For=\"[2001:db8::1]:4711\""), "2001:db8::1");
    expect_text(read_one("Forwarded", "for=\"203.0.113.9:_port\""), "203.0.113.9");
}

static void behind_a_hidden_hop_nothing_is_believed(void)
{
    expect_text(read_one("X-Forwarded-For", "203.0.113.9, unknown, 10.0.0.2"), "10.0.0.2");
    expect_text(read_one("Forwarded", "for=203.0.113.9, for=_gateway, for=10.0.0.2"), "10.0.0.2");
    expect_text(read_one("Forwarded", "for=203.0.113.9, proto=http, for=10.0.0.2"), "10.0.0.2");
    expect_text(read_one("X-Forwarded-For", "[203.0.113.9"), "10.0.0.1");
    expect_text(read_one("X-Forwarded-For", "[]"), "10.0.0.1");
}

static void a_client_cannot_swallow_what_the_proxy_appends(void)
{
    expect_text(read_one("Forwarded", "for=\"1.2.3.4, for=203.0.113.9"), "");
    expect_int64(defect.status, 400);
    expect_text(read_one("Forwarded", "for=\"1.2.3.4, for=\"[2001:db8::9]\""), "");
    expect_text(read_one("Forwarded", "for=\"1.2.3.4, for=\"203.0.113.9:80\""), "");
    expect_text(read_one("Forwarded", "for=\"1.2.3.4\\\", for=203.0.113.9"), "");
    expect_text(read_one("Forwarded", "for, for=203.0.113.9"), "");
    expect_text(read_one("Forwarded", "for=1.2.3.4 for=203.0.113.9"), "");
    expect_text(read_one("Forwarded", "for = 1.2.3.4"), "");
}

static void empty_entries_of_a_list_are_none(void)
{
    expect_text(read_one("Forwarded", " , ;for=203.0.113.9; , "), "203.0.113.9");
    expect_text(read_one("X-Forwarded-For", ",203.0.113.9, ,"), "203.0.113.9");
    expect_text(read_one("X-Forwarded-For", ""), "10.0.0.1");
    expect_text(read_one("Forwarded", ""), "10.0.0.1");
}

static void two_headers_that_disagree_are_refused(void)
{
    given_header("X-Forwarded-For", "203.0.113.9");
    given_header("Forwarded", "for=198.51.100.1");
    expect_text(read_client(), "");
    expect_int64(defect.status, 400);
}

static void two_headers_that_agree_are_one(void)
{
    given_header("X-Forwarded-For", "1.1.1.1, 203.0.113.9");
    given_header("Forwarded", "for=2.2.2.2, for=203.0.113.9");
    expect_text(read_client(), "203.0.113.9");
}

static void a_list_of_more_than_64_is_refused(void)
{
    char list[65 * 9];

    for (size_t i = 0; i < sizeof(list); i++)
        list[i] = "10.0.0.2,"[i % 9];
    headers[request.header_count++] =
        (struct http_header){text_lit("X-Forwarded-For"), {list, 64 * 9 - 1}};
    expect_text(read_client(), "10.0.0.2");
    headers[0].value.size = 65 * 9 - 1;
    given_peer("10.0.0.1");
    expect_text(read_client(), "");
}

static void scheme_and_host_are_what_the_nearest_proxy_says(void)
{
    given_header("X-Forwarded-Proto", "http, https");
    given_header("X-Forwarded-Host", "evil.example, fleet.example:8443");
    expect_text(read_client(), "10.0.0.1");
    expect(client.is_tls);
    expect_text(client.host, "fleet.example:8443");
}

static void forwarded_tells_scheme_and_host_of_the_hop_that_names_the_client(void)
{
    given_header(
        "Forwarded", "for=1.2.3.4;host=evil.example, "
                     "for=203.0.113.9;proto=HTTPS;host=\"fleet.example:8443\", "
                     "for=10.0.0.2;proto=http;host=inner.example");
    expect_text(read_client(), "203.0.113.9");
    expect(client.is_tls);
    expect_text(client.host, "fleet.example:8443");
}

static void a_scheme_or_host_that_is_none_changes_nothing(void)
{
    client.is_tls = true;
    given_header("X-Forwarded-Proto", "javascript");
    given_header("X-Forwarded-Host", "a b/<script>");
    expect_text(read_client(), "10.0.0.1");
    expect(client.is_tls);
    expect_text(client.host, "api:3000");
}

static void a_peer_on_a_unix_socket_is_trusted_by_its_word(void)
{
    given_header("X-Forwarded-For", "203.0.113.9");
    given_peer("a unix socket");
    expect_text(read_client(), "unix");
    (void)!http_networks_parse(text_lit("unix"), &trusted);
    expect_text(read_client(), "203.0.113.9");
}

static const struct test tests[] = {
    TEST(without_a_word_it_is_the_peer),
    TEST(a_trusted_proxy_names_its_client),
    TEST(nothing_from_an_untrusted_peer_counts),
    TEST(what_the_client_wrote_itself_stands_left_and_does_not_count),
    TEST(every_trusted_hop_is_asked_for_the_one_before),
    TEST(when_all_are_trusted_the_farthest_it_is),
    TEST(lines_of_one_field_are_one_list),
    TEST(ports_and_brackets_are_no_part_of_an_address),
    TEST(behind_a_hidden_hop_nothing_is_believed),
    TEST(a_client_cannot_swallow_what_the_proxy_appends),
    TEST(empty_entries_of_a_list_are_none),
    TEST(two_headers_that_disagree_are_refused),
    TEST(two_headers_that_agree_are_one),
    TEST(a_list_of_more_than_64_is_refused),
    TEST(scheme_and_host_are_what_the_nearest_proxy_says),
    TEST(forwarded_tells_scheme_and_host_of_the_hop_that_names_the_client),
    TEST(a_scheme_or_host_that_is_none_changes_nothing),
    TEST(a_peer_on_a_unix_socket_is_trusted_by_its_word),
};

const struct suite test_forwarded_suite =
    SUITE_WITH("core/http/forwarded", tests, .set_up = given_a_trusted_peer);
