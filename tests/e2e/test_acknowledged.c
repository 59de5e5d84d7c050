/*
 * What is acknowledged once a follower holds it survives the leader: killed at any moment, its follower promoted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "replay/exit_codes.h"
#include "tests/e2e/followed.h"

#include <signal.h>

enum { AT_ONCE = 25, ROUNDS = 10 };

static struct followed both;
static struct text acknowledged[AT_ONCE * ROUNDS]; /* ids of workspaces */
static int acknowledged_count;

/* The leader of both waits for its follower from its next start on. */
static void given_waiting(const char *within_seconds)
{
    given_both(&both);
    expect_soon(has_caught_up(&both));
    expect_int64(stop_server(both.leader), 0);
    given_setting(both.leader, "ACKNOWLEDGE_AFTER", "1");
    given_setting(both.leader, "ACKNOWLEDGE_WITHIN_SECONDS", within_seconds);
    given_running(both.leader);
}

static const char *slug_of(int number)
{
    return text_format(both.admin.arena, "made-%d", number).data;
}

static int begin_workspace(const struct client *client, int number)
{
    return begin(
        client, "POST", body(client, "{'name':'Made','slug':'%s'}", slug_of(number)),
        "/workspaces");
}

/* Keeps the ids of those that were acknowledged. The leader is killed while some are under way. */
static void run_round(int round, bool is_killed)
{
    int connections[AT_ONCE];
    int before = acknowledged_count;

    for (int i = 0; i < AT_ONCE; i++)
        connections[i] = begin_workspace(&both.admin, round * AT_ONCE + i);
    for (int i = 0; i < AT_ONCE; i++) {
        struct reply reply = finish(&both.admin, connections[i]);

        if (reply.status == 201)
            acknowledged[acknowledged_count++] = value_at(&both.admin, reply, "id");
        if (is_killed && acknowledged_count == before + 1)
            kill(both.leader->server, SIGKILL);
    }
}

static void given_promoted(void)
{
    struct program_run run;

    expect_int64(stop_server(both.follower), 0);
    run = RUN(both.follower, "promote", "--confirmed-by=Anna", "--reason=it was killed");
    expect_int64(run.exit_code, EXIT_HOLDS);
    given_setting(both.follower, "FLEETLEDGER_FOLLOW", "");
    given_running(both.follower);
}

static void nothing_that_was_acknowledged_is_lost_with_the_leader(void)
{
    given_waiting("5");
    acknowledged_count = 0;
    for (int round = 0; round < ROUNDS; round++)
        run_round(round, round == ROUNDS - 1);
    kill_server(both.leader);
    given_promoted();
    expect(acknowledged_count > AT_ONCE * (ROUNDS - 1));
    for (int i = 0; i < acknowledged_count; i++)
        expect_answer(
            ask(&both.reader, "GET", NULL, "/workspaces/%.*s", TEXT_ARGS(acknowledged[i])), 200);
    expect_holds(both.follower);
}

/* Nothing is rolled back: it is said so, and acknowledged later. */
static void what_no_follower_holds_in_time_is_recorded_and_not_acknowledged(void)
{
    struct client named;
    struct reply refused;
    struct reply ready;
    struct reply again;

    given_waiting("1");
    expect_int64(stop_server(both.follower), 0);
    named = with(&both.admin, "Idempotency-Key: once\r\n");
    refused = rename_by(&both, &named, "Recorded");
    expect_answer(refused, 503);
    expect_value(&both.admin, refused, "code", "recorded_not_held");
    expect(text_is_present(header_of(&refused, "Ledger-Position")));
    expect_text(name_at(&both, &both.admin), "Recorded");
    expect_int64(metric_of(both.leader, "not_held_total"), 1);
    expect_soon(metric_of(both.leader, "held_size") < metric_of(both.leader, "ledger_size"));
    given_running(both.follower);
    again = rename_by(&both, &named, "Recorded");
    expect_answer(again, 200);
    ready = ask(&both.admin, "GET", NULL, "/health/ready");
    expect_answer(ready, 200);
    expect_value(&both.admin, ready, "checks.followers.status", "ready");
}

static struct reply move_to(const struct client *client, const char *timezone)
{
    return ask(
        client, "PATCH", body(client, "{'timezone':'%s'}", timezone), "/users/me/preferences");
}

/* The second request records nothing: what it asks for is in what the first one recorded. */
static void that_nothing_is_left_to_do_is_said_once_followers_hold_it(void)
{
    struct reply said;

    given_waiting("1");
    expect_int64(stop_server(both.follower), 0);
    for (int i = 0; i < 2; i++) {
        said = move_to(&both.admin, "Europe/Berlin");
        expect_answer(said, 503);
        expect_value(&both.admin, said, "code", "recorded_not_held");
        expect(text_is_present(header_of(&said, "Ledger-Position")) == (i == 0));
    }
    given_running(both.follower);
    expect_answer(move_to(&both.admin, "Europe/Berlin"), 200);
}

static const struct test tests[] = {
    TEST(nothing_that_was_acknowledged_is_lost_with_the_leader),
    TEST(what_no_follower_holds_in_time_is_recorded_and_not_acknowledged),
    TEST(that_nothing_is_left_to_do_is_said_once_followers_hold_it),
};
const struct suite test_acknowledged_suite =
    SUITE_WITH("acknowledged", tests, .tear_down = end_sites);
