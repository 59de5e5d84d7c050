/*
 * Schedules on the real program, by the minute: one whose nodes a selection finds, beside one that a window holds back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

#include <stdio.h>

enum { NODES = 3, A_MINUTE_S = 90 /* and what it takes */ };

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

static void given_label(const struct agent *agent, const char *label)
{
    expect_answer(
        ask(&admin, "PATCH", body(&admin, "{'labels':{'env':'%s'}}", label),
            "/workspaces/%s/nodes/%s/labels", workspace, agent->node),
        200);
}

static const char *made(struct reply reply)
{
    expect_answer(reply, 201);
    return text_c(admin.arena, value_at(&admin, reply, "id"));
}

static const char *given_schedule(const char *workspace_id, const char *target, const char *id)
{
    return made(ask(
        &admin, "POST",
        body(
            &admin,
            "{'%s':'%s','name':'Look','command':'uptime','cadence':'minutely','minute':0,'timezone':'UTC'}",
            target, id),
        "/workspaces/%s/scheduled-tasks", workspace_id));
}

/* Of the only schedule of a workspace. */
static struct text schedule_value(const char *workspace_id, const char *member)
{
    struct reply listed = ask(&admin, "GET", NULL, "/workspaces/%s/scheduled-tasks", workspace_id);

    return value_at(&admin, listed, text_format(admin.arena, "0.%s", member).data);
}

static bool has(const char *workspace_id, const char *member)
{
    struct text value = schedule_value(workspace_id, member);

    return text_is_present(value) && !text_is(value, "null");
}

static void set_windows(const char *workspace_id, const char *windows)
{
    expect_answer(
        ask(&admin, "PUT", body(&admin, "{'windows':[%s]}", windows), "/workspaces/%s/windows",
            workspace_id),
        200);
}

static void expect_tasks(const char *workspace_id, const struct agent *agent, int64_t wanted)
{
    struct reply tasks =
        ask(&admin, "GET", NULL, "/workspaces/%s/tasks?nodeId=%s", workspace_id, agent->node);

    expect_int64(document_count(tasks.body, ""), wanted);
}

static void one_goes_by_a_selection_as_it_is_then_and_one_waits_for_the_end_of_a_window(void)
{
    const char *frozen = given_workspace(&admin, "frozen");
    struct agent held = given_agent(&admin, frozen, "db-0");
    const char *selection;
    const char *by_selection;

    given_label(&agents[0], "prod");
    given_label(&agents[1], "test");
    selection = made(
        ask(&admin, "POST", "{\"name\":\"Production\",\"selector\":\"env=prod\"}",
            "/workspaces/%s/selections", workspace));
    set_windows(
        frozen, "{'name':'Freeze','from':'2026-01-01T00:00:00Z','until':'2999-01-01T00:00:00Z'}");
    by_selection = given_schedule(workspace, "selectionId", selection);
    given_schedule(frozen, "nodeId", held.node);
    given_label(&agents[2], "prod");

    expect_within(A_MINUTE_S, has(workspace, "lastRunAt"));
    expect_answer(
        ask(&admin, "PATCH", "{\"enabled\":false}", "/workspaces/%s/scheduled-tasks/%s", workspace,
            by_selection),
        200);
    expect_tasks(workspace, &agents[1], 0);
    expect(
        document_count(
            ask(&admin, "GET", NULL, "/workspaces/%s/tasks?nodeId=%s", workspace, agents[2].node)
                .body,
            "") > 0);

    expect_within(A_MINUTE_S, has(frozen, "heldUntil"));
    expect(text_is(schedule_value(frozen, "heldBy"), "Freeze"));
    expect(!has(frozen, "lastRunAt"));
    expect_value(
        &admin, ask(&admin, "GET", NULL, "/workspaces/%s/events?type=task.schedule.held", frozen),
        "0.severity", "info");
    expect_tasks(frozen, &held, 0);
    set_windows(frozen, "");
    expect_soon(has(frozen, "lastRunAt"));
    expect(!has(frozen, "heldBy"));
    expect_int64(stop_server(site), 0);
    expect_holds(site);
}

static const struct test tests[] = {
    TEST(one_goes_by_a_selection_as_it_is_then_and_one_waits_for_the_end_of_a_window),
};

const struct suite test_schedules_suite =
    SUITE_WITH("e2e/schedules", tests, .set_up = set_up, .tear_down = tear_down);
