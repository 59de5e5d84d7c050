/*
 * Addresses, and networks that have them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/address.h"
#include "tests/support/expect.h"

#include <stdio.h>

static const char *print(const char *text)
{
    static char printed[HTTP_PEER_SIZE];
    struct http_address address;

    snprintf(printed, sizeof(printed), "none");
    if (http_address_parse(text_from(text), &address))
        http_address_print(&address, printed);
    return printed;
}

static const char *block(const char *text)
{
    static char printed[HTTP_PEER_SIZE];
    struct http_address address = {.is_unix = true};

    (void)!http_address_parse(text_from(text), &address);
    http_address_print_block(&address, printed);
    return printed;
}

/* Does the list have the address? -1: it is no list. */
static int have(const char *list, const char *text)
{
    struct http_networks networks;
    struct http_address address = {.is_unix = true};

    (void)!http_address_parse(text_from(text), &address);
    if (!http_networks_parse(text_from(list), &networks))
        return -1;
    return http_networks_have(&networks, &address);
}

static void addresses_are_read_and_printed(void)
{
    expect_text(text_from(print("192.0.2.1")), "192.0.2.1");
    expect_text(text_from(print("2001:DB8:0:0::1")), "2001:db8::1");
    expect_text(text_from(print("::1")), "::1");
}

static void ipv4_inside_ipv6_is_ipv4(void)
{
    expect_text(text_from(print("::ffff:192.0.2.1")), "192.0.2.1");
    expect_int64(have("192.0.2.0/24", "::ffff:192.0.2.9"), 1);
}

static void what_is_no_address_is_none(void)
{
    static const char *const none[] = {
        "",
        " ",
        "192.0.2",
        "192.0.2.1.1",
        "192.0.2.256",
        "0192.0.2.1",
        "1",
        "unknown",
        "192.0.2.1 ",
        "192.0.2.1:80",
        "[::1]",
        "fe80::1%eth0",
        ":::",
        "::g",
        "2001:db8:0:0:0:0:0:0:1",
        "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:2222:3"};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect_text(text_from(print(none[i])), "none");
}

static void a_subscriber_has_one_ipv4_address_or_64_bits_of_ipv6(void)
{
    expect_text(text_from(block("192.0.2.77")), "192.0.2.77");
    expect_text(text_from(block("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::");
    expect_text(text_from(block("of a unix socket")), "unix");
}

static void a_network_has_what_begins_like_it(void)
{
    expect_int64(have("10.0.0.0/8", "10.255.0.1"), 1);
    expect_int64(have("10.0.0.0/8", "11.0.0.1"), 0);
    expect_int64(have("192.0.2.128/25", "192.0.2.128"), 1);
    expect_int64(have("192.0.2.128/25", "192.0.2.127"), 0);
    expect_int64(have("fd00::/8", "fdff::1"), 1);
    expect_int64(have("fd00::/8", "fc00::1"), 0);
    expect_int64(have("2001:db8::/33", "2001:db8:7fff::1"), 1);
    expect_int64(have("2001:db8::/33", "2001:db8:8000::1"), 0);
}

static void a_bare_address_is_a_network_of_one(void)
{
    expect_int64(have("192.0.2.1", "192.0.2.1"), 1);
    expect_int64(have("192.0.2.1", "192.0.2.2"), 0);
    expect_int64(have("::1", "::1"), 1);
    expect_int64(have("::1", "::2"), 0);
}

static void all_of_ipv4_is_not_all_of_ipv6(void)
{
    expect_int64(have("0.0.0.0/0", "203.0.113.9"), 1);
    expect_int64(have("0.0.0.0/0", "2001:db8::1"), 0);
    expect_int64(have("::/0", "2001:db8::1"), 1);
}

static void any_entry_of_a_list_will_do(void)
{
    expect_int64(have("10.0.0.0/8 , 192.0.2.1,fd00::/8", "192.0.2.1"), 1);
    expect_int64(have("10.0.0.0/8 , 192.0.2.1,fd00::/8", "192.0.2.2"), 0);
}

static void peers_on_unix_sockets_are_trusted_by_a_word(void)
{
    expect_int64(have("unix", "a socket"), 1);
    expect_int64(have("10.0.0.0/8, unix", "a socket"), 1);
    expect_int64(have("::/0, 0.0.0.0/0", "a socket"), 0);
    expect_int64(have("unix", "127.0.0.1"), 0);
}

static void an_empty_list_has_nobody(void)
{
    struct http_networks nobody = {.count = 0};
    struct http_address address = {.is_unix = true};

    expect(!http_networks_have(&nobody, &address));
    expect(http_address_parse(text_lit("::1"), &address));
    expect(!http_networks_have(&nobody, &address));
}

static void what_is_no_network_makes_no_list(void)
{
    static const char *const wrong[] = {"10.0.0.0/33",   "::/129",      "10.0.0.0/", "10.0.0.0/-1",
                                        "10.0.0.0/8/8",  "10.0.0.1/8",  "fd00::1/8", "10.0.0.0/a",
                                        "proxy.example", "10.0.0.0/8,", ",",         "UNIX",
                                        "10.0.0.0 /8",   "*",           "/8",        "10.0.0.0/+8",
                                        "10.0.0.0/0008"};

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        expect_int64(have(wrong[i], "10.0.0.1"), -1);
}

static void a_list_has_64_entries_at_most(void)
{
    char list[HTTP_NETWORKS * 12 + 16];
    size_t size = 0;

    for (int i = 0; i < HTTP_NETWORKS; i++)
        size +=
            (size_t)snprintf(list + size, sizeof(list) - size, "%s10.0.0.%d", i > 0 ? "," : "", i);
    expect_int64(have(list, "10.0.0.63"), 1);
    snprintf(list + size, sizeof(list) - size, ",10.0.1.1");
    expect_int64(have(list, "10.0.0.63"), -1);
}

static const struct test tests[] = {
    TEST(addresses_are_read_and_printed),
    TEST(ipv4_inside_ipv6_is_ipv4),
    TEST(what_is_no_address_is_none),
    TEST(a_subscriber_has_one_ipv4_address_or_64_bits_of_ipv6),
    TEST(a_network_has_what_begins_like_it),
    TEST(a_bare_address_is_a_network_of_one),
    TEST(all_of_ipv4_is_not_all_of_ipv6),
    TEST(any_entry_of_a_list_will_do),
    TEST(peers_on_unix_sockets_are_trusted_by_a_word),
    TEST(an_empty_list_has_nobody),
    TEST(what_is_no_network_makes_no_list),
    TEST(a_list_has_64_entries_at_most),
};

const struct suite test_address_suite = SUITE("core/http/address", tests);
