/*
 * Tokens for programs: made within bounds, looked up by their digest alone, and ended.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/api_token_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#include <stdio.h>

#define TOKEN_1 id_named("token 1")
#define TOKEN_2 id_named("token 2")

static struct uuid ended_id[1];

static struct list only(struct uuid id)
{
    ended_id[0] = id;
    return (struct list){ended_id, 1};
}

static struct timestamp in_days(struct scenario *s, int64_t days)
{
    return timestamp_plus_us(scenario_now(s), days * 24 * 3600 * US_PER_S);
}

#define WHEN_MADE(s, ...)                                                                          \
    WHEN(                                                                                          \
        s, create_api_token, .token_id = TOKEN_1, .digest = digest_named(s, "token 1"),            \
        .name = text_lit("backup"), __VA_ARGS__)

static struct scenario *given_a_token(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN_MADE(s, .scope = {TOKEN_READ}, .expires_at = in_days(s, 30));
    return s;
}

/* Whose it is said to be; absent: nobody's. */
static struct uuid owner_of(struct scenario *s)
{
    WHEN(s, query_access, .token_digest = digest_named(s, "token 1"));
    return ANSWER(s, access_lookup)->user_id;
}

static void a_token_is_found_by_its_digest_with_what_it_opens(void)
{
    struct scenario *s = given_a_token();
    const struct access_lookup *facts;

    THEN_EMITTED(
        s, HAPPENED(
               api_token_created, .user_id = U1, .token_id = TOKEN_1,
               .digest = digest_named(s, "token 1"), .name = text_lit("backup"),
               .scope = {TOKEN_READ}, .expires_at = in_days(s, 30)));
    WHEN(s, query_access, .token_digest = digest_named(s, "token 1"));
    facts = ANSWER(s, access_lookup);
    expect(uuid_equal(facts->user_id, U1));
    expect(uuid_equal(facts->token_id, TOKEN_1));
    expect(opt_bool_is_true(facts->is_active));
    expect_int64(facts->role.is, ROLE_PLATFORM_ADMIN);
    expect_int64(facts->token_scope.is, TOKEN_READ);
    expect(opt_bool_is_true(facts->token_is_for_here));
    WHEN(s, query_access, .token_digest = digest_named(s, "token 2"));
    expect(!opt_bool_is_true(ANSWER(s, access_lookup)->user_exists));
}

static void its_end_is_asked_for_and_lies_within_policy(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN_MADE(s, .scope = {TOKEN_READ}, .expires_at = in_days(s, 367));
    THEN_REFUSED(
        s, INVALID, "expiresAt must lie in the future, and no farther than API_TOKEN_DAYS.");
    WHEN_MADE(s, .scope = {TOKEN_READ}, .expires_at = scenario_now(s));
    THEN_REFUSED(
        s, INVALID, "expiresAt must lie in the future, and no farther than API_TOKEN_DAYS.");
}

static void when_its_time_is_over_it_ends(void)
{
    struct scenario *s = given_a_token();

    scenario_pass(s, 30 * 24 * 3600 + 1);
    expect(!uuid_is_present(owner_of(s))); /* also before the clock has looked */
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            api_tokens_ended, .user_id = U1, .token_ids = only(TOKEN_1), .end = {TOKEN_EXPIRED}));
}

static void one_for_some_workspaces_is_good_in_no_other_and_outside_of_none(void)
{
    struct scenario *s = given_ann_and_bob();
    const struct uuid places[] = {W1};

    given_workspace(s);
    WHEN_MADE(
        s, .scope = {TOKEN_ADMIN}, .expires_at = in_days(s, 30),
        .workspace_ids = {places, COUNT_OF(places)});
    for (int i = 0; i < 3; i++) {
        WHEN(
            s, query_access, .token_digest = digest_named(s, "token 1"),
            .workspace_id = i == 0   ? W1
                            : i == 1 ? W2
                                     : UUID_NONE);
        expect(opt_bool_is_true(ANSWER(s, access_lookup)->token_is_for_here) == (i == 0));
    }
}

static void nobody_makes_one_for_a_workspace_that_they_are_not_in(void)
{
    struct scenario *s = given_ann_and_bob();
    const struct uuid places[] = {W1};

    given_workspace(s);
    scenario_actor(s, ACTOR_USER, U2);
    WHEN_MADE(
        s, .scope = {TOKEN_READ}, .expires_at = in_days(s, 30),
        .workspace_ids = {places, COUNT_OF(places)});
    THEN_REFUSED(
        s, INVALID,
        naming(s, "workspaceIds names a workspace that the owner does not belong to: %s", W1));
}

static void its_owner_and_admins_end_it_and_nobody_else(void)
{
    struct scenario *s = given_a_token();

    scenario_actor(s, ACTOR_USER, U2);
    WHEN(s, end_api_token, .token_id = TOKEN_1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "API token %s was not found", TOKEN_1));
    WHEN(s, end_api_token, .user_id = U1, .token_id = TOKEN_1);
    THEN_EMITTED(
        s,
        HAPPENED(
            api_tokens_ended, .user_id = U1, .token_ids = only(TOKEN_1), .end = {TOKEN_WITHDRAWN}));
    expect(!uuid_is_present(owner_of(s)));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN_MADE(s, .scope = {TOKEN_READ}, .expires_at = in_days(s, 30));
    WHEN(s, end_api_token, .token_id = TOKEN_1);
    THEN_EMITTED(
        s, HAPPENED(
               api_tokens_ended, .user_id = U1, .token_ids = only(TOKEN_1), .end = {TOKEN_ENDED}));
}

