/*
 * Evidence is read from the ledger: of whatever was done, by whoever may, and while PostgreSQL is away.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/cluster/cluster.h"
#include "tests/e2e/people.h"
#include "tests/support/peer.h"

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
    reply = found("/entities/node/%s/state?at=-0s", agent.node);
    expect_value(&admin, reply, "row.hostname", "web-1");
    expect_value(&admin, reply, "row.workspaceId", agent.workspace);
    expect_value(&admin, reply, "time", "recordedAt");
    reply = found("/entities/node/%s/explain", agent.node);
    expect_value(&admin, reply, "steps.0.event.type", "node.added");
}

static void expect_an_export(void)
{
    struct reply made =
        ask(&admin, "POST", body(&admin, "{'format': 'jsonl', 'type': 'task.*'}"), "/exports");
    struct text id = value_at(&admin, made, "id");
    AUTO_BUF content = {0};
    int connection;

    expect_answer(made, 201);
    expect_value(&admin, made, "count", "3");
    connection = begin(&admin, "GET", NULL, "/exports/%.*s/content", TEXT_ARGS(id));
    buf_init(&content, 1 << 20);
    expect(peer_receive_to_end(connection, &content));
    peer_close(connection);
    expect(text_contains(buf_text(&content), text_lit("\"type\":\"task.created\"")));
    expect(text_ends_with(buf_text(&content), text_lit("\r\n0\r\n\r\n")));
    expect_int64(document_count(found("/exports").body, "exports"), 1);
}

/* Why somebody may, and what they may reach. */
static void expect_that_access_is_told(void)
{
    struct reply reply = found("/users/me/access/explain?method=POST&path=/api/v1/workspaces");

    expect_value(&admin, reply, "allowed", "true");
    expect_value(&admin, reply, "facts.3.fact", "platform_role");
    expect_value(&admin, reply, "facts.3.isMet", "true");
    reply = found("/users/me/access");
    expect_value(&admin, reply, "account.role", "platform_admin");
}

static void the_timeline_is_answered_while_postgresql_is_away(void)
{
    given_work();
    expect_the_story_of_the_task();
    cluster_stop(postgres);
    postgres = NULL;
    expect_the_story_of_the_task();
    expect_that_access_is_told();
    expect_an_export();
    expect_int64(stop_server(site), 0);
}

static bool was_sent_on(const char *type)
{
    const char *file = text_c(site->arena, text_format(site->arena, "%s/audit.jsonl", site->home));

    return text_contains(contents_of(site->arena, file), text_from(type));
}

static void what_is_recorded_is_sent_on_while_postgresql_is_away(void)
{
    given_postgres();
    site = given_site(cluster_conninfo(postgres));
    given_setting(site, "SINK_DIRECTORY", site->home);
    given_running(site);
    admin = given_admin(site);
    expect_answer(
        ask(&admin, "POST", "{\"name\":\"Audit\",\"address\":\"file:///audit.jsonl\"}", "/sinks"),
        201);
    expect_soon(was_sent_on("sink.created"));
    cluster_stop(postgres);
    postgres = NULL;
    expect_answer(
        ask(&admin, "POST", "{\"email\":\"nobody@example.com\",\"password\":\"wrong-wrong\"}",
            "/auth/login"),
        401);
    expect_soon(was_sent_on("sign_in_failed"));
    expect_int64(stop_server(site), 0);
}

static int64_t number_at(const struct reply *reply, const char *path)
{
    int64_t number = -1;

    expect(text_to_int64(value_at(&admin, *reply, path), &number));
    return number;
}

static void an_event_is_shown_with_its_fields_and_what_belongs_to_it(void)
{
    struct reply made;
    struct reply event;
    int64_t at;

    given_work();
    made = found("/timeline?type=task.created");
    at = number_at(&made, "events.0.position");
    event = found("/events/%lld", (long long)at);
    expect_value(&admin, event, "type", "task.created");
    expect_value(&admin, event, "fields.nodeId", agent.node);
    expect_value(&admin, event, "body", "kept");
    event = found("/workspaces/%s/events/%lld/causes", agent.workspace, (long long)at);
    expect_int64(number_at(&event, "event.position"), at);
    expect_int64(document_count(event.body, "causes"), 0);
    expect_value(&admin, event, "effects.0.type", "task.claimed");
    made = found("/timeline?type=task.started");
    event = found("/events/%lld/causes", (long long)number_at(&made, "events.0.position"));
    expect_int64(document_count(event.body, "causes"), 2);
    expect_value(&admin, event, "causes.0.type", "task.claimed");
    expect_int64(number_at(&event, "causes.1.position"), at);
    expect_int64(document_count(event.body, "effects"), 0);
    EXPECT_EVENTS(1, "/entities/node/%s/history?type=task.created", agent.node);
    expect_answer(ask(&admin, "GET", NULL, "/entities/thing/%s/history", agent.node), 400);
    expect_answer(ask(&admin, "GET", NULL, "/entities/task/%s/history", agent.node), 404);
    expect_answer(ask(&admin, "GET", NULL, "/events/1000000"), 404);
    expect_answer(ask(&admin, "GET", NULL, "/events/-1"), 400);
    expect_answer(ask(&admin, "GET", NULL, "/events/first"), 400);
    expect_int64(stop_server(site), 0);
}

