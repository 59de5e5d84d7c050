/*
 * What a body may be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/body_type.h"
#include "tests/support/expect.h"

static struct http_request request;
static struct http_header headers[4];
static struct call call;
static const struct route route = {.method = "POST"};

static void given_a_body(void)
{
    request = (struct http_request){.headers = headers, .body = text_lit("{}")};
    call = (struct call){.request = &request, .route = &route};
}

static void given_header(const char *name, const char *value)
{
    headers[request.header_count++] = (struct http_header){text_from(name), text_from(value)};
}

static enum status check(const char *type, struct error *error)
{
    given_a_body();
    given_header("Content-Type", type);
    return body_type_check(&call, error);
}

static struct text answer_header(const char *name)
{
    for (size_t i = 0; i < call.header_count; i++) {
        if (text_is(call.headers[i].name, name))
            return call.headers[i].value;
    }
    return text_lit("");
}

static void json_is_taken_in_all_its_spellings(void)
{
    static const char *const types[] = {
        "application/json",
        "Application/JSON",
        " application/json ; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json; profile=x; charset=utf8",
        "application/json; charset=us-ascii",
        "text/json",
        "application/merge-patch+json",
    };
    struct error error;

    for (size_t i = 0; i < COUNT_OF(types); i++)
        expect_ok(check(types[i], &error), &error);
}

static void everything_else_is_refused_with_a_remedy(void)
{
    static const char *const types[] = {
        "",
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=json",
        "application/jsonp",
        "text/plain; x=application/json",
        "json",
        "application/octet-stream",
    };
    struct error error;

    for (size_t i = 0; i < COUNT_OF(types); i++) {
        expect_status(check(types[i], &error), STATUS_UNSUPPORTED, &error);
        expect_text(text_from(error.code), "unsupported_media_type");
        expect(text_contains(text_from(error.text), text_lit("Content-Type: application/json")));
        expect_text(answer_header("Accept-Post"), "application/json");
    }
}

static void a_body_without_a_type_is_not_guessed_at(void)
{
    struct error error;

    given_a_body();
    expect_status(body_type_check(&call, &error), STATUS_UNSUPPORTED, &error);
}

static void without_a_body_its_type_is_nothing(void)
{
    struct error error;

    given_a_body();
    request.body = text_lit("");
    given_header("Content-Type", "application/x-www-form-urlencoded");
    given_header("Content-Encoding", "br");
    expect_ok(body_type_check(&call, &error), &error);
}

static void other_charsets_are_refused(void)
{
    static const char *const types[] = {
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "application/json; charset=",
        "application/json; CharSet=\"utf-7\"",
    };
    struct error error;

    for (size_t i = 0; i < COUNT_OF(types); i++)
        expect_status(check(types[i], &error), STATUS_UNSUPPORTED, &error);
}

static void a_coding_is_refused_and_which_is_taken_is_said(void)
{
    static const char *const codings[] = {"gzip", "br", "identity, gzip", "x"};
    struct error error;

    for (size_t i = 0; i < COUNT_OF(codings); i++) {
        given_a_body();
        given_header("Content-Type", "application/json");
        given_header("Content-Encoding", codings[i]);
        expect_status(body_type_check(&call, &error), STATUS_UNSUPPORTED, &error);
        expect_text(answer_header("Accept-Encoding"), "identity");
    }
    given_a_body();
    given_header("Content-Type", "application/json");
    given_header("Content-Encoding", "Identity");
    expect_ok(body_type_check(&call, &error), &error);
}

static const struct test tests[] = {
    TEST(json_is_taken_in_all_its_spellings),
    TEST(everything_else_is_refused_with_a_remedy),
    TEST(a_body_without_a_type_is_not_guessed_at),
    TEST(without_a_body_its_type_is_nothing),
    TEST(other_charsets_are_refused),
    TEST(a_coding_is_refused_and_which_is_taken_is_said),
};

const struct suite test_body_type_suite = SUITE("api/body_type", tests);
