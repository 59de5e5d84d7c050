/*
 * A task looks the same to its agent, from the state just folded, and to its operator, from the
 * read model: field by field, wherever it stands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <string.h>

static struct site *site;
static struct client admin;
static struct agent agent;

static void given_fleet(const char *running_timeout)
{
    site = given_site(make_database());
    given_setting(site, "AGENT_STALE_TASK_CHECK_INTERVAL_SECONDS", "1");
    given_setting(site, "AGENT_STALE_RUNNING_TASK_TIMEOUT_SECONDS", running_timeout);
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
}

/* `state` is the agent's answer, with the task at `path`; `status` is how it must stand. */
static void expect_same(struct reply state, const char *path, const char *status)
{
    struct text seen = document_at(admin.arena, state.body, path);
    const char *id = document_at(admin.arena, seen, "id").data;
    struct text read;

    expect_answer(state, 200);
    read = document_at(admin.arena, read_task(&admin, &agent, id).body, "");
    expect_text_at(
        document_at(admin.arena, seen, "status"), text_from(status), __FILE__, __LINE__, status);
    expect_text_at(seen, read, __FILE__, __LINE__, status);
}

static void a_claimed_task(void)
{
    given_fleet("1800");
    ask(&admin, "POST",
        body(
            &admin,
            "{'nodeId':'%s','type':'shell.exec','payload':{'zeta':[1,2.5,null],'a':{'b':'\\u00fc'},"
            "'command':'true'}}",
            agent.node),
        "/workspaces/%s/tasks", agent.workspace);
    expect_same(claim(&agent, 0), "task", "accepted");
}

static void a_task_claimed_again(void)
{
    given_fleet("1800");
    given_task(&admin, &agent, "true");
    finish(&agent.client, begin_and_end(&agent.client, "POST", "{}", "/agent/tasks/claim"));
    expect_same(claim(&agent, 5000), "task", "accepted");
}

static void a_running_task(void)
{
    const char *task;

    given_fleet("1800");
    task = given_claimed(&admin, &agent);
    expect_same(report(&agent, task, "started", "{}"), "", "running");
    expect_same(report(&agent, task, "started", "{}"), "", "running");
}

static void a_running_task_that_has_logged(void)
{
    const char *task;

    given_fleet("1800");
    task = given_started_task(&admin, &agent);
    report(&agent, task, "logs", "{'stream':'stdout','line':'first'}");
    expect_same(report(&agent, task, "started", "{}"), "", "running");
    report(
        &agent, task, "logs",
        "{'lines':[{'stream':'stderr','line':'second'},{'stream':'stdout','line':''}]}");
    expect_same(report(&agent, task, "started", "{}"), "", "running");
}

static void a_running_task_that_is_to_be_cancelled(void)
{
    const char *task;

    given_fleet("1800");
    task = given_started_task(&admin, &agent);
    cancel_task(&admin, &agent, task, "too slow");
    expect_same(report(&agent, task, "started", "{}"), "", "running");
    expect_same(report(&agent, task, "completed", "{'status':'cancelled'}"), "", "cancelled");
}

static void a_task_that_succeeded(void)
{
    static const char done[] =
        "{'status':'success','exitCode':0,'output':'all well','durationMs':12,"
        "'result':{'z':1,'a':[true,{'x':0.1}]},'timestamp':'2026-03-22T12:00:00.123Z'}";
    const char *task;

    given_fleet("1800");
    task = given_started_task(&admin, &agent);
    expect_same(report(&agent, task, "completed", done), "", "success");
    expect_same(report(&agent, task, "completed", done), "", "success");
}

static void a_task_that_succeeded_without_a_word(void)
{
    const char *task;

    given_fleet("1800");
    task = given_started_task(&admin, &agent);
    report(&agent, task, "logs", "{'stream':'stdout','line':'its last line'}");
    expect_same(report(&agent, task, "completed", "{'status':'success'}"), "", "success");
}

static void a_task_that_failed(void)
{
    const char *task;

    given_fleet("1800");
    task = given_started_task(&admin, &agent);
    expect_same(
        report(
            &agent, task, "completed",
            "{'status':'failed','exitCode':3,'error':'no such file','durationMs':7}"),
        "", "failed");
}

static void a_task_that_its_agent_gave_up(void)
{
    const char *task;

    given_fleet("1800");
    task = given_started_task(&admin, &agent);
    expect_same(report(&agent, task, "completed", "{'status':'timeout'}"), "", "failed");
}

static void a_task_whose_output_was_cut(void)
{
    enum { LONG = 9000 };
    const char *task;
    char *output;

    given_fleet("1800");
    task = given_started_task(&admin, &agent);
    output = arena_take(site->arena, LONG + 1);
    memset(output, 'x', LONG);
    expect_same(
        report(
            &agent, task, "completed",
            text_format(site->arena, "{'status':'success','output':'%s'}", output).data),
        "", "success");
    expect_value(&admin, read_task(&admin, &agent, task), "outputTruncated", "true");
}

static void a_task_cancelled_before_it_ran(void)
{
    const char *task;

    given_fleet("1800");
    task = given_claimed(&admin, &agent);
    cancel_task(&admin, &agent, task, "not needed");
    expect_same(report(&agent, task, "completed", "{'status':'cancelled'}"), "", "cancelled");
    task = given_task(&admin, &agent, "true");
    cancel_task(&admin, &agent, task, "");
    expect_same(report(&agent, task, "completed", "{'status':'canceled'}"), "", "cancelled");
}

/* The shortest time a task may run is ten seconds. */
static void a_task_that_ran_too_long(void)
{
    const char *task;
    const char *silent;

    given_fleet("10");
    task = given_started_task(&admin, &agent);
    silent = given_started_task(&admin, &agent);
    report(&agent, task, "logs", "{'stream':'stdout','line':'still here'}");
    expect_soon(has_status(&admin, &agent, task, "failed"));
    expect_soon(has_status(&admin, &agent, silent, "failed"));
    expect_same(report(&agent, task, "completed", "{'status':'failed'}"), "", "failed");
    expect_same(report(&agent, silent, "completed", "{'status':'failed'}"), "", "failed");
}

static const struct test tests[] = {
    TEST(a_claimed_task),
    TEST(a_task_claimed_again),
    TEST(a_running_task),
    TEST(a_running_task_that_has_logged),
    TEST(a_running_task_that_is_to_be_cancelled),
    TEST(a_task_that_succeeded),
    TEST(a_task_that_succeeded_without_a_word),
    TEST(a_task_that_failed),
    TEST(a_task_that_its_agent_gave_up),
    TEST(a_task_whose_output_was_cut),
    TEST(a_task_cancelled_before_it_ran),
    TEST(a_task_that_ran_too_long),
};
const struct suite test_state_equals_read_suite =
    SUITE_WITH("state answers equal read answers", tests, .tear_down = end_sites);
