/*
 * Sessions that are open, as rows: from where, when they end, and that they go when they have.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_session(unsigned id)
{
    const struct user_signed_in in = {
        .user_id = make_id(1),
        .session_id = make_id(id),
        .method = {BY_PASSWORD},
        .ends_at = timestamp_plus_us(p->ledger->now, 9 * US_PER_S),
        .idle_ends_at = timestamp_plus_us(p->ledger->now, 7 * US_PER_S),
        .is_refreshable = OPT_TRUE,
    };

    given_event(p->ledger, &user_signed_in_event, make_id(1), UUID_NONE, &in);
}

static void a_sign_in_of_before_there_were_sessions_makes_no_row(void)
{
    const struct user_signed_in in = {.user_id = make_id(1)};

    given_event(p->ledger, &user_signed_in_event, make_id(1), UUID_NONE, &in);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from sessions"), "0");
}

static void a_session_is_shown_until_it_ends(void)
{
    const struct uuid ids[] = {make_id(11), make_id(12)};
    const struct sessions_ended ended = {make_id(1), {ids, COUNT_OF(ids)}, {SESSION_SIGNED_OUT}};

    given_session(11);
    given_session(12);
    given_session(13);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from sessions where method = 'password'"), "3");
    given_event(p->ledger, &sessions_ended_event, make_id(1), UUID_NONE, &ended);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from sessions"), "1");
}

static void using_it_moves_its_end(void)
{
    struct session_refreshed refreshed = {
        .user_id = make_id(1), .session_id = make_id(11), .refresh = 2};

    given_session(11);
    refreshed.idle_ends_at = timestamp_plus_us(p->ledger->now, 60 * US_PER_S);
    given_event(p->ledger, &session_refreshed_event, make_id(1), UUID_NONE, &refreshed);
    given_applied(p);
    expect_text(
        value_of(
            p, "select count(*) from sessions where last_used_at > created_at"
               " and expires_at > ends_at"),
        "1");
}

static const struct test tests[] = {
    TEST(a_sign_in_of_before_there_were_sessions_makes_no_row),
    TEST(a_session_is_shown_until_it_ends),
    TEST(using_it_moves_its_end),
};

const struct suite test_session_rows_suite =
    SUITE_WITH("projections/identity/sessions", tests, .set_up = set_up, .tear_down = tear_down);
