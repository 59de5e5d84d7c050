/*
 * Leader and follower share a PostgreSQL, in which one of them holds the lease to lead: the follower takes over by
 * itself, and never do both acknowledge.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "replay/exit_codes.h"
#include "tests/e2e/followed.h"
#include "tests/support/postgres.h"
#include "tests/support/redis_server.h"

#include <signal.h>

enum { TRIES = 10 };

static struct followed both;
static struct redis_server redis; /* runs in the test that has one */

static void given_lease(struct site *site, const char *database)
{
    char url[700];

    if (redis.pid != 0) {
        redis_server_url(&redis, url);
        given_setting(site, "REDIS_URL", url);
    }
    given_setting(site, "LEADER_LEASE_URL", database);
    given_setting(site, "LEADER_LEASE_SECONDS", "1");
}

/* Both have the same idea of who leads at first; the follower keeps its port when it becomes a leader. */
static void given_both_with_lease(const char *failpoints)
{
    const char *database = make_database();
    struct site *leader = given_site(make_database());

    given_lease(leader, database);
    given_leader_on(&both, leader);
    given_follower_site(&both);
    given_lease(both.follower, database);
    given_port(both.follower);
    given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", failpoints);
    given_running(both.follower);
    expect_soon(has_caught_up(&both));
}

static bool leads(struct site *site)
{
    return metric_of(site, "leader_epoch") == 1;
}

static void a_follower_takes_over_by_itself_when_its_leader_is_gone(void)
{
    struct reply refused;

    given_both_with_lease("");
    given_changes(&both, "Before", 3);
    expect_soon(has_caught_up(&both));
    kill_server(both.leader);
    expect_soon(leads(both.follower));
    expect_soon(rename_by(&both, &both.reader, "After").status == 200);
    given_started(both.leader);
    expect_soon(metric_of(both.leader, "leader_superseded") == 1);
    refused = rename_by(&both, &both.admin, "Never");
    expect_answer(refused, 503);
    expect_text(name_at(&both, &both.reader), "After");
    expect_int64(stop_server(both.follower), 0);
    given_running(both.follower); /* with FLEETLEDGER_FOLLOW, as at first: it leads */
    expect_soon(rename_by(&both, &both.reader, "Again").status == 200);
    expect_holds(both.follower);
}

/* It has as many events as the leader had, so that it may lead without having reached it. */
static void a_candidate_that_was_started_when_its_leader_was_gone_takes_over(void)
{
    given_both_with_lease("");
    expect_int64(stop_server(both.follower), 0);
    kill_server(both.leader);
    given_started(both.follower);
    expect_soon(leads(both.follower));
    expect_soon(rename_by(&both, &both.reader, "After").status == 200);
}

/* Killed before its promotion is on record, as it is, and after it. */
static void a_takeover_that_was_broken_off_is_finished_by_the_next_start(void)
{
    static const char *const plans[] = {"append=kill@1", "promote=kill@2"};

    given_both_with_lease("promote=kill@1");
    kill_server(both.leader);
    expect_int64(wait_for_end(both.follower), -SIGKILL);
    for (size_t i = 0; i < COUNT_OF(plans); i++) {
        given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", plans[i]);
        given_starting(both.follower);
        expect_int64(wait_for_end(both.follower), -SIGKILL);
    }
    given_setting(both.follower, "FLEETLEDGER_FAILPOINTS", "");
    given_started(both.follower);
    expect_soon(leads(both.follower));
    expect_soon(rename_by(&both, &both.reader, "After").status == 200);
    given_started(both.leader);
    expect_soon(metric_of(both.leader, "leader_superseded") == 1);
    expect_holds(both.follower);
}

/* What came while it was paused is decided when another one leads already. */
static void a_leader_that_was_paused_acknowledges_nothing_once_another_one_leads(void)
{
    int connections[TRIES];

    given_both_with_lease("");
    kill(both.leader->server, SIGSTOP);
    for (int i = 0; i < TRIES; i++)
        connections[i] = begin(
            &both.admin, "PATCH", body(&both.admin, "{'name':'Paused %d'}", i), "/workspaces/%s",
            both.workspace);
    expect_soon(leads(both.follower));
    expect_soon(rename_by(&both, &both.reader, "After").status == 200);
    kill(both.leader->server, SIGCONT);
    for (int i = 0; i < TRIES; i++)
        expect_answer(finish(&both.admin, connections[i]), 503);
    for (int i = 0; i < TRIES; i++)
        expect_answer(rename_by(&both, &both.admin, "Never"), 503);
    expect_text(name_at(&both, &both.reader), "After");
    expect_holds(both.follower);
}

