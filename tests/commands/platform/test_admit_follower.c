/*
 * Followers are admitted, known by their token, and revoked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "core/base/arena.h"
#include "tests/support/opened_ledger.h"

static struct scenario *given_follower(void)
{
    struct scenario *s = given_opened_ledger();

    GIVEN(
        s, HAPPENED(
               follower_admitted, .follower_id = id_named("berlin"), .name = text_lit("berlin"),
               .token_digest = digest_named(s, "token")));
    return s;
}

static void ask(struct scenario *s, const char *token)
{
    WHEN(s, query_follower, .token_digest = digest_named(s, token));
}

static void the_record_has_a_digest_of_the_token_alone(void)
{
    struct scenario *s = given_opened_ledger();

    WHEN(s, admit_follower, .name = text_lit("berlin"), .token_digest = digest_named(s, "token"));
    THEN_EMITTED(
        s, HAPPENED(
               follower_admitted, .follower_id = ANSWER(s, admitted_follower)->follower_id,
               .name = text_lit("berlin"), .token_digest = digest_named(s, "token")));
    expect(text_starts_with(ANSWER(s, admitted_follower)->key, text_lit("audit.example.com+")));
}

static void a_name_and_a_token_are_of_one_follower_only(void)
{
    struct scenario *s = given_follower();

    WHEN(s, admit_follower, .name = text_lit("berlin"), .token_digest = digest_named(s, "other"));
    THEN_REFUSED(s, CONFLICT, "Another follower has that name");
    WHEN(s, admit_follower, .name = text_lit("paris"), .token_digest = digest_named(s, "token"));
    THEN_REFUSED(s, CONFLICT, "Another follower has that token");
}

static void whoever_shows_the_token_may_follow_until_it_is_revoked(void)
{
    struct scenario *s = given_follower();

    ask(s, "token");
    THEN_NOTHING(s);
    ask(s, "another token");
    THEN_REFUSED(s, UNAUTHENTICATED, "The token is that of no admitted follower");
    WHEN(s, revoke_follower, .name = text_lit("berlin"));
    THEN_EMITTED(s, HAPPENED(follower_revoked, .follower_id = id_named("berlin")));
    ask(s, "token");
    THEN_REFUSED(s, UNAUTHENTICATED, "The token is that of no admitted follower");
}

static void who_is_not_admitted_cannot_be_revoked(void)
{
    struct scenario *s = given_follower();

    WHEN(s, revoke_follower, .name = text_lit("paris"));
    THEN_REFUSED(s, NOT_FOUND, "No follower of that name is admitted");
    WHEN(s, revoke_follower, .name = text_lit("berlin"));
    WHEN(s, revoke_follower, .name = text_lit("berlin"));
    THEN_REFUSED(s, NOT_FOUND, "No follower of that name is admitted");
}

static void once_revoked_its_name_is_free_again(void)
{
    struct scenario *s = given_follower();

    WHEN(s, revoke_follower, .name = text_lit("berlin"));
    WHEN(s, admit_follower, .name = text_lit("berlin"), .token_digest = digest_named(s, "new"));
    ask(s, "new");
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(the_record_has_a_digest_of_the_token_alone),
    TEST(a_name_and_a_token_are_of_one_follower_only),
    TEST(whoever_shows_the_token_may_follow_until_it_is_revoked),
    TEST(who_is_not_admitted_cannot_be_revoked),
    TEST(once_revoked_its_name_is_free_again),
};

const struct suite test_admit_follower_suite = SUITE("commands/platform/admit_follower", tests);
