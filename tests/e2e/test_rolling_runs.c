/*
 * Rolling runs on the real program, with agents that do as the tests say: what people do with one, and a restart in the
 * middle.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <stdio.h>

enum { NODES = 4 };

static struct site *site;
static struct client admin;
static const char *workspace;
static struct agent agents[NODES];

static void set_up(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    workspace = given_workspace(&admin, "acme");
    for (int i = 0; i < NODES; i++) {
        char name[16];
        snprintf(name, sizeof(name), "web-%d", i);
        agents[i] = given_agent(&admin, workspace, name);
    }
}

static void tear_down(void)
{
    end_sites();
}

/* For all nodes, with a canary of one and waves of two. */
static const char *given_run(void)
{
    struct reply made =
        ask(&admin, "POST",
            body(
                &admin,
                "{'name':'Upgrade','type':'shell.exec','payload':{'command':'true'},"
                "'nodeIds':['%s','%s','%s','%s'],'canary':1,'waveSize':2}",
                agents[0].node, agents[1].node, agents[2].node, agents[3].node),
            "/workspaces/%s/rolling-runs", workspace);

    expect_answer(made, 201);
    expect_value(&admin, made, "targets", "4");
    return text_c(admin.arena, value_at(&admin, made, "id"));
}

static struct reply read_run(const char *run)
{
    return ask(&admin, "GET", NULL, "/workspaces/%s/rolling-runs/%s", workspace, run);
}

static bool stands(const char *run, const char *status, const char *active)
{
    struct reply reply = read_run(run);

    return text_is(value_at(&admin, reply, "status"), status) &&
           text_is(value_at(&admin, reply, "active"), active);
}

static struct reply steer(const char *run, const char *what)
{
    return ask(
        &admin, "POST", "{\"reason\":\"The mirror is back\"}", "/workspaces/%s/rolling-runs/%s/%s",
        workspace, run, what);
}

/* The agent does the task that waits for it; false: none does. */
static bool work(const struct agent *agent, const char *outcome)
{
    struct reply claimed = claim(agent, 0);
    const char *task = text_c(admin.arena, value_at(&agent->client, claimed, "task.id"));

    if (!text_is_present(value_at(&agent->client, claimed, "task.id")))
        return false;
    expect_answer(report(agent, task, "started", "{}"), 200);
    expect_answer(report(agent, task, "completed", outcome), 200);
    return true;
}

/* All agents, until the run stands so. */
static bool works_until(const char *run, const char *status)
{
    for (int i = 0; i < NODES; i++)
        work(&agents[i], "{'status':'success'}");
    return stands(run, status, "0");
}

static void one_that_stops_at_its_canary_is_resumed_and_completes(void)
{
    const char *run = given_run();
    struct reply reply;

    expect_soon(work(&agents[0], "{'status':'failed'}"));
    expect_soon(stands(run, "stopped", "0"));
    reply = read_run(run);
    expect_value(&admin, reply, "stoppedBy", "too_many_failures");
    expect_value(&admin, reply, "failed", "1");
    expect_value(&admin, reply, "pending", "3");
    expect_value(
        &admin,
        ask(&admin, "GET", NULL, "/workspaces/%s/events?type=rolling-run.stopped", workspace),
        "0.severity", "warning");
    expect_answer(steer(run, "resume"), 200);
    expect_soon(works_until(run, "completed"));
    reply = read_run(run);
    expect_value(&admin, reply, "succeeded", "3");
    expect_value(&admin, reply, "failed", "1");
    expect_value(&admin, reply, "reason", "The mirror is back");
    expect_answer(steer(run, "retry"), 200);
    expect_soon(works_until(run, "completed"));
    expect_value(&admin, read_run(run), "succeeded", "4");
    reply = ask(&admin, "GET", NULL, "/workspaces/%s/tasks?rollingRunId=%s", workspace, run);
    expect_int64(document_count(reply.body, ""), NODES + 1);
    expect_value(&admin, reply, "0.rollingRunId", run);
}

static void after_a_restart_in_the_middle_it_goes_on_where_it_stood(void)
{
    const char *run = given_run();

    expect_soon(work(&agents[0], "{'status':'success'}"));
    expect_soon(stands(run, "running", "2"));
    kill_server(site);
    given_running(site);
    admin = given_admin(site);
    expect_soon(works_until(run, "completed"));
    expect_value(&admin, read_run(run), "succeeded", "4");
    expect_value(&admin, read_run(run), "waves", "3");
}

