/*
 * Connections to PostgreSQL that are lost or hang under a server at work: nobody is told what is
 * not so, and nothing waits without end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db.h"
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <signal.h>

enum { ROUNDS = 12, MOST_BACKENDS = 64 };

static struct site *site;
static struct client admin;
static struct db *db; /* beside the server */
static pid_t halted[MOST_BACKENDS];
static size_t halted_count;

static void let_backends_go_on(void)
{
    for (size_t i = 0; i < halted_count; i++)
        (void)kill(halted[i], SIGCONT);
    halted_count = 0;
}

static void tear_down(void)
{
    let_backends_go_on();
    db_close(db);
    db = NULL;
    end_sites();
}

static void given_server(void)
{
    const char *database = make_database();
    struct error error;

    site = given_site(database);
    given_running(site);
    admin = given_admin(site);
    must(db_open(database, 10, 0, &db, &error) == STATUS_OK);
}

static void given_backends_ended(void)
{
    struct error error;

    expect_ok(
        db_script(
            db,
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()",
            &error),
        &error);
}

static void given_backends_that_hang(void)
{
    struct text list = {NULL, 0};
    struct error error;

    expect_ok(
        db_value(
            db, site->arena,
            "select string_agg(pid::text, ' ') from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()",
            &list, &error),
        &error);
    while (text_is_present(list) && halted_count < MOST_BACKENDS) {
        int64_t pid = 0;
        must(text_to_int64(text_cut(&list, ' '), &pid));
        must(kill((pid_t)pid, SIGSTOP) == 0);
        halted[halted_count++] = (pid_t)pid;
    }
    expect(halted_count > 0);
}

static struct reply create_team(const char *workspace, int number)
{
    return ask(
        &admin, "POST", body(&admin, "{'name':'team %d'}", number), "/workspaces/%s/teams",
        workspace);
}

/* All teams of the answer are this workspace's. */
static void expect_own_teams(const char *workspace, int64_t count)
{
    struct reply reply = ask(&admin, "GET", NULL, "/workspaces/%s/teams", workspace);

    expect_answer(reply, 200);
    expect_int64(document_count(reply.body, ""), count);
    for (int64_t i = 0; i < count; i++)
        expect_value(
            &admin, reply, text_format(site->arena, "%d.workspaceId", (int)i).data, workspace);
}

/* 1 if it was done, as the answer says. */
static int64_t expect_told_truly(struct reply reply)
{
    struct text code;

    if (reply.status == 201)
        return 1;
    expect_answer(reply, 503);
    code = value_at(&admin, reply, "code");
    expect(text_is(code, "committed_not_visible") || text_is(code, "read_model_unavailable"));
    return text_is(code, "committed_not_visible") ? 1 : 0;
}

static bool is_ready(void)
{
    return ask(&admin, "GET", NULL, "/health/ready").status == 200;
}

static void ended_backends_are_not_seen_and_what_is_done_is_told_as_done(void)
{
    const char *workspaces[2];
    int64_t done[2] = {0, 0};

    given_server();
    workspaces[0] = given_workspace(&admin, "one");
    workspaces[1] = given_workspace(&admin, "two");
    for (int i = 0; i < ROUNDS; i++) {
        given_backends_ended();
        done[i % 2] += expect_told_truly(create_team(workspaces[i % 2], i));
        expect_soon(is_ready());
        given_backends_ended();
        expect_own_teams(workspaces[i % 2], done[i % 2]);
        expect_soon(is_ready());
        expect_own_teams(workspaces[(i + 1) % 2], done[(i + 1) % 2]);
    }
    expect_int64(stop_server(site), 0);
}

static void backends_that_hang_do_not_hold_up_the_end(void)
{
    const char *workspace;
    int64_t since;

    given_server();
    workspace = given_workspace(&admin, "one");
    given_backends_that_hang();
    expect_int64(expect_told_truly(create_team(workspace, 1)), 1);
    since = monotonic_us();
    expect_int64(stop_server(site), 0);
    expect(monotonic_us() - since < 30 * (int64_t)US_PER_S);
    let_backends_go_on();
    given_running(site);
    admin = given_admin(site);
    expect_own_teams(workspace, 1);
}

static const struct test tests[] = {
    TEST(ended_backends_are_not_seen_and_what_is_done_is_told_as_done),
    TEST(backends_that_hang_do_not_hold_up_the_end),
};
const struct suite test_lost_connections_suite =
    SUITE_WITH("lost connections", tests, .tear_down = tear_down);
