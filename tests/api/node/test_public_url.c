/*
 * Which address agents are told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/node/public_url.h"
#include "tests/support/expect.h"

static struct settings settings;
static struct services services;
static struct http_request request;
static struct http_header headers[8];
static struct call call;

static void given_a_call(void)
{
    settings = (struct settings){.port = 3000};
    services = (struct services){.settings = &settings};
    request = (struct http_request){.headers = headers};
    call = (struct call){.request = &request, .services = &services, .arena = arena_new(1 << 16)};
}

static void drop_the_call(void)
{
    arena_free(call.arena);
}

static void given_header(const char *name, const char *value)
{
    headers[request.header_count++] = (struct http_header){text_from(name), text_from(value)};
}

static void given_setting(const char *url)
{
    settings.agent_public_api_url = text_from(url);
}

static void without_anything_it_is_this_machine(void)
{
    expect_text(public_url(&call), "http://localhost:3000");
}

static void the_host_that_was_asked_is_told(void)
{
    request.public_host = text_lit("fleet.example:8080");
    expect_text(public_url(&call), "http://fleet.example:8080");
    request.is_tls = true;
    expect_text(public_url(&call), "https://fleet.example:8080");
}

static void forwarded_headers_are_not_read_here(void)
{
    request.public_host = text_lit("api.example");
    given_header("X-Forwarded-Host", "evil.example");
    given_header("X-Forwarded-Proto", "https");
    expect_text(public_url(&call), "http://api.example");
}

static void the_dashboard_goes_before_the_proxy(void)
{
    request.public_host = text_lit("api:3000");
    given_header("X-Noderax-Public-Api-Url", "https://told.example/api/v1");
    expect_text(public_url(&call), "https://told.example");
}

static void a_public_setting_goes_before_all(void)
{
    given_setting("https://set.example");
    request.public_host = text_lit("fleet.example");
    given_header("X-Noderax-Public-Api-Url", "https://told.example");
    expect_text(public_url(&call), "https://set.example");
}

static void an_internal_setting_comes_last(void)
{
    given_setting("http://API:3000");
    expect_text(public_url(&call), "http://API:3000");
    request.public_host = text_lit("fleet.example");
    expect_text(public_url(&call), "http://fleet.example");
}

static void internal_names_are_known(void)
{
    static const char *const internal[] = {
        "http://nginx",   "http://localhost:3000", "http://127.0.0.1:80", "http://0.0.0.0",
        "http://api",     "http://api-setup:1",    "http://api-a",        "http://api-b",
        "http://[::1]:1", "http://LocalHost"};

    request.public_host = text_lit("fleet.example");
    for (size_t i = 0; i < COUNT_OF(internal); i++) {
        given_setting(internal[i]);
        expect_text(public_url(&call), "http://fleet.example");
    }
    given_setting("http://api-c");
    expect_text(public_url(&call), "http://api-c");
}

static void expect_told(const char *set, const char *wanted)
{
    given_setting(set);
    expect_text(public_url(&call), wanted);
}

static void prefix_fragment_and_slash_are_taken_off(void)
{
    expect_told("https://a.example/", "https://a.example");
    expect_told("https://a.example/api/v1", "https://a.example");
    expect_told("https://a.example/api/v1/", "https://a.example");
    expect_told("https://a.example/v1", "https://a.example");
    expect_told("https://a.example/#top", "https://a.example");
    expect_told(" https://a.example:8443 ", "https://a.example:8443");
    expect_told("https://a.example/fleet/v1", "https://a.example/fleet");
}

static void what_is_no_address_is_passed_over(void)
{
    static const char *const none[] = {"",          "fleet.example",    "ftp://a.example",
                                       "https://",  "https:///v1",      "https://:80",
                                       "https://#", "https://a b",      "https://a\x7f",
                                       "//a",       "javascript:alert", "https://\u00e4"};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect_told(none[i], "http://localhost:3000");
}

static const struct test tests[] = {
    TEST(without_anything_it_is_this_machine),
    TEST(the_host_that_was_asked_is_told),
    TEST(forwarded_headers_are_not_read_here),
    TEST(the_dashboard_goes_before_the_proxy),
    TEST(a_public_setting_goes_before_all),
    TEST(an_internal_setting_comes_last),
    TEST(internal_names_are_known),
    TEST(prefix_fragment_and_slash_are_taken_off),
    TEST(what_is_no_address_is_passed_over),
};

const struct suite test_public_url_suite =
    SUITE_WITH("api/node/public_url", tests, .set_up = given_a_call, .tear_down = drop_the_call);