static void its_targets_are_listed_by_status_and_left_out_on_request(void)
{
    const char *run = given_run();
    struct reply pending;
    const char *last;

    expect_soon(stands(run, "running", "1"));
    pending =
        ask(&admin, "GET", NULL, "/workspaces/%s/rolling-runs/%s/targets?status=pending", workspace,
            run);
    expect_int64(document_count(pending.body, ""), 3);
    expect_value(&admin, pending, "2.nodeId", agents[3].node);
    last = text_c(admin.arena, value_at(&admin, pending, "2.id"));
    expect_answer(
        ask(&admin, "POST", body(&admin, "{'targetIds':['%s'],'reason':'It is old'}", last),
            "/workspaces/%s/rolling-runs/%s/skip", workspace, run),
        200);
    expect_value(&admin, read_run(run), "skipped", "1");
    expect_answer(steer(run, "cancel"), 200);
    expect_soon(stands(run, "cancelled", "0"));
    expect_value(&admin, read_run(run), "cancelled", "3");
    expect_answer(steer(run, "resume"), 409);
    expect(!work(&agents[0], "{'status':'success'}"));
}

static void whoever_changes_one_that_has_changed_meanwhile_is_told(void)
{
    const char *run = given_run();
    struct reply seen = read_run(run);
    struct client late =
        with(&admin, "If-Match: %s\r\n", text_c(admin.arena, header_of(&seen, "ETag")));

    expect_answer(steer(run, "stop"), 200);
    expect_answer(
        ask(&late, "POST", "{}", "/workspaces/%s/rolling-runs/%s/resume", workspace, run), 412);
}

static const char *given_selection(const char *selector)
{
    struct reply made =
        ask(&admin, "POST", body(&admin, "{'name':'Production','selector':'%s'}", selector),
            "/workspaces/%s/selections", workspace);

    expect_answer(made, 201);
    return text_c(admin.arena, value_at(&admin, made, "id"));
}

static void label(const struct agent *agent, const char *labels)
{
    expect_answer(
        ask(&admin, "PATCH", body(&admin, "{'labels':%s}", labels),
            "/workspaces/%s/nodes/%s/labels", workspace, agent->node),
        200);
}

static struct reply set_windows(const char *windows)
{
    return ask(
        &admin, "PUT", body(&admin, "{'windows':[%s]}", windows), "/workspaces/%s/windows",
        workspace);
}

static void what_a_selection_matches_waits_until_no_window_is_open(void)
{
    const char *selection = given_selection("env=prod");
    const char *run;
    struct reply reply;

    label(&agents[0], "{'env':'prod'}");
    label(&agents[2], "{'env':'prod'}");
    label(&agents[3], "{'env':'test'}");
    expect_answer(set_windows("{'name':'Freeze','minutes':5}"), 400);
    expect_answer(
        set_windows(
            "{'name':'Freeze','from':'2020-01-01T00:00:00Z','until':'2090-01-01T00:00:00Z'}"),
        200);
    reply =
        ask(&admin, "POST",
            body(
                &admin,
                "{'name':'Upgrade','type':'shell.exec','payload':{'command':'true'},"
                "'selectionId':'%s','waveSize':2}",
                selection),
            "/workspaces/%s/rolling-runs", workspace);
    expect_answer(reply, 201);
    expect_value(&admin, reply, "targets", "2");
    expect_value(&admin, reply, "selector", "env=prod");
    run = text_c(admin.arena, value_at(&admin, reply, "id"));
    expect_soon(stands(run, "pausing", "0"));
    expect_value(&admin, read_run(run), "heldBy", "Freeze");
    label(&agents[0], "{'env':null}");
    expect_answer(set_windows(""), 200);
    expect_soon(works_until(run, "completed"));
    expect_value(&admin, read_run(run), "succeeded", "2");
    reply =
        ask(&admin, "POST", body(&admin, "{'selectionId':'%s','type':'shell.exec'}", selection),
            "/workspaces/%s/tasks/batch", workspace);
    expect_answer(reply, 201);
    expect_int64(document_count(reply.body, ""), 1);
    expect_value(&admin, reply, "0.nodeId", agents[2].node);
}

static const struct test tests[] = {
    TEST(what_a_selection_matches_waits_until_no_window_is_open),
    TEST(one_that_stops_at_its_canary_is_resumed_and_completes),
    TEST(after_a_restart_in_the_middle_it_goes_on_where_it_stood),
    TEST(its_targets_are_listed_by_status_and_left_out_on_request),
    TEST(whoever_changes_one_that_has_changed_meanwhile_is_told),
};

const struct suite test_rolling_runs_suite =
    SUITE_WITH("e2e/rolling_runs", tests, .set_up = set_up, .tear_down = tear_down);
