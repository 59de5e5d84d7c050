/*
 * The read models are gone, or doubted: `fleetledger replay` brings the same rows back, beside a
 * running server or on a stopped home, also when it is killed on the way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/db/db.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { LARGEST_SNAPSHOT = 64 << 20, KILLS = 6, MOST_MS = 1000, SHORT = 2, LONG = 80 };

static const char *database;
static struct site *site;
static struct client admin;
static struct agent agent;
static const char *workspace;

/* A task that wrote five hundred lines, so many times. */
static void given_output(int times)
{
    const char *task = given_started_task(&admin, &agent);
    AUTO_BUF lines = {0};

    buf_init(&lines, 60000);
    buf_add_c(&lines, "{'lines':[");
    for (int i = 0; i < 500; i++)
        buf_printf(&lines, "%s{'stream':'stdout','line':'line number %d'}", i > 0 ? "," : "", i);
    buf_add_c(&lines, "]}");
    for (int i = 0; i < times; i++)
        report(&agent, task, "logs", lines.data);
    report(&agent, task, "completed", "{'status':'success','output':'all well','exitCode':0}");
}

/* Tasks in every state, an install that waits, a node that was removed. */
static void given_history(int output)
{
    const char *task;
    struct agent other;

    workspace = given_workspace(&admin, "acme");
    agent = given_agent(&admin, workspace, "web-1");
    given_output(output);
    task = given_started_task(&admin, &agent);
    report(&agent, task, "completed", "{'status':'failed','error':'no such file'}");
    task = given_started_task(&admin, &agent);
    cancel_task(&admin, &agent, task, "too slow");
    given_claimed(&admin, &agent);
    cancel_task(&admin, &agent, given_task(&admin, &agent, "true"), "not needed");
    given_task(&admin, &agent, "uptime");
    create_install(&admin, workspace, "web-2");
    other = given_agent(&admin, workspace, "web-3");
    ask(&admin, "DELETE", NULL, "/workspaces/%s/nodes/%s", workspace, other.node);
}

static void given_site_with_history(int output)
{
    database = make_database();
    site = given_site(database);
    given_setting(site, "AGENT_HEARTBEAT_TIMEOUT_SECONDS", "86400");
    given_setting(site, "AGENT_STALE_QUEUED_TASK_TIMEOUT_SECONDS", "86400");
    given_setting(site, "AGENT_TASK_CLAIM_LEASE_SECONDS", "86400");
    given_running(site);
    admin = given_admin(site);
    given_history(output);
}

static void add_answer(struct buf *out, const char *path)
{
    struct reply reply = ask(&admin, "GET", NULL, "%s", path);

    buf_printf(out, "GET %s: %d ", path, reply.status);
    buf_add_text(out, reply.body);
    buf_add_char(out, '\n');
}

/* All that the server shows of its read models. */
static struct text snapshot(void)
{
    static const char *const below[] = {
        "", "/nodes", "/tasks?limit=100", "/events?limit=100", "/audit-logs?limit=100"};
    AUTO_BUF out = {0};
    struct reply tasks;

    buf_init(&out, LARGEST_SNAPSHOT);
    add_answer(&out, "/users/me");
    add_answer(&out, "/workspaces");
    add_answer(&out, "/audit-logs?limit=100");
    for (size_t i = 0; i < COUNT_OF(below); i++)
        add_answer(&out, text_format(site->arena, "/workspaces/%s%s", workspace, below[i]).data);
    tasks = ask(&admin, "GET", NULL, "/workspaces/%s/tasks?limit=100", workspace);
    for (size_t i = 0; i < document_count(tasks.body, ""); i++) {
        struct text at = text_format(site->arena, "%zu.id", i);
        struct text id = value_at(&admin, tasks, at.data);
        add_answer(
            &out,
            text_format(
                site->arena, "/workspaces/%s/tasks/%.*s/logs?limit=100", workspace, TEXT_ARGS(id))
                .data);
    }
    return text_copy(site->arena, buf_text(&out));
}

static struct db *database_of_site(void)
{
    struct db *db = NULL;

    must(db_open(database, 10, 0, &db, NULL) == STATUS_OK);
    return db;
}

