/*
 * A leader and two followers on three machines, each with a PostgreSQL of its own: cables are pulled and plugged, the leader is
 * lost, and nothing that was acknowledged is.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "replay/exit_codes.h"
#include "tests/e2e/followed.h"
#include "tests/e2e/nets.h"
#include "tests/e2e/slow_link.h"

#include <signal.h>
#include <stdio.h>

enum { PORT = 3000, AT_ONCE = 10, MOST = 4 * AT_ONCE };

/* A token goes to another machine over https only: so each follower asks on its own loopback, where a tunnel begins. */
struct machine {
    int net;
    int number;
    struct slow_link tunnel;
};

static struct machine machines[3]; /* of the leader, and of its followers */
static struct followed one;
static struct followed other;
static struct text acknowledged[MOST]; /* ids of workspaces */
static int acknowledged_count;
static int made_count;

static struct site *given_machine(struct machine *machine)
{
    struct site *site = given_site(NULL);

    machine->net = nets_add(&machine->number);
    site->net = machine->net;
    given_setting(site, "HOST", "0.0.0.0");
    given_setting(site, "PORT", text_format(site->arena, "%d", PORT).data);
    return site;
}

static const char *given_tunnel(struct machine *from, const struct machine *to, struct site *site)
{
    end_link(&from->tunnel);
    given_link(&from->tunnel, nets_address(to->number), PORT, from->net);
    return text_format(site->arena, "http://127.0.0.1:%d", from->tunnel.port).data;
}

static void given_follower_machine(struct followed *both, struct machine *machine)
{
    struct site *site = given_machine(machine);

    given_follower_on(both, site, given_tunnel(machine, &machines[0], site));
    given_running(site);
}

static void given_three_machines(void)
{
    acknowledged_count = 0;
    made_count = 0;
    given_leader_on(&one, given_machine(&machines[0]));
    other = one;
    other.name = "third site";
    given_follower_machine(&one, &machines[1]);
    given_follower_machine(&other, &machines[2]);
    expect_soon(has_caught_up(&one) && has_caught_up(&other));
    expect_int64(stop_server(one.leader), 0);
    given_setting(one.leader, "ACKNOWLEDGE_AFTER", "1");
    given_setting(one.leader, "ACKNOWLEDGE_WITHIN_SECONDS", "20");
    given_running(one.leader);
}

static int begin_workspace(void)
{
    const struct client *admin = &one.admin;

    return begin(
        admin, "POST", body(admin, "{'name':'Made','slug':'made-%d'}", made_count++),
        "/workspaces");
}

/* The leader is killed once the first is acknowledged, or never. Keeps the ids of those that were. */
static int make_some(bool is_killed)
{
    int connections[AT_ONCE];
    int before = acknowledged_count;

    for (int i = 0; i < AT_ONCE; i++)
        connections[i] = begin_workspace();
    for (int i = 0; i < AT_ONCE; i++) {
        struct reply reply = finish(&one.admin, connections[i]);

        if (reply.status == 201)
            acknowledged[acknowledged_count++] = value_at(&one.admin, reply, "id");
        if (is_killed && acknowledged_count == before + 1)
            kill(one.leader->server, SIGKILL);
    }
    return acknowledged_count - before;
}

static void expect_all_acknowledged_at(const struct client *client)
{
    for (int i = 0; i < acknowledged_count; i++)
        expect_answer(
            ask(client, "GET", NULL, "/workspaces/%.*s", TEXT_ARGS(acknowledged[i])), 200);
}

/* The one that has all that was acknowledged: the other one's cable is out. */
static void given_promoted(void)
{
    expect(metric_of(one.follower, "ledger_size") > metric_of(other.follower, "ledger_size"));
    expect_int64(stop_server(one.follower), 0);
    end_link(&machines[1].tunnel); /* which would take the connection in the leader's place */
    expect_int64(
        RUN(one.follower, "promote", "--confirmed-by=Anna", "--reason=its machine is lost")
            .exit_code,
        EXIT_HOLDS);
    given_setting(one.follower, "FLEETLEDGER_FOLLOW", "");
    given_running(one.follower);
}

static void given_other_follows_the_new_leader(void)
{
    expect_int64(stop_server(other.follower), 0);
    given_setting(
        other.follower, "FLEETLEDGER_FOLLOW",
        given_tunnel(&machines[2], &machines[1], other.follower));
    nets_plug_cable(machines[2].number);
    given_started(other.follower);
    other.leader = one.follower;
    other.admin = one.reader;
    expect_soon(has_caught_up(&other));
}

static void nothing_acknowledged_is_lost_however_cables_are_pulled(void)
{
    const char *why = NULL;

    if (!nets_begin(&why)) {
        printf("(skipped: %s) ", why);
        return;
    }
    given_three_machines();
    expect_int64(make_some(false), AT_ONCE);
    nets_pull_cable(machines[1].number);
    expect_int64(make_some(false), AT_ONCE); /* the other one holds them */
    nets_plug_cable(machines[1].number);
    expect_soon(has_caught_up(&one));
    nets_pull_cable(machines[2].number);
    expect_int64(make_some(false), AT_ONCE);
    expect(make_some(true) > 0);
    kill_server(one.leader);
    given_promoted();
    expect_all_acknowledged_at(&one.reader);
    given_other_follows_the_new_leader();
    expect_all_acknowledged_at(&other.reader);
    expect_holds(one.follower);
    expect_holds(other.follower);
}

static void end(void)
{
    for (size_t i = 0; i < COUNT_OF(machines); i++)
        end_link(&machines[i].tunnel);
    end_sites();
}

static const struct test tests[] = {
    TEST(nothing_acknowledged_is_lost_however_cables_are_pulled),
};
const struct suite test_three_machines_suite =
    SUITE_WITH("three_machines", tests, .tear_down = end);
