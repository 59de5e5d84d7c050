/*
 * Faults as error bodies.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/problem.h"
#include "core/shape/shape_json.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

static struct arena *arena;
static struct error error;
static struct text body;

static void given_an_arena(void)
{
    arena = arena_new(1 << 20);
}

static void drop_the_arena(void)
{
    arena_free(arena);
}

static void when_printed(const char *target)
{
    body = problem_body(arena, &error, text_from(target), text_lit("c-1"));
}

static void expect_member(const char *member)
{
    expect_at(text_contains(body, text_from(member)), __FILE__, __LINE__, member);
}

static void expect_no_member(const char *name)
{
    expect_at(!text_contains(body, text_from(name)), __FILE__, __LINE__, name);
}

static void expect_json(void)
{
    struct text compact;
    struct error why;

    expect_ok(json_compact(body, arena, &compact, &why), &why);
    expect(text_equal(compact, body));
}

static void an_error_becomes_a_body(void)
{
    error_set_code(&error, STATUS_NOT_FOUND, "node_not_found", "Node %d was not found", 7);
    when_printed("/api/v1/nodes/7?x=1");
    expect_json();
    expect(text_starts_with(
        body, text_lit("{\"statusCode\":404,\"path\":\"/api/v1/nodes/7?x=1\",\"timestamp\":\"2")));
    expect(text_ends_with(
        body, text_lit("Z\",\"message\":\"Node 7 was not found\",\"error\":\"Not Found\","
                       "\"code\":\"node_not_found\",\"messageKey\":\"errors.node_not_found\","
                       "\"fallbackMessage\":\"Node 7 was not found\",\"details\":null,"
                       "\"traceId\":\"c-1\"}")));
}

static void the_offending_field_is_a_detail(void)
{
    error_set(&error, STATUS_INVALID, "no");
    error_field(&error, "payload.command");
    when_printed("/");
    expect_json();
    expect_member("\"details\":{\"field\":\"payload.command\"}");
}

static void all_violations_are_told(void)
{
    struct violations violations = {
        .items = {text_lit("name is \"short\""), text_lit("age is low")}, .count = 2};

    error_set(&error, STATUS_INVALID, "two");
    error.violations = &violations;
    when_printed("/");
    expect_json();
    expect_member("\"message\":\"name is \\\"short\\\"; age is low\"");
    expect_member("\"errors\":[\"name is \\\"short\\\"\",\"age is low\"]");
    expect_member("\"error\":\"Bad Request\"");
}

static void many_long_violations_still_make_a_body(void)
{
    struct violations violations = {.count = 64};
    char text[1500];

    memset(text, 'x', sizeof(text));
    for (size_t i = 0; i < violations.count; i++)
        violations.items[i] = (struct text){text, sizeof(text)};
    error_set(&error, STATUS_INVALID, "many");
    error.violations = &violations;
    when_printed("/");
    expect_json();
    expect_member("\"traceId\":\"c-1\"");
}

static void some_answers_name_no_reason(void)
{
    error_set_code(&error, STATUS_TOO_MANY, "too_many_requests", "Slowly");
    when_printed("/");
    expect_no_member("\"error\":");
    error_set(&error, STATUS_INTERNAL, "Internal server error");
    when_printed("/");
    expect_no_member("\"error\":");
    error_set_code(&error, STATUS_UNAUTHENTICATED, "unauthenticated", "Unauthorized");
    when_printed("/");
    expect_no_member("\"error\":");
    error_set_code(&error, STATUS_UNAUTHENTICATED, "session_ended", "Invalid authentication token");
    when_printed("/");
    expect_member("\"error\":\"Unauthorized\"");
}

static void hostile_text_stays_text(void)
{
    error_set(&error, STATUS_INVALID, "a\"b\\c\n\x01");
    when_printed("/\"},{\"");
    expect_json();
    expect_member("\"message\":\"a\\\"b\\\\c\\n?\"");
}

static void every_status_makes_a_body(void)
{
    for (int i = STATUS_OK + 1; i < STATUS_COUNT; i++) {
        char start[64];
        error_set(&error, (enum status)i, "x");
        when_printed("/");
        snprintf(start, sizeof(start), "{\"statusCode\":%d,", status_http((enum status)i));
        expect_json();
        expect_member(start);
    }
}

static const struct test tests[] = {
    TEST(an_error_becomes_a_body),     TEST(the_offending_field_is_a_detail),
    TEST(all_violations_are_told),     TEST(many_long_violations_still_make_a_body),
    TEST(some_answers_name_no_reason), TEST(hostile_text_stays_text),
    TEST(every_status_makes_a_body),
};

const struct suite test_problem_suite =
    SUITE_WITH("api/problem", tests, .set_up = given_an_arena, .tear_down = drop_the_arena);
