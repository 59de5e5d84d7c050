/*
 * Agents whose reports are not as they should be: a task ends and its lines are kept, whatever else the
 * body holds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/postgres.h"

static struct site *site;
static struct client admin;
static struct agent agent;

static void given_fleet(void)
{
    site = given_site(make_database());
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
}

static void tear_down(void)
{
    end_sites();
}

struct ending {
    const char *body;
    const char *status; /* of the task then */
};

static void a_task_ends_whatever_its_agent_sends(void)
{
    static const struct ending endings[] = {
        {"{\"status\":\"success\",\"output\":\"a\\u0000b\"}", "success"},
        {"{\"status\":\"success\",\"output\":\"\xff\xfe\",\"error\":\"\\ud800\"}", "success"},
        {"{\"status\":\"cancelled\",\"exitCode\":\"none\",\"durationMs\":1e999}", "cancelled"},
        {"{\"status\":\"success\",\"result\":[1],\"timestamp\":\"yesterday\",\"new\":{}}",
         "success"},
        {"{\"status\":\"success\",\"output\":{\"a\":[1]},\"error\":7}", "success"},
        {"", "failed"},
        {"[]", "failed"},
        {"null", "failed"},
        {"<html>502 Bad Gateway</html>", "failed"},
        {"{\"status\":\"success\"", "failed"},
    };

    given_fleet();
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        const char *task = given_started_task(&admin, &agent);
        struct reply reply =
            ask(&agent.client, "POST", endings[i].body, "/agent/tasks/%s/completed", task);
        expect_answer(reply, 200);
        expect_value(&admin, reply, "status", endings[i].status);
        expect_soon(has_status(&admin, &agent, task, endings[i].status));
    }
    expect(metric_of(site, "agent_reports_altered_total") >= 8);
}

static void what_could_not_be_read_is_shown(void)
{
    const char *task;
    struct reply reply;

    given_fleet();
    task = given_started_task(&admin, &agent);
    reply = ask(&agent.client, "POST", "oh \xff no", "/agent/tasks/%s/completed", task);
    expect_answer(reply, 200);
    expect_value(&admin, reply, "output", "oh \xEF\xBF\xBD no");
    expect_value(&admin, reply, "result.error", "The agent's report could not be read.");
}

static void another_state_or_another_task_is_refused(void)
{
    const char *task;

    given_fleet();
    task = given_started_task(&admin, &agent);
    expect_answer(report(&agent, task, "completed", "{'status':'done'}"), 400);
    expect_answer(report(&agent, task, "completed", "{}"), 400);
    expect_answer(
        report(
            &agent, task, "completed",
            "{'status':'success','taskId':'00000000-0000-4000-8000-000000000001'}"),
        400);
    expect_answer(report(&agent, task, "completed", "{'status':'success'}"), 200);
}

static void lines_are_kept_whatever_stands_beside_them(void)
{
    static const char *const bodies[] = {
        "{\"stream\":\"stdout\",\"line\":\"a\\u0000b\"}",
        "{\"stream\":7,\"line\":[1],\"timestamp\":{}}",
        "{\"lines\":[1,{\"line\":\"kept\"},{\"stream\":\"stdout\"},null]}",
        "{\"lines\":{}}",
        "",
        "plain text",
    };
    const char *task;
    struct reply logs;

    given_fleet();
    task = given_started_task(&admin, &agent);
    for (size_t i = 0; i < COUNT_OF(bodies); i++)
        expect_answer(ask(&agent.client, "POST", bodies[i], "/agent/tasks/%s/logs", task), 200);
    logs =
        ask(&admin, "GET", NULL, "/workspaces/%s/tasks/%s/logs?limit=100", agent.workspace, task);
    expect_value(
        &admin, logs, "0.message",
        "a\xEF\xBF\xBD"
        "b");
    expect_value(&admin, logs, "1.message", "[1]");
    expect_value(&admin, logs, "2.message", "kept");
    expect_value(&admin, logs, "3.message", "");
    expect_value(&admin, logs, "4.message", "");
    expect_value(&admin, logs, "5.message", "plain text");
}

static void a_claim_is_answered_whatever_it_says(void)
{
    static const char *const bodies[] = {
        "",
        "[]",
        "nonsense",
        "{\"waitMs\":0,\"maxTasks\":\"all\",\"capabilities\":{\"a\":1}}",
        "{\"waitMs\":0,\"rootAccess\":{\"appliedProfile\":\"boundless\",\"lastError\":\"\\u0000\"}}",
        "{\"waitMs\":0,\"rootAccess\":\"none\",\"new\":1}",
    };

    given_fleet();
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        const char *task = given_task(&admin, &agent, "uptime");
        struct reply reply = ask(&agent.client, "POST", bodies[i], "/agent/tasks/claim");
        expect_answer(reply, 200);
        expect_value(&admin, reply, "task.id", task);
    }
}

