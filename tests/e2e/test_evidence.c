/*
 * Evidence is read from the ledger: of whatever was done, by whoever may, and while PostgreSQL is away.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/cluster/cluster.h"
#include "tests/e2e/people.h"

#include <stdarg.h>
#include <stdio.h>

static struct site *site;
static struct client admin;
static struct agent agent;
static struct cluster *postgres;

static void given_postgres(void)
{
    const struct cluster_settings settings = {
        .name = "postgres_of_theirs", .home = make_directory(), .is_disposable = true};
    struct error error;

    must(cluster_start(&settings, &postgres, &error) == STATUS_OK);
}

static void tear_down(void)
{
    end_sites();
    cluster_stop(postgres);
    postgres = NULL;
}

static void given_work(void)
{
    given_postgres();
    site = given_site(cluster_conninfo(postgres));
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    (void)given_started_task(&admin, &agent);
}

#define EXPECT_EVENTS(count, ...)                                                                  \
    expect_int64(document_count(found(__VA_ARGS__).body, "events"), (count))

PRINTF_LIKE(1, 2) static struct reply found(const char *format, ...)
{
    va_list arguments;
    char query[512];
    struct reply reply;

    va_start(arguments, format);
    (void)vsnprintf(query, sizeof(query), format, arguments);
    va_end(arguments);
    reply = ask(&admin, "GET", NULL, "%s", query);
    expect_answer(reply, 200);
    return reply;
}

static void expect_the_story_of_the_task(void)
{
    struct reply reply = found("/timeline?type=task.*&order=oldest");

    expect_value(&admin, reply, "events.0.type", "task.created");
    expect_value(&admin, reply, "events.0.actor.kind", "user");
    expect_value(&admin, reply, "events.0.workspace", agent.workspace);
    expect_value(&admin, reply, "events.1.actor.kind", "agent");
    expect_value(&admin, reply, "events.1.actor.id", agent.node);
    expect_value(&admin, reply, "time", "recordedAt");
    EXPECT_EVENTS(1, "/timeline?entity=%s&type=task.created&actorKind=user", agent.node);
    EXPECT_EVENTS(1, "/workspaces/%s/timeline?type=task.created", agent.workspace);
    EXPECT_EVENTS(0, "/timeline?to=-1h");
    EXPECT_EVENTS(0, "/timeline?origin=192.0.2.1");
    EXPECT_EVENTS(1, "/timeline?origin=127.0.0.1&from=-1d&type=task.created");
}

static void the_timeline_is_answered_while_postgresql_is_away(void)
{
    given_work();
    expect_the_story_of_the_task();
    cluster_stop(postgres);
    postgres = NULL;
    expect_the_story_of_the_task();
    expect_int64(stop_server(site), 0);
}

/* The cursor is handed back while more is done, and after a start. */
static void pages_go_on_where_they_ended_whatever_was_done_meanwhile(void)
{
    struct reply first;
    struct reply second;
    const char *next;
    int64_t last = 0;
    int64_t next_one = 0;

    given_work();
    first = found("/timeline?limit=2");
    next = text_c(admin.arena, value_at(&admin, first, "next"));
    given_task(&admin, &agent, "true");
    expect_int64(stop_server(site), 0);
    given_running(site);
    second = found("/timeline?limit=2&after=%s", next);
    expect(text_to_int64(value_at(&admin, first, "events.1.position"), &last));
    expect(text_to_int64(value_at(&admin, second, "events.0.position"), &next_one));
    expect_int64(next_one, last - 1);
    expect_answer(ask(&admin, "GET", NULL, "/timeline?limit=2&type=a.b&after=%s", next), 400);
    expect_int64(stop_server(site), 0);
}

static const struct test tests[] = {
    TEST(the_timeline_is_answered_while_postgresql_is_away),
    TEST(pages_go_on_where_they_ended_whatever_was_done_meanwhile),
};

const struct suite test_evidence_suite = SUITE_WITH("e2e/evidence", tests, .tear_down = tear_down);