static void it_ends_with_the_activity_of_its_owner_and_outlives_a_password(void)
{
    struct scenario *s = given_ann_and_bob();

    scenario_actor(s, ACTOR_USER, U2);
    WHEN_MADE(s, .scope = {TOKEN_READ}, .expires_at = in_days(s, 30));
    WHEN(s, change_password, .user_id = U2, .session_version = 1, .password = sealed(s, "hash"));
    expect(uuid_equal(owner_of(s), U2));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE),
        HAPPENED(
            api_tokens_ended, .user_id = U2, .token_ids = only(TOKEN_1),
            .end = {TOKEN_OWNER_GONE}));
}

static void its_use_is_recorded_once_in_an_hour(void)
{
    struct scenario *s = given_a_token();

    for (int i = 0; i < 2; i++) {
        WHEN(s, note_api_token_use, .token_id = TOKEN_1);
        THEN_EMITTED(s, HAPPENED(api_token_used, .user_id = U1, .token_id = TOKEN_1));
        scenario_pass(s, 3590);
        WHEN(s, note_api_token_use, .token_id = TOKEN_1);
        THEN_NOTHING(s);
        scenario_pass(s, 11);
    }
    WHEN(s, note_api_token_use, .token_id = TOKEN_2);
    THEN_NOTHING(s);
}

static void an_account_has_only_so_many(void)
{
    struct scenario *s = given_ann_and_bob();

    for (int i = 0; i <= API_TOKENS_OF_USER; i++) {
        char name[16];
        snprintf(name, sizeof(name), "one of many %d", i);
        WHEN(
            s, create_api_token, .token_id = id_named(name), .digest = digest_named(s, name),
            .name = text_lit("t"), .scope = {TOKEN_READ}, .expires_at = in_days(s, 30));
    }
    THEN_REFUSED(s, CONFLICT, "This account has as many API tokens as it may have.");
}

static struct scenario *given_a_service_account(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, create_service_account, .name = text_lit("backup"));
    return s;
}

static void admins_make_tokens_for_service_accounts_and_for_nobody_else(void)
{
    struct scenario *s = given_a_service_account();
    struct uuid account = scenario_made(s, 0);

    THEN_EMITTED(
        s, HAPPENED(service_account_created, .user_id = account, .name = text_lit("backup")));
    WHEN_MADE(s, .user_id = account, .scope = {TOKEN_WORK}, .expires_at = in_days(s, 30));
    expect(uuid_equal(owner_of(s), account));
    WHEN_MADE(s, .user_id = U2, .scope = {TOKEN_WORK}, .expires_at = in_days(s, 30));
    THEN_REFUSED(s, FORBIDDEN, "Nobody makes an API token for another person.");
}

static void a_service_account_gets_no_address_and_no_role(void)
{
    struct scenario *s = given_a_service_account();
    struct uuid account = scenario_made(s, 0);

    WHEN(s, update_user, .user_id = account, .role = {ROLE_PLATFORM_ADMIN});
    THEN_REFUSED(s, CONFLICT, "A service account has no address, and no role on the platform.");
    WHEN(
        s, update_user, .user_id = account,
        .email = {.text = text_lit("x@example.com"), .digest = digest_named(s, "x@example.com")});
    THEN_REFUSED(s, CONFLICT, "A service account has no address, and no role on the platform.");
    WHEN(s, sign_in, .user_id = account, .session_id = SESSION_1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void a_service_account_that_is_switched_off_or_deleted_loses_its_tokens(void)
{
    struct scenario *s = given_a_service_account();
    struct uuid account = scenario_made(s, 0);

    for (int i = 0; i < 2; i++) {
        WHEN_MADE(s, .user_id = account, .scope = {TOKEN_WORK}, .expires_at = in_days(s, 30));
        expect(uuid_equal(owner_of(s), account));
        if (i == 0)
            WHEN(s, update_user, .user_id = account, .is_active = OPT_FALSE);
        else
            WHEN(s, delete_user, .user_id = account);
        expect(!uuid_is_present(owner_of(s)));
        if (i == 0)
            WHEN(s, update_user, .user_id = account, .is_active = OPT_TRUE);
    }
}

static const struct test tests[] = {
    TEST(a_token_is_found_by_its_digest_with_what_it_opens),
    TEST(its_end_is_asked_for_and_lies_within_policy),
    TEST(when_its_time_is_over_it_ends),
    TEST(one_for_some_workspaces_is_good_in_no_other_and_outside_of_none),
    TEST(nobody_makes_one_for_a_workspace_that_they_are_not_in),
    TEST(its_owner_and_admins_end_it_and_nobody_else),
    TEST(it_ends_with_the_activity_of_its_owner_and_outlives_a_password),
    TEST(its_use_is_recorded_once_in_an_hour),
    TEST(an_account_has_only_so_many),
    TEST(admins_make_tokens_for_service_accounts_and_for_nobody_else),
    TEST(a_service_account_gets_no_address_and_no_role),
    TEST(a_service_account_that_is_switched_off_or_deleted_loses_its_tokens),
};

const struct suite test_api_tokens_suite = SUITE("commands/identity/api_tokens", tests);
