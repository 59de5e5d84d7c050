/*
 * What a task wrote, long after its end, on the real program: it is in no table and no answer any more, on record,
 * and everything still verifies. Time goes by while the server is stopped: something is recorded a month later.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "tests/e2e/people.h"
#include "tests/e2e/planted.h"
#include "tests/support/fixture.h"
#include "tests/support/postgres.h"

static const int64_t month_us = INT64_C(31) * 24 * 3600 * US_PER_S;

static const char completed[] =
    "{'status':'failed','exitCode':3,'output':'planted words','result':{'said':'planted value'}}";

static const char *const planted[] = {"planted", NULL};

static struct site *site;
static const char *database;
static struct client admin;
static struct agent agent;

static const char *given_ended_task(void)
{
    const char *task;

    database = make_database();
    site = given_site(database);
    given_setting(site, "SECRETS_ENCRYPTION_KEY", "a secret of tests");
    given_setting(site, "TASK_OUTPUT_RETENTION_DAYS", "30");
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    task = given_started_task(&admin, &agent);
    expect_answer(report(&agent, task, "logs", "{'stream':'stdout','line':'planted line'}"), 200);
    expect_answer(report(&agent, task, "completed", completed), 200);
    return task;
}

static void given_a_month_later(void)
{
    struct fixture *home;
    struct submission *late;

    expect_int64(stop_server(site), 0);
    home = fixture_open(&(struct fixture_settings){.directory = site->home});
    late = make_order(home, &create_workspace_command, workspace_called(home, "late"));
    late->now = timestamp_plus_us(late->now, month_us);
    writer_execute(home->writer, late);
    expect_status(late->status, STATUS_OK, &late->error);
    fixture_close(home);
    given_running(site);
}

static bool is_in_tables(void)
{
    return planted_is_in_tables(planted, database);
}

static bool is_dropped(const char *task)
{
    return text_is_present(value_at(&admin, read_task(&admin, &agent, task), "outputDroppedAt"));
}

static bool is_in_answer(struct reply reply)
{
    expect_answer(reply, 200);
    return planted_in(planted, reply.body) != NULL;
}

static bool is_in_answers(const char *task)
{
    const char *of = agent.workspace;

    return is_in_answer(read_task(&admin, &agent, task)) ||
           is_in_answer(ask(&admin, "GET", NULL, "/workspaces/%s/tasks/%s/logs", of, task)) ||
           is_in_answer(ask(&admin, "GET", NULL, "/workspaces/%s/events", of));
}

static void output_whose_time_is_over_is_in_no_table_and_no_answer(void)
{
    const char *task = given_ended_task();
    struct reply again;

    expect_soon(is_in_tables() && is_in_answers(task));
    given_a_month_later();
    expect_soon(is_dropped(task));
    expect(!is_in_answers(task));
    expect(!is_in_tables());
    expect_value(&admin, read_task(&admin, &agent, task), "status", "failed");
    /* It may have left the write model: then it is asked of the index, once that has come so far. */
    expect_soon((again = report(&agent, task, "completed", completed)).status == 200);
    expect_text(
        document_at(admin.arena, again.body, ""),
        document_at(admin.arena, read_task(&admin, &agent, task).body, "").data);
    expect_int64(stop_server(site), 0);
    expect_holds(site);
    expect_int64(RUN(site, "replay").exit_code, 0);
    expect(!is_in_tables());
}

static void without_the_setting_it_is_kept(void)
{
    const char *task = given_ended_task();

    given_setting(site, "TASK_OUTPUT_RETENTION_DAYS", "0");
    given_a_month_later();
    expect(is_in_answers(task));
    expect(!is_dropped(task));
}

static const struct test tests[] = {
    TEST(output_whose_time_is_over_is_in_no_table_and_no_answer),
    TEST(without_the_setting_it_is_kept),
};

const struct suite test_task_output_suite =
    SUITE_WITH("e2e/task_output", tests, .tear_down = end_sites);