static struct text served_schema(void)
{
    struct db *db = database_of_site();
    struct text schema;

    must(
        db_value(db, site->arena, "select schema from fleetledger.serving", &schema, NULL) ==
        STATUS_OK);
    db_close(db);
    return schema;
}

static void given_dropped(struct text schema)
{
    struct db *db = database_of_site();
    struct text script =
        text_format(site->arena, "drop schema \"%.*s\" cascade", TEXT_ARGS(schema));

    must(db_script(db, script.data, NULL) == STATUS_OK);
    db_close(db);
}

static void expect_success(struct program_run run, const char *what)
{
    expect_text_at(
        run.exit_code == 0 ? text_lit("") : run.output, text_lit(""), __FILE__, __LINE__, what);
}

static void expect_same(struct text before)
{
    struct text now = snapshot();

    expect(text_contains(now, text_lit("line number 99")));
    expect_text_at(now, before, __FILE__, __LINE__, "what the server shows");
}

static void a_dropped_schema_is_rebuilt_on_a_stopped_home(void)
{
    struct text before;

    given_site_with_history(SHORT);
    before = snapshot();
    expect_int64(stop_server(site), 0);
    given_dropped(served_schema());
    expect_success(RUN(site, "replay"), "replay");
    expect_success(RUN(site, "verify"), "verify");
    given_running(site);
    expect_same(before);
}

static void a_database_without_anything_is_filled_again(void)
{
    struct text before;

    given_site_with_history(SHORT);
    before = snapshot();
    expect_int64(stop_server(site), 0);
    given_dropped(served_schema());
    given_dropped(text_lit("fleetledger"));
    given_running(site);
    expect_same(before);
    expect_success(RUN(site, "verify"), "verify");
}

static void replay_beside_a_running_server_changes_nothing_that_is_shown(void)
{
    struct text before;
    struct text schema;

    given_site_with_history(SHORT);
    before = snapshot();
    schema = served_schema();
    expect_success(RUN(site, "replay"), "replay");
    expect(!text_equal(served_schema(), schema));
    expect_same(before);
    expect_success(RUN(site, "verify"), "verify");
    expect_answer(create_task(&admin, &agent, "after"), 201);
}

static bool shows(struct text before)
{
    return text_equal(snapshot(), before);
}

static void a_schema_dropped_under_a_running_server_comes_back(void)
{
    struct text before;

    given_site_with_history(SHORT);
    before = snapshot();
    given_dropped(served_schema());
    expect_success(RUN(site, "replay"), "replay");
    expect_soon(shows(before));
    expect_success(RUN(site, "verify"), "verify");
}

static void some_time(void)
{
    struct timespec span = {0};
    uint32_t number;

    random_fill(&number, sizeof(number));
    span.tv_nsec = (long)(number % MOST_MS) * 1000000L;
    nanosleep(&span, NULL);
}

static void when_replay_is_killed(void)
{
    static const char *const replay[] = {"replay", NULL};
    pid_t pid = start_program(site, replay, site->log);

    some_time();
    must(kill(pid, SIGKILL) == 0);
    must(waitpid(pid, NULL, 0) == pid);
}

static void a_replay_that_is_killed_is_begun_again(void)
{
    struct text before;

    given_site_with_history(LONG);
    before = snapshot();
    for (int i = 0; i < KILLS; i++)
        when_replay_is_killed(); /* beside the server */
    expect_same(before);
    expect_success(RUN(site, "replay"), "replay");
    expect_same(before);
    expect_int64(stop_server(site), 0);
    for (int i = 0; i < KILLS; i++)
        when_replay_is_killed(); /* on the stopped home */
    given_running(site);
    expect_same(before);
    expect_success(RUN(site, "verify"), "verify");
}

static const struct test tests[] = {
    TEST(a_dropped_schema_is_rebuilt_on_a_stopped_home),
    TEST(a_database_without_anything_is_filled_again),
    TEST(replay_beside_a_running_server_changes_nothing_that_is_shown),
    TEST(a_schema_dropped_under_a_running_server_comes_back),
    TEST(a_replay_that_is_killed_is_begun_again),
};
const struct suite test_replay_suite = SUITE_WITH("replay", tests, .tear_down = end_sites);
