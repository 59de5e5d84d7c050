/*
 * Which addresses calls may reach that others have named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/reach.h"
#include "tests/support/expect.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const struct http_networks nothing_allowed;

static enum reach_answer
ask(enum reach reach, const struct http_networks *allowed, const char *address)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    const void *to = &four;

    if (inet_pton(AF_INET, address, &four.sin_addr) != 1) {
        expect_int64(inet_pton(AF_INET6, address, &six.sin6_addr), 1);
        to = &six;
    }
    return reach_ask(reach, allowed, to);
}

static void what_is_not_public_is_nothing_for_users(void)
{
    static const char *const internal[] = {
        "0.0.0.0",          "10.1.2.3",        "100.64.0.1",  "127.0.0.1",
        "172.16.0.1",       "172.31.9.9",      "192.168.0.1", "198.18.0.1",
        "224.0.0.1",        "255.255.255.255", "::",          "::1",
        "::ffff:127.0.0.1", "fd00::1",         "ff02::1",     "2002:7f00::",
        "64:ff9b::a00:1",   "2001:db8::1",     "::127.0.0.1", "64:ff9b:1::1",
    };

    for (size_t i = 0; i < COUNT_OF(internal); i++) {
        expect_int64(ask(REACH_PUBLIC, &nothing_allowed, internal[i]), REACH_PRIVATE);
        expect_int64(ask(REACH_NETWORK, &nothing_allowed, internal[i]), REACH_FINE);
    }
}

static void what_is_public_is_for_all(void)
{
    static const char *const global[] = {
        "1.1.1.1",   "9.255.255.255",        "11.0.0.1",         "172.32.0.1",
        "192.0.3.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1",
    };

    for (size_t i = 0; i < COUNT_OF(global); i++)
        expect_int64(ask(REACH_PUBLIC, &nothing_allowed, global[i]), REACH_FINE);
}

static void addresses_of_the_link_are_for_nobody(void)
{
    static const char *const link[] = {
        "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1"};

    for (size_t i = 0; i < COUNT_OF(link); i++) {
        expect_int64(ask(REACH_PUBLIC, &nothing_allowed, link[i]), REACH_LINK);
        expect_int64(ask(REACH_NETWORK, &nothing_allowed, link[i]), REACH_LINK);
    }
}

static void what_is_allowed_is_reached(void)
{
    struct http_networks allowed;

    expect(http_networks_parse(text_lit("10.1.0.0/16,fe80::7"), &allowed));
    expect_int64(ask(REACH_PUBLIC, &allowed, "10.1.2.3"), REACH_FINE);
    expect_int64(ask(REACH_PUBLIC, &allowed, "10.2.0.1"), REACH_PRIVATE);
    expect_int64(ask(REACH_PUBLIC, &allowed, "fe80::7"), REACH_FINE);
    expect_int64(ask(REACH_PUBLIC, &allowed, "fe80::8"), REACH_LINK);
}

static const struct test tests[] = {
    TEST(what_is_not_public_is_nothing_for_users),
    TEST(what_is_public_is_for_all),
    TEST(addresses_of_the_link_are_for_nobody),
    TEST(what_is_allowed_is_reached),
};

const struct suite test_reach_suite = SUITE("core/outbound/reach", tests);
