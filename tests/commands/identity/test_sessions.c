/*
 * Sessions: opened by signing in, going on by refresh tokens that are good once, and ended.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

static const int64_t hour_us = INT64_C(3600) * US_PER_S;
static const int64_t day_us = INT64_C(24) * 3600 * US_PER_S;

static struct uuid ids[3];

static struct list ids_of(struct uuid first)
{
    ids[0] = first;
    return (struct list){ids, 1};
}

#define ENDED(user, session, why)                                                                  \
    HAPPENED(sessions_ended, .user_id = user, .session_ids = ids_of(session), .end = {why})

static struct timestamp in(struct scenario *s, int64_t us)
{
    return timestamp_plus_us(scenario_recorded(s, 0), us);
}

static void given_session(struct scenario *s, struct uuid session_id)
{
    WHEN(s, sign_in, .user_id = U1, .session_id = session_id, .is_refreshable = OPT_TRUE);
}

static struct scenario *given_ann_signed_in(void)
{
    struct scenario *s = given_ann_and_bob();

    given_session(s, SESSION_1);
    return s;
}

static bool is_open(struct scenario *s, struct uuid session_id)
{
    WHEN(s, query_access, .user_id = U1, .session_id = session_id);
    return !opt_bool_is_true(ANSWER(s, access_lookup)->has_session_ended);
}

static void a_sign_in_opens_a_session_as_long_as_its_access_token(void)
{
    struct scenario *s = given_ann_and_bob();

    expect(!is_open(s, SESSION_1));
    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1);
    THEN_EMITTED(s, SIGNED_IN(s, BY_PASSWORD));
    expect(is_open(s, SESSION_1));
    scenario_pass(s, 24 * 3600 + 1);
    WHEN_DUE(s);
    THEN_EMITTED(s, ENDED(U1, SESSION_1, SESSION_EXPIRED));
    expect(!is_open(s, SESSION_1));
}

static void a_session_with_a_refresh_token_is_as_long_as_policy_says(void)
{
    struct scenario *s = given_ann_and_bob();

    given_session(s, SESSION_1);
    THEN_EMITTED(
        s, HAPPENED(
               user_signed_in, .user_id = U1, .session_id = SESSION_1, .method = {BY_PASSWORD},
               .ends_at = in(s, 30 * day_us), .idle_ends_at = in(s, 7 * day_us),
               .is_refreshable = OPT_TRUE));
}

static void it_never_ends_before_an_access_token_of_it(void)
{
    struct scenario *s = given_ann_and_bob();

    scenario_policy(s)->session_us = hour_us;
    scenario_policy(s)->session_idle_us = hour_us;
    given_session(s, SESSION_1);
    THEN_EMITTED(
        s,
        HAPPENED(
            user_signed_in, .user_id = U1, .session_id = SESSION_1, .method = {BY_PASSWORD},
            .ends_at = in(s, day_us), .idle_ends_at = in(s, day_us), .is_refreshable = OPT_TRUE));
}

static void anothers_session_opens_nothing(void)
{
    struct scenario *s = given_ann_signed_in();

    WHEN(s, query_access, .user_id = U2, .session_id = SESSION_1);
    expect(opt_bool_is_true(ANSWER(s, access_lookup)->has_session_ended));
}

static void a_refresh_token_gives_the_next_one_and_has_the_session_go_on(void)
{
    struct scenario *s = given_ann_signed_in();

    scenario_pass(s, 3600);
    WHEN(s, refresh_session, .session_id = SESSION_1, .refresh = 1);
    THEN_EMITTED(
        s, HAPPENED(
               session_refreshed, .user_id = U1, .session_id = SESSION_1, .refresh = 2,
               .idle_ends_at = in(s, 7 * day_us)));
    expect_int64(ANSWER(s, session_lookup)->refresh, 2);
    expect(uuid_equal(ANSWER(s, session_lookup)->user_id, U1));
    expect_int64((int64_t)scenario_timers(s, TIMER_SESSION), 1);
    scenario_pass(s, 7 * 24 * 3600 + 1);
    WHEN_DUE(s);
    THEN_EMITTED(s, ENDED(U1, SESSION_1, SESSION_EXPIRED));
}

static void it_goes_on_to_its_end_at_most(void)
{
    struct scenario *s = given_ann_signed_in();
    struct timestamp ends_at = in(s, 30 * day_us);

    for (int64_t n = 1; n <= 4; n++) {
        scenario_pass(s, 6 * 24 * 3600);
        WHEN(s, refresh_session, .session_id = SESSION_1, .refresh = n);
    }
    THEN_EMITTED(
        s, HAPPENED(
               session_refreshed, .user_id = U1, .session_id = SESSION_1, .refresh = 5,
               .idle_ends_at = ends_at));
    scenario_pass(s, 6 * 24 * 3600 + 1);
    WHEN(s, refresh_session, .session_id = SESSION_1, .refresh = 5);
    THEN_REFUSED(s, UNAUTHENTICATED, "The session has ended.");
}

static void a_refresh_token_that_comes_twice_ends_the_session(void)
{
    struct scenario *s = given_ann_signed_in();

    WHEN(s, refresh_session, .session_id = SESSION_1, .refresh = 1);
    WHEN(s, refresh_session, .session_id = SESSION_1, .refresh = 1);
    THEN_EMITTED(s, ENDED(U1, SESSION_1, SESSION_REFRESH_USED));
    expect(!uuid_is_present(ANSWER(s, session_lookup)->user_id));
    expect(!is_open(s, SESSION_1));
    WHEN(s, refresh_session, .session_id = SESSION_1, .refresh = 2);
    THEN_REFUSED(s, UNAUTHENTICATED, "The session has ended.");
}

static void no_token_that_was_not_given_yet_is_taken(void)
{
    struct scenario *s = given_ann_signed_in();

    WHEN(s, refresh_session, .session_id = SESSION_1, .refresh = 2);
    THEN_REFUSED(s, UNAUTHENTICATED, "The session has ended.");
    expect(is_open(s, SESSION_1));
    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_2);
    WHEN(s, refresh_session, .session_id = SESSION_2, .refresh = 1);
    THEN_REFUSED(s, UNAUTHENTICATED, "The session has ended.");
}

static void everybody_ends_their_own_and_nobody_elses(void)
{
    struct scenario *s = given_ann_signed_in();

    scenario_actor(s, ACTOR_USER, U2);
    WHEN(s, end_session, .session_id = SESSION_1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Session %s was not found", SESSION_1));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, end_session, .session_id = SESSION_1);
    THEN_EMITTED(s, ENDED(U1, SESSION_1, SESSION_SIGNED_OUT));
    WHEN(s, end_session, .session_id = SESSION_1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Session %s was not found", SESSION_1));
}

static void an_admin_ends_anybodys(void)
{
    struct scenario *s = given_ann_signed_in();

    scenario_actor(s, ACTOR_USER, U2);
    WHEN(s, end_session, .user_id = U1, .session_id = SESSION_1);
    THEN_EMITTED(s, ENDED(U1, SESSION_1, SESSION_WITHDRAWN));
    given_session(s, SESSION_2);
    WHEN(s, end_sessions, .user_id = U1);
    THEN_EMITTED(s, ENDED(U1, SESSION_2, SESSION_WITHDRAWN));
    WHEN(s, end_sessions, .user_id = id_named("nobody"));
    THEN_REFUSED(s, NOT_FOUND, naming(s, "User %s was not found", id_named("nobody")));
}

static void all_others_end_and_the_one_that_asks_goes_on(void)
{
    struct scenario *s = given_ann_signed_in();

    given_session(s, SESSION_2);
    WHEN(s, end_sessions, .kept_id = SESSION_2);
    THEN_EMITTED(s, ENDED(U1, SESSION_1, SESSION_SIGNED_OUT));
    expect(!is_open(s, SESSION_1));
    expect(is_open(s, SESSION_2));
    WHEN(s, end_sessions, .kept_id = SESSION_2);
    THEN_NOTHING(s);
}

static struct uuid nth(unsigned n)
{
    struct uuid id = id_named("one of many");

    id.bytes[14] = (uint8_t)(n >> 8);
    id.bytes[15] = (uint8_t)n;
    return id;
}

static void many_end_in_several_events(void)
{
    struct scenario *s = given_ann_and_bob();
    int64_t size;

    for (unsigned i = 0; i <= SESSIONS_PER_EVENT; i++)
        given_session(s, nth(i));
    size = scenario_size(s);
    WHEN(s, end_sessions, .user_id = U1);
    expect_int64(scenario_size(s) - size, 2);
    for (unsigned i = 0; i <= SESSIONS_PER_EVENT; i++)
        expect(!is_open(s, nth(i)));
}

static void another_password_role_or_activity_ends_all(void)
{
    struct scenario *s = given_ann_and_bob();

    WHEN(s, sign_in, .user_id = U2, .session_version = 1, .session_id = SESSION_1);
    WHEN(s, change_password, .user_id = U2, .session_version = 1, .password = sealed(s, "hash"));
    THEN_EMITTED(
        s, HAPPENED(password_changed, .user_id = U2, .password = sealed(s, "hash")),
        ENDED(U2, SESSION_1, SESSION_ACCESS_CHANGED));
    WHEN(s, sign_in, .user_id = U2, .session_version = 2, .session_id = SESSION_1);
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN});
    THEN_EMITTED(
        s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}),
        ENDED(U2, SESSION_1, SESSION_ACCESS_CHANGED));
    WHEN(s, sign_in, .user_id = U2, .session_version = 3, .session_id = SESSION_1);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE),
        ENDED(U2, SESSION_1, SESSION_ACCESS_CHANGED));
}

static void those_who_listen_in_ended_ones_are_named(void)
{
    struct scenario *s = given_ann_signed_in();
    const struct uuid asked[] = {SESSION_2, SESSION_1};
    const struct user_scope *scope;

    WHEN(s, query_user_scope, .user_id = U1, .session_ids = {asked, COUNT_OF(asked)});
    scope = ANSWER(s, user_scope);
    expect_int64((int64_t)scope->ended_ids.count, 1);
    expect(uuid_equal(((const struct uuid *)scope->ended_ids.items)[0], SESSION_2));
}

static const struct test tests[] = {
    TEST(a_sign_in_opens_a_session_as_long_as_its_access_token),
    TEST(a_session_with_a_refresh_token_is_as_long_as_policy_says),
    TEST(it_never_ends_before_an_access_token_of_it),
    TEST(anothers_session_opens_nothing),
    TEST(a_refresh_token_gives_the_next_one_and_has_the_session_go_on),
    TEST(it_goes_on_to_its_end_at_most),
    TEST(a_refresh_token_that_comes_twice_ends_the_session),
    TEST(no_token_that_was_not_given_yet_is_taken),
    TEST(everybody_ends_their_own_and_nobody_elses),
    TEST(an_admin_ends_anybodys),
    TEST(all_others_end_and_the_one_that_asks_goes_on),
    TEST(many_end_in_several_events),
    TEST(another_password_role_or_activity_ends_all),
    TEST(those_who_listen_in_ended_ones_are_named),
};

const struct suite test_sessions_suite = SUITE("commands/identity/sessions", tests);