static void a_claim_tells_how_long_a_task_may_take(void)
{
    struct reply reply;

    given_fleet();
    expect_answer(
        ask(&admin, "POST",
            body(
                &admin, "{'nodeId':'%s','type':'shell.exec','payload':{'timeoutSeconds':90.5}}",
                agent.node),
            "/workspaces/%s/tasks", agent.workspace),
        201);
    reply = claim(&agent, 0);
    expect_value(&admin, reply, "task.timeoutSeconds", "90");
    given_task(&admin, &agent, "uptime");
    reply = claim(&agent, 0);
    expect(!text_is_present(value_at(&admin, reply, "task.timeoutSeconds")));
}

/* One that ends by its time tells what was wanted when it began. */
static void a_waiting_claim_ends_when_other_root_access_is_wanted(void)
{
    struct reply reply;
    int waiting;

    given_fleet();
    waiting = begin_claim(&agent, 30000);
    expect_soon(metric_of(site, "claims_parked") == 1);
    expect_answer(
        ask(&admin, "POST", body(&admin, "{'profile':'task'}"),
            "/workspaces/%s/nodes/%s/root-access", agent.workspace, agent.node),
        201);
    reply = finish(&agent.client, waiting);
    expect_answer(reply, 200);
    expect_value(&admin, reply, "task", "null");
    expect_value(&admin, reply, "rootAccess.profile", "task");
}

static struct reply register_agent(const char *hostname, const char *more)
{
    struct client anyone = {.site = site, .arena = site->arena};

    return ask(
        &anyone, "POST",
        body(
            &anyone, "{'hostname':'%s','enrollmentToken':'shared','os':'linux','arch':'amd64'%s}",
            hostname, more),
        "/agent/register");
}

static void given_fleet_with_a_shared_token(void)
{
    site = given_site(make_database());
    given_setting(site, "AGENT_ENROLLMENT_TOKEN", "shared");
    given_running(site);
    admin = given_admin(site);
    agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
}

static void an_agent_that_is_online_is_not_replaced(void)
{
    given_fleet_with_a_shared_token();
    expect_answer(register_agent("web-1", ""), 409);
    expect_answer(heartbeat(&agent), 200);
}

static void a_location_is_shown_with_its_node(void)
{
    struct reply registered;
    struct text node;

    given_fleet_with_a_shared_token();
    registered = register_agent(
        "web-2", ",'location':{'provider':'manual','source':'manual','region':'Berlin',"
                 "'latitude':52.5,'more':1}");
    expect_answer(registered, 201);
    node = value_at(&admin, registered, "nodeId");
    expect_soon(text_is(
        value_at(
            &admin, ask(&admin, "GET", NULL, "/nodes/%.*s", TEXT_ARGS(node)), "location.region"),
        "Berlin"));
}

static void a_node_that_is_removed_ends_its_tasks(void)
{
    const char *running;
    const char *queued;
    struct reply reply;

    given_fleet();
    running = given_started_task(&admin, &agent);
    queued = given_task(&admin, &agent, "uptime");
    expect_answer(
        ask(&admin, "DELETE", NULL, "/workspaces/%s/nodes/%s", agent.workspace, agent.node), 200);
    expect_soon(has_status(&admin, &agent, running, "failed"));
    expect_soon(has_status(&admin, &agent, queued, "cancelled"));
    reply = read_task(&admin, &agent, running);
    expect_value(&admin, reply, "result.reason", "node_removed");
    expect_value(&admin, reply, "output", "Node was removed while the task was running.");
}

static const struct test tests[] = {
    TEST(a_claim_tells_how_long_a_task_may_take),
    TEST(a_waiting_claim_ends_when_other_root_access_is_wanted),
    TEST(an_agent_that_is_online_is_not_replaced),
    TEST(a_location_is_shown_with_its_node),
    TEST(a_node_that_is_removed_ends_its_tasks),
    TEST(a_task_ends_whatever_its_agent_sends),
    TEST(what_could_not_be_read_is_shown),
    TEST(another_state_or_another_task_is_refused),
    TEST(lines_are_kept_whatever_stands_beside_them),
    TEST(a_claim_is_answered_whatever_it_says),
};

const struct suite test_agent_reports_suite =
    SUITE_WITH("e2e/agent_reports", tests, .tear_down = tear_down);
