/*
 * What holds of everybody's sign-ins, and in a workspace: to whom what is shut while they have no second factor, and who
 * may require one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

#define RULES(is_required)                                                                         \
    HAPPENED(                                                                                      \
        sign_in_rules_changed, .installation_id = id_named("it"),                                  \
        .second_factor_required = (is_required))

static const uint8_t recovery[RECOVERY_DIGEST_SIZE] = {1};

/* Ann, the admin, and Bob, a member of a workspace; neither has a second factor. */
static struct scenario *given_people(void)
{
    struct scenario *s = given_ann_and_bob();

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    given_workspace(s);
    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = id_named("m"), .workspace_id = W1, .user_id = U2,
               .role = {MEMBER_ADMIN}));
    return s;
}

static void given_factor_of(struct scenario *s, struct uuid user_id)
{
    GIVEN(
        s, HAPPENED(factor_offered, .user_id = user_id, .secret = sealed(s, "SECRET")),
        HAPPENED(factor_enabled, .user_id = user_id, .recovery = {recovery, RECOVERY_DIGEST_SIZE}));
}

static void given_rule_of_workspace(struct scenario *s)
{
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .second_factor_required = OPT_TRUE));
}

static void when_turned_off(struct scenario *s)
{
    const struct change_factor order = {.user_id = U2, .session_version = 2, .step = 100};

    scenario_when(s, &disable_factor_command, &order);
}

static bool lacks(struct scenario *s, struct uuid user_id)
{
    WHEN(s, query_access, .user_id = user_id, .workspace_id = W1);
    return opt_bool_is_true(ANSWER(s, access_lookup)->lacks_factor);
}

static bool lacks_here(struct scenario *s, struct uuid user_id)
{
    WHEN(s, query_access, .user_id = user_id, .workspace_id = W1);
    return opt_bool_is_true(ANSWER(s, access_lookup)->lacks_factor_here);
}

static void it_is_required_of_everybody_by_who_has_one(void)
{
    struct scenario *s = given_people();

    WHEN(s, change_sign_in_rules, .second_factor_required = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, "Whoever requires a second factor of others needs one, too.");
    given_factor_of(s, U1);
    WHEN(s, change_sign_in_rules, .second_factor_required = OPT_TRUE);
    THEN_EMITTED(s, RULES(OPT_TRUE));
    expect(opt_bool_is_true(ANSWER(s, sign_in_rules)->second_factor_required));
    WHEN(s, change_sign_in_rules, .second_factor_required = OPT_TRUE);
    THEN_NOTHING(s);
    WHEN(s, change_sign_in_rules, .second_factor_required = OPT_FALSE);
    THEN_EMITTED(s, RULES(OPT_FALSE));
}

static void nothing_is_required_until_somebody_says_so(void)
{
    struct scenario *s = given_people();

    WHEN(s, query_sign_in_rules, .any = OPT_TRUE);
    expect(!opt_bool_is_true(ANSWER(s, sign_in_rules)->second_factor_required));
    expect(!lacks(s, U2) && !lacks_here(s, U2));
}

static void whoever_has_none_lacks_it_until_they_have(void)
{
    struct scenario *s = given_people();

    GIVEN(s, RULES(OPT_TRUE));
    expect(lacks(s, U2) && !lacks_here(s, U2));
    given_factor_of(s, U2);
    expect(!lacks(s, U2));
    GIVEN(s, HAPPENED(factor_disabled, .user_id = U2, .step = INT64_ABSENT));
    expect(lacks(s, U2));
    GIVEN(s, RULES(OPT_FALSE));
    expect(!lacks(s, U2));
}

static void their_sockets_hear_nothing(void)
{
    struct scenario *s = given_people();

    WHEN(s, query_user_scope, .user_id = U2);
    expect(opt_bool_is_true(ANSWER(s, user_scope)->is_active));
    expect_int64((int64_t)ANSWER(s, user_scope)->workspace_ids.count, 1);
    given_rule_of_workspace(s);
    WHEN(s, query_user_scope, .user_id = U2);
    expect_int64((int64_t)ANSWER(s, user_scope)->workspace_ids.count, 0);
    expect_int64((int64_t)ANSWER(s, user_scope)->administered_ids.count, 0);
    expect(opt_bool_is_true(ANSWER(s, user_scope)->is_active));
    GIVEN(s, RULES(OPT_TRUE));
    WHEN(s, query_user_scope, .user_id = U2);
    expect(!opt_bool_is_true(ANSWER(s, user_scope)->is_active));
}

static void service_accounts_need_none(void)
{
    struct scenario *s = given_people();

    GIVEN(
        s, HAPPENED(service_account_created, .user_id = U3, .name = text_lit("backup")),
        RULES(OPT_TRUE));
    given_rule_of_workspace(s);
    expect(!lacks(s, U3) && !lacks_here(s, U3));
}

static void a_workspace_is_shut_to_who_has_none(void)
{
    struct scenario *s = given_people();

    given_rule_of_workspace(s);
    expect(!lacks(s, U2) && lacks_here(s, U2));
    expect(lacks_here(s, U1));
    given_factor_of(s, U2);
    expect(!lacks_here(s, U2));
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .second_factor_required = OPT_FALSE));
    expect(!lacks_here(s, U1));
}

static void a_workspace_requires_it_by_who_has_one(void)
{
    struct scenario *s = given_people();

    scenario_actor(s, ACTOR_USER, U2);
    WHEN(s, change_workspace, .workspace_id = W1, .second_factor_required = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, "Whoever requires a second factor of others needs one, too.");
    given_factor_of(s, U2);
    WHEN(s, change_workspace, .workspace_id = W1, .second_factor_required = OPT_TRUE);
    THEN_EMITTED(
        s, HAPPENED(workspace_changed, .workspace_id = W1, .second_factor_required = OPT_TRUE));
}

static void what_is_required_is_not_turned_off(void)
{
    struct scenario *s = given_people();

    given_factor_of(s, U2);
    scenario_actor(s, ACTOR_USER, U2);
    given_rule_of_workspace(s);
    when_turned_off(s);
    THEN_REFUSED(
        s, CONFLICT,
        "A second factor is required, by the platform or by a workspace that you belong to.");
    GIVEN(
        s, HAPPENED(workspace_changed, .workspace_id = W1, .second_factor_required = OPT_FALSE),
        RULES(OPT_TRUE));
    when_turned_off(s);
    THEN_REFUSED(
        s, CONFLICT,
        "A second factor is required, by the platform or by a workspace that you belong to.");
    GIVEN(s, RULES(OPT_FALSE));
    when_turned_off(s);
    THEN_EMITTED(s, HAPPENED(factor_disabled, .user_id = U2, .step = 100));
}

static const struct test tests[] = {
    TEST(it_is_required_of_everybody_by_who_has_one),
    TEST(nothing_is_required_until_somebody_says_so),
    TEST(whoever_has_none_lacks_it_until_they_have),
    TEST(their_sockets_hear_nothing),
    TEST(service_accounts_need_none),
    TEST(a_workspace_is_shut_to_who_has_none),
    TEST(a_workspace_requires_it_by_who_has_one),
    TEST(what_is_required_is_not_turned_off),
};

const struct suite test_sign_in_rules_suite = SUITE("commands/identity/sign_in_rules", tests);
