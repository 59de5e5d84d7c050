/*
 * What routes ask of whoever calls them. That each answer is what permissions.txt says, tests/permissions sees; here is
 * the order of the gates, and whom none of them lets in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/access_rule.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/expect.h"

static const struct route platform_route = {
    .method = "POST", .path = "/workspaces", .who = WHO_PLATFORM_ADMIN};
static const struct route inside_route = {
    .method = "PATCH", .path = "/workspaces/:workspaceId", .who = WHO_WORKSPACE_ADMIN};

/* The code of what is refused; "" where it is open. */
static struct text code_of(const struct route *route, const struct caller_access *access)
{
    static struct error error;

    error.code[0] = '\0';
    if (access_rule_pass(
            route, access, text_lit("01900000-0000-7000-8000-000000000001"), false, &error) ==
        STATUS_OK)
        return text_lit("");
    return text_from(error.code);
}

static void the_gates_stand_in_the_order_in_which_calls_pass_them(void)
{
    struct caller_access access = {.lacks_factor = true, .lacks_factor_here = true};

    expect_text(code_of(&platform_route, &access), "session_ended");
    access.user_exists = true;
    access.is_active = true;
    access.token_scope = TOKEN_READ;
    expect_text(code_of(&platform_route, &access), "second_factor_required");
    access.lacks_factor = false;
    expect_text(code_of(&platform_route, &access), "forbidden");
    expect_text(code_of(&inside_route, &access), "api_token_scope");
    access.token_scope = TOKEN_ADMIN;
    expect_text(code_of(&inside_route, &access), "api_token_workspace");
    access.token_is_for_here = true;
    expect_text(code_of(&inside_route, &access), "workspace_not_found");
    access.workspace_exists = true;
    expect_text(code_of(&inside_route, &access), "not_a_member");
    access.member_role = MEMBER_VIEWER;
    expect_text(code_of(&inside_route, &access), "second_factor_required");
    access.lacks_factor_here = false;
    expect_text(code_of(&inside_route, &access), "forbidden");
    access.member_role = MEMBER_ADMIN;
    expect_text(code_of(&inside_route, &access), "");
}

static void nobody_who_signs_in_is_an_agent_or_a_follower(void)
{
    struct route route = platform_route;
    const struct caller_access access = {
        .user_exists = true, .is_active = true, .is_platform_admin = true};

    expect_text(code_of(&route, &access), "");
    route.who = WHO_AGENT;
    expect_text(code_of(&route, &access), "agent_credentials_missing");
    route.who = WHO_FOLLOWER;
    expect_text(code_of(&route, &access), "unauthenticated");
}

static void where_nobody_is_asked_for_everybody_is_let_in(void)
{
    struct route route = platform_route;
    const struct caller_access nobody = {.user_exists = false};
    struct error error;

    route.who = WHO_ANYONE;
    expect_text(code_of(&route, &nobody), "");
    route.who = WHO_LEDGER_READER;
    expect_text(code_of(&route, &nobody), "session_ended");
    expect(access_rule_pass(&route, &nobody, text_lit(""), true, &error) == STATUS_OK);
}

static const struct test tests[] = {
    TEST(the_gates_stand_in_the_order_in_which_calls_pass_them),
    TEST(nobody_who_signs_in_is_an_agent_or_a_follower),
    TEST(where_nobody_is_asked_for_everybody_is_let_in),
};

const struct suite test_access_rule_suite = SUITE("api/access_rule", tests);
