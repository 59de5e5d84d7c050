/*
 * Which origins browsers may call from.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/default_headers.h"
#include "tests/support/expect.h"

static bool allows(const char *allowed, const char *origin)
{
    return default_headers_allow_origin(text_from(allowed), text_from(origin));
}

static void who_is_no_browser_may_always(void)
{
    expect(default_headers_allow_origin(text_lit("https://a.example"), (struct text){NULL, 0}));
}

static void a_star_or_nothing_allows_every_origin(void)
{
    expect(allows("*", "https://a.example"));
    expect(allows("", "https://a.example"));
    expect(allows("https://b.example, *", "https://a.example"));
}

static void an_origin_is_scheme_host_and_port(void)
{
    expect(allows("https://a.example", "https://a.example"));
    expect(allows("https://A.example", "https://a.example"));
    expect(!allows("https://a.example", "http://a.example"));
    expect(!allows("https://a.example", "https://a.example:8443"));
    expect(!allows("https://a.example", "https://a.example.evil.example"));
    expect(!allows("https://a.example", "https://evil-a.example"));
    expect(!allows("https://a.example", "null"));
    expect(!allows("https://a.example", ""));
}

static void a_list_allows_each_of_its_entries(void)
{
    const char *list = "https://a.example, 'https://b.example/' ,\"https://c.example\",,";

    expect(allows(list, "https://a.example"));
    expect(allows(list, "https://b.example"));
    expect(allows(list, "https://c.example"));
    expect(!allows(list, "https://d.example"));
    expect(!allows(",", "https://d.example"));
}

static void an_entry_may_be_a_bare_host(void)
{
    expect(allows("a.example", "https://a.example"));
    expect(!allows("a.example", "http://a.example"));
    expect(allows("localhost:5173", "http://localhost:5173"));
    expect(!allows("localhost:5173", "https://localhost:5173"));
    expect(allows("127.0.0.1", "http://127.0.0.1"));
    expect(allows("[::1]:3000", "http://[::1]:3000"));
    expect(allows("localhost.example", "https://localhost.example"));
}

static void a_path_of_an_entry_says_nothing(void)
{
    expect(allows("https://a.example/app", "https://a.example"));
    expect(allows("a.example/app/", "https://a.example"));
    expect(!allows("/app", "https://app"));
}

static const struct test tests[] = {
    TEST(who_is_no_browser_may_always),      TEST(a_star_or_nothing_allows_every_origin),
    TEST(an_origin_is_scheme_host_and_port), TEST(a_list_allows_each_of_its_entries),
    TEST(an_entry_may_be_a_bare_host),       TEST(a_path_of_an_entry_says_nothing),
};

const struct suite test_default_headers_suite = SUITE("api/manners", tests);