/* In counts and lists, whatever is asked for. */
static void evidence_of_another_workspace_is_not_there(void)
{
    struct reply theirs;
    const char *other;
    const char *place;

    given_work();
    other = given_workspace(&admin, "other");
    place = text_format(admin.arena, "/workspaces/%s", other).data;
    theirs = found("/timeline?type=task.created");
    expect_answer(
        ask(&admin, "GET", NULL, "%s/events/%lld", place,
            (long long)number_at(&theirs, "events.0.position")),
        404);
    expect_answer(
        ask(&admin, "GET", NULL, "%s/events/%lld/causes", place,
            (long long)number_at(&theirs, "events.0.position")),
        404);
    EXPECT_EVENTS(0, "%s/timeline?entity=%s", place, agent.node);
    expect_answer(ask(&admin, "GET", NULL, "%s/entities/node/%s/history", place, agent.node), 404);
    expect_answer(ask(&admin, "GET", NULL, "%s/entities/node/%s/state", place, agent.node), 404);
    theirs = found("%s/timeline/facets?entity=%s", place, agent.node);
    expect_int64(number_at(&theirs, "events"), 0);
    expect_int64(document_count(theirs.body, "types"), 0);
    theirs = found("%s/timeline/histogram?entity=%s&buckets=1", place, agent.node);
    expect_int64(number_at(&theirs, "buckets.0.count"), 0);
    expect_answer(
        ask(&admin, "GET", NULL, "%s/timeline?workspace=%s", place, agent.workspace), 400);
    expect_int64(stop_server(site), 0);
}

static void counts_over_time_and_by_value_add_up(void)
{
    struct reply whole;
    struct reply counted;
    int64_t size;
    int64_t sum = 0;

    given_work();
    whole = found("/timeline?limit=1000");
    size = number_at(&whole, "ledgerSize");
    counted = found("/timeline/histogram?buckets=7&toPosition=%lld", (long long)size - 1);
    expect_int64(document_count(counted.body, "buckets"), 7);
    for (int i = 0; i < 7; i++)
        sum += number_at(&counted, text_format(admin.arena, "buckets.%d.count", i).data);
    expect_int64(sum, size);
    counted = found("/timeline/histogram?buckets=1&type=task.created");
    expect_int64(number_at(&counted, "buckets.0.count"), 1);
    counted = found("/timeline/histogram?buckets=1&type=task.created&outcome=done");
    expect_int64(number_at(&counted, "buckets.0.count"), 1);
    counted = found("/timeline/facets?toPosition=%lld", (long long)size - 1);
    expect_int64(number_at(&counted, "events"), size);
    expect_value(&admin, counted, "isWhole", "true");
    expect_value(&admin, counted, "outcomes.0.value", "done");
    expect_int64(stop_server(site), 0);
}

/* The cursor is handed back while more is done, and after a start with another signing key. */
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
    expect_int64(RUN(site, "rotate-key").exit_code, 0);
    given_running(site);
    second = found("/timeline?limit=2&after=%s", next);
    expect(text_to_int64(value_at(&admin, first, "events.1.position"), &last));
    expect(text_to_int64(value_at(&admin, second, "events.0.position"), &next_one));
    expect_int64(next_one, last - 1);
    expect_answer(ask(&admin, "GET", NULL, "/timeline?limit=2&type=a.b&after=%s", next), 400);
    expect_int64(stop_server(site), 0);
}

/* How many exports are on record. */
static int64_t recorded_exports(void)
{
    struct text listed =
        RUN(site, "timeline", "--type=platform.export_made", "--output=json").output;

    return (int64_t)document_count(listed, "events");
}

static void expect_exported(const char *file, int64_t recorded)
{
    struct program_run run =
        RUN(site, "export", "--format=jsonl", "--type=task.*", "--output", file);

    expect_int64(run.exit_code, 0);
    expect(text_contains(run.output, text_lit("3 events of the positions from 0 up to ")));
    expect(text_contains(contents_of(admin.arena, file), text_lit("\"type\":\"task.started\"")));
    expect_int64(recorded_exports(), recorded);
    expect_int64(RUN(site, "export", "--format=csv", "--output", file).exit_code, 5); /* is there */
    expect_int64(recorded_exports(), recorded);
}

/* Beside a running server, and on a home that is stopped: on record in both. */
static void the_command_line_exports_on_record(void)
{
    struct program_run run;

    given_work();
    for (int i = 0; i < 2; i++) {
        const char *file = text_format(admin.arena, "%s/export", make_directory()).data;
        expect_exported(file, i + 1);
        run = RUN(site, "export", "--format=csv", "--unrecorded", "--until=-1d");
        expect_int64(run.exit_code, 0);
        expect(text_contains(run.output, text_lit("position,recordedAt,")));
        expect(text_contains(run.output, text_lit("stands on no record")));
        expect_int64(recorded_exports(), i + 1);
        run = RUN(site, "export", "--format=jsonl", "--unrecorded", "--from-position=1000000000");
        expect_int64(run.exit_code, 0);
        expect(text_contains(run.output, text_lit("0 events")));
        expect_int64(recorded_exports(), i + 1);
        expect_int64(RUN(site, "export", "--format=xml").exit_code, 2);
        expect_int64(RUN(site, "export", "--format=csv", "--limit=1").exit_code, 2);
        expect_int64(RUN(site, "export", "--format=csv", "--since=soon").exit_code, 2);
        if (i == 0)
            expect_int64(stop_server(site), 0);
    }
}

static const struct test tests[] = {
    TEST(the_command_line_exports_on_record),
    TEST(the_timeline_is_answered_while_postgresql_is_away),
    TEST(what_is_recorded_is_sent_on_while_postgresql_is_away),
    TEST(an_event_is_shown_with_its_fields_and_what_belongs_to_it),
    TEST(evidence_of_another_workspace_is_not_there),
    TEST(counts_over_time_and_by_value_add_up),
    TEST(pages_go_on_where_they_ended_whatever_was_done_meanwhile),
};

const struct suite test_evidence_suite = SUITE_WITH("e2e/evidence", tests, .tear_down = tear_down);