/* The former leader was started again, and has the lease, when its successor tells it. */
static void a_leader_that_was_replaced_by_hand_gives_the_lease_to_its_successor(void)
{
    given_both_with_lease("");
    expect_int64(stop_server(both.follower), 0);
    kill_server(both.leader);
    expect_int64(
        RUN(both.follower, "promote", "--confirmed-by=Anna", "--reason=a trial").exit_code,
        EXIT_HOLDS);
    given_started(both.leader);
    expect_soon(rename_by(&both, &both.admin, "Only here").status == 200);
    given_setting(both.follower, "FLEETLEDGER_FOLLOW", "");
    given_started(both.follower);
    expect_soon(metric_of(both.leader, "leader_superseded") == 1);
    expect_soon(rename_by(&both, &both.reader, "After").status == 200);
    expect_answer(rename_by(&both, &both.admin, "Never"), 503);
}

static void a_leader_whose_lease_database_is_away_takes_no_changes_until_it_is_back(void)
{
    struct reply refused;

    given_leader(&both);
    expect_int64(stop_server(both.leader), 0);
    given_lease(both.leader, "postgresql://nobody@127.0.0.1:1/nothing");
    given_started(both.leader);
    refused = rename_by(&both, &both.admin, "Without a lease");
    expect_answer(refused, 503);
    expect_value(&both.admin, refused, "code", "no_lease");
    expect(!text_is(name_at(&both, &both.admin), "Without a lease"));
    expect_int64(stop_server(both.leader), 0);
    given_lease(both.leader, make_database());
    given_started(both.leader);
    expect_soon(rename_by(&both, &both.admin, "With a lease").status == 200);
}

/* Where nobody hears it, what would be published is dropped, and counted. */
static void expect_silence_of_the_former_leader(const struct agent *agent)
{
    struct agent there = *agent;

    given_started(both.leader);
    expect_soon(metric_of(both.leader, "leader_superseded") == 1);
    redis_server_kill(&redis);
    expect_soon(
        metric_of(both.leader, "redis_connected") == 0 &&
        metric_of(both.follower, "redis_connected") == 0);
    expect_answer(heartbeat(agent), 200);
    expect(metric_of(both.follower, "redis_dropped_total") > 0);
    there.client.site = both.leader;
    expect_answer(heartbeat(&there), 200);
    expect_int64(metric_of(both.leader, "redis_dropped_total"), 0);
}

/* Signs of life, which are on no ledger. */
static void who_takes_over_publishes_where_its_leader_did_and_that_one_no_more(void)
{
    struct agent agent;

    given_redis_place(&redis);
    given_redis(&redis);
    given_both_with_lease("");
    expect_soon(
        metric_of(both.leader, "redis_connected") == 1 &&
        metric_of(both.follower, "redis_connected") == 1);
    agent = given_agent(&both.admin, both.workspace, "web-1");
    expect_answer(heartbeat(&agent), 200);
    expect_soon(metric_of(both.follower, "redis_taken_total") > 0);
    expect_int64(metric_of(both.follower, "redis_published_total"), 0);
    expect_soon(has_caught_up(&both));
    kill_server(both.leader);
    expect_soon(leads(both.follower) && metric_of(both.follower, "redis_connected") == 1);
    expect_soon(rename_by(&both, &both.reader, "After").status == 200);
    agent.client.site = both.follower;
    expect_answer(heartbeat(&agent), 200);
    expect_soon(metric_of(both.follower, "redis_published_total") > 0);
    expect_silence_of_the_former_leader(&agent);
}

static void end(void)
{
    redis_server_kill(&redis);
    end_sites();
}

static const struct test tests[] = {
    TEST(a_follower_takes_over_by_itself_when_its_leader_is_gone),
    TEST(a_candidate_that_was_started_when_its_leader_was_gone_takes_over),
    TEST(a_takeover_that_was_broken_off_is_finished_by_the_next_start),
    TEST(a_leader_that_was_paused_acknowledges_nothing_once_another_one_leads),
    TEST(a_leader_that_was_replaced_by_hand_gives_the_lease_to_its_successor),
    TEST(a_leader_whose_lease_database_is_away_takes_no_changes_until_it_is_back),
    TEST(who_takes_over_publishes_where_its_leader_did_and_that_one_no_more),
};
const struct suite test_leader_lease_suite = SUITE_WITH("leader_lease", tests, .tear_down = end);
