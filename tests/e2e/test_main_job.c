/*
 * The main job, told as a story, on the PostgreSQL that the server brings itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"
#include "tests/support/peer.h"
#include "tests/support/postgres.h"

#include <string.h>

static struct site *given_running_site(const char *database)
{
    struct site *site = given_site(database);

    given_setting(site, "AGENT_STALE_TASK_CHECK_INTERVAL_SECONDS", "1");
    given_setting(site, "AGENT_TASK_CLAIM_LEASE_SECONDS", "15");
    given_running(site);
    return site;
}

/* The list at the path has an item whose member is `wanted`. */
static bool
lists(const struct client *client, const char *member, const char *wanted, const char *path)
{
    struct reply reply = ask(client, "GET", NULL, "%s", path);
    size_t count = document_count(reply.body, "");

    for (size_t i = 0; i < count; i++) {
        struct text at = text_format(client->arena, "%zu.%s", i, member);
        if (text_is(value_at(client, reply, at.data), wanted))
            return true;
    }
    return false;
}

static const char *path_of(const struct agent *agent, const char *rest)
{
    return text_format(agent->client.arena, "/workspaces/%s/%s", agent->workspace, rest).data;
}

/* Every entry says from where. */
static void expect_origins(const struct client *admin, const char *path)
{
    struct reply reply = ask(admin, "GET", NULL, "%s", path);
    size_t count = document_count(reply.body, "");

    expect(count > 0);
    for (size_t i = 0; i < count; i++)
        expect_value(admin, reply, text_format(admin->arena, "%zu.ipAddress", i).data, "127.0.0.1");
}

static void expect_recorded(const struct client *admin, const struct agent *agent)
{
    expect(lists(admin, "type", "node.online", path_of(agent, "events")));
    expect(lists(admin, "type", "task.queued", path_of(agent, "events")));
    expect(lists(admin, "action", "workspace.created", "/audit-logs"));
    expect(lists(admin, "action", "task.created", path_of(agent, "audit-logs")));
    expect(lists(admin, "action", "auth.login.success", "/audit-logs"));
    expect(lists(admin, "actorEmailSnapshot", ADMIN_EMAIL, path_of(agent, "audit-logs")));
    expect_origins(admin, "/audit-logs");
    expect_origins(admin, path_of(agent, "audit-logs"));
}

static void an_operator_sends_a_task_and_reads_what_came_of_it(void)
{
    struct site *site = given_running_site(NULL);
    struct client admin = given_admin(site);
    const char *workspace = given_workspace(&admin, "acme");
    struct agent agent = given_agent(&admin, workspace, "web-1");
    int waiting = begin_claim(&agent, 30000);
    struct reply reply;
    const char *task;

    expect_soon(metric_of(site, "claims_parked") == 1);
    task = given_task(&admin, &agent, "uname -a");
    reply = finish(&agent.client, waiting);
    expect_answer(reply, 200);
    expect_value(&agent.client, reply, "task.id", task);
    expect_value(&agent.client, reply, "task.payload.command", "uname -a");
    expect_value(&admin, read_task(&admin, &agent, task), "status", "accepted");

    expect_value(&admin, report(&agent, task, "accepted", "{}"), "taskId", task);
    expect_answer(report(&agent, task, "started", "{}"), 200);
    expect_answer(report(&agent, task, "logs", "{'stream':'stdout','line':'Linux web-1'}"), 200);
    expect_answer(report(&agent, task, "logs", "{'stream':'stderr','line':'careful'}"), 200);
    reply = report(
        &agent, task, "completed", "{'status':'success','exitCode':0,'output':'Linux web-1\\n'}");
    expect_answer(reply, 200);

    reply = read_task(&admin, &agent, task);
    expect_answer(reply, 200);
    expect_value(&admin, reply, "status", "success");
    expect_value(&admin, reply, "output", "Linux web-1\n");
    expect_value(&admin, reply, "result.exitCode", "0");
    reply = ask(&admin, "GET", NULL, "/workspaces/%s/tasks/%s/logs", workspace, task);
    expect_int64(document_count(reply.body, ""), 2);
    expect_value(&admin, reply, "0.message", "Linux web-1");
    expect_value(&admin, reply, "1.level", "stderr");
    expect(lists(&admin, "status", "online", path_of(&agent, "nodes")));
    expect_recorded(&admin, &agent);
    expect_int64(stop_server(site), 0);
}

static struct reply sign_in(struct site *site)
{
    struct client anyone = {.site = site, .arena = site->arena};

    return ask(
        &anyone, "POST",
        body(&anyone, "{'email':'%s','password':'%s'}", ADMIN_EMAIL, ADMIN_PASSWORD),
        "/auth/login");
}

static void the_first_sign_in_after_a_start_is_never_turned_away(void)
{
    struct site *site = given_site(make_database());

    for (int i = 0; i < 3; i++) {
        given_listening(site);
        expect_answer(sign_in(site), 200);
        expect_int64(stop_server(site), 0);
    }
}

static void a_token_installs_one_machine_only(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    const char *workspace = given_workspace(&admin, "acme");
    struct reply install = create_install(&admin, workspace, "web");
    const char *token = bootstrap_token(&admin, &install);
    struct client anyone = {.site = site, .arena = site->arena};
    struct reply first = consume_install(&anyone, token, "web-1");
    struct reply again = consume_install(&anyone, token, "web-1");
    struct reply other = consume_install(&anyone, token, "web-2");

    expect_answer(first, 201);
    expect_answer(again, 201);
    expect_value(&admin, again, "nodeId", value_at(&admin, first, "nodeId").data);
    expect(
        !text_equal(value_at(&admin, again, "agentToken"), value_at(&admin, first, "agentToken")));
    expect(other.status >= 400 && other.status < 500);
}

static bool is_on_record(const struct client *admin, const char *what)
{
    return text_contains(ask(admin, "GET", NULL, "/audit-logs?limit=100").body, text_from(what));
}

static void what_a_false_agent_is_refused_is_on_record(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    struct agent agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    const char *task = given_claimed(&admin, &agent);
    struct agent keyed = agent;
    struct agent thief = agent;
    struct client anyone = {.site = site, .arena = site->arena};

    keyed.client = with(&agent.client, "Idempotency-Key: once\r\n");
    expect_answer(report(&keyed, task, "started", "{}"), 200);
    thief.client =
        with(&anyone, "Authorization: Bearer %064d\r\nx-agent-node-id: %s\r\n", 1, agent.node);
    expect_answer(report(&thief, task, "started", "{}"), 401);
    thief.client = with(&thief.client, "Idempotency-Key: once\r\n");
    expect_answer(report(&thief, task, "started", "{}"), 409);
    expect_answer(
        ask(&anyone, "POST",
            body(&anyone, "{'hostname':'a1','enrollmentToken':'no','os':'linux','arch':'any'}"),
            "/agent/register"),
        403);
    expect_soon(is_on_record(&admin, "POST /agent/tasks/:taskId/started"));
    expect_soon(is_on_record(&admin, "POST /agent/register"));
}

static void a_task_cancelled_before_it_runs_is_never_given_out(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    struct agent agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    const char *task = given_task(&admin, &agent, "uptime");
    struct reply reply = cancel_task(&admin, &agent, task, "not needed");

    expect_answer(reply, 201);
    expect_value(&admin, reply, "status", "cancelled");
    expect_value(&admin, reply, "cancelReason", "not needed");
    expect_value(&agent.client, claim(&agent, 0), "task", "null");
}

static void a_running_task_is_cancelled_through_its_agent(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    struct agent agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    const char *task = given_started_task(&admin, &agent);
    struct reply reply = ask(&agent.client, "GET", NULL, "/agent/tasks/%s/control", task);

    expect_value(&agent.client, reply, "cancelRequested", "false");
    reply = cancel_task(&admin, &agent, task, "too slow");
    expect_value(&admin, reply, "status", "running");
    reply = ask(&agent.client, "GET", NULL, "/agent/tasks/%s/control", task);
    expect_value(&agent.client, reply, "cancelRequested", "true");
    expect_value(&agent.client, reply, "cancelReason", "too slow");
    expect_answer(report(&agent, task, "completed", "{'status':'cancelled'}"), 200);
    expect_value(&admin, read_task(&admin, &agent, task), "status", "cancelled");
}

/* The shortest lease is 15 seconds. */
static void a_claim_that_is_not_started_in_time_is_given_out_again(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    struct agent agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    const char *task = given_claimed(&admin, &agent);
    struct text first =
        document_at(admin.arena, read_task(&admin, &agent, task).body, "claimToken");
    struct reply again;

    expect_soon(has_status(&admin, &agent, task, "queued"));
    again = claim(&agent, 0);
    expect_value(&agent.client, again, "task.id", task);
    expect(!text_equal(value_at(&agent.client, again, "task.claimToken"), first));
}

/* The lease would keep it for 15 seconds; the second claim waits for less. */
static void a_task_claimed_by_a_connection_that_is_gone_waits_again_at_once(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    struct agent agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    const char *task = given_task(&admin, &agent, "uptime");
    int gone = begin_and_end(&agent.client, "POST", "{\"waitMs\":0}", "/agent/tasks/claim");
    struct reply lost = finish(&agent.client, gone);
    struct reply found = claim(&agent, 5000);

    expect_value(&agent.client, lost, "task.id", task);
    expect_value(&agent.client, found, "task.id", task);
    expect(!text_equal(
        value_at(&agent.client, lost, "task.claimToken"),
        value_at(&agent.client, found, "task.claimToken")));
}

static void a_parked_claim_whose_connection_ends_leaves_no_trace(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    struct agent agent = given_agent(&admin, given_workspace(&admin, "acme"), "web-1");
    int waiting = begin_claim(&agent, 30000);
    int64_t size;

    expect_soon(metric_of(site, "claims_parked") == 1);
    size = metric_of(site, "ledger_size");
    peer_reset(waiting);
    expect_soon(metric_of(site, "claims_parked") == 0);
    expect_int64(metric_of(site, "ledger_size"), size);
}

static void what_is_deleted_is_named_in_the_answer(void)
{
    struct site *site = given_running_site(make_database());
    struct client admin = given_admin(site);
    const char *workspace = given_workspace(&admin, "acme");
    struct agent agent = given_agent(&admin, workspace, "web-1");
    struct reply node =
        ask(&admin, "DELETE", NULL, "/workspaces/%s/nodes/%s", workspace, agent.node);
    struct reply gone = ask(&admin, "DELETE", NULL, "/workspaces/%s", workspace);

    expect_answer(node, 200);
    expect_value(&admin, node, "deleted", "true");
    expect_value(&admin, node, "id", agent.node);
    expect_answer(gone, 200);
    expect_value(&admin, gone, "deleted", "true");
    expect_value(&admin, gone, "id", workspace);
    expect_value(&admin, gone, "slug", "acme");
}

static const struct test tests[] = {
    TEST(an_operator_sends_a_task_and_reads_what_came_of_it),
    TEST(the_first_sign_in_after_a_start_is_never_turned_away),
    TEST(a_token_installs_one_machine_only),
    TEST(what_a_false_agent_is_refused_is_on_record),
    TEST(a_task_cancelled_before_it_runs_is_never_given_out),
    TEST(a_running_task_is_cancelled_through_its_agent),
    TEST(a_claim_that_is_not_started_in_time_is_given_out_again),
    TEST(a_task_claimed_by_a_connection_that_is_gone_waits_again_at_once),
    TEST(a_parked_claim_whose_connection_ends_leaves_no_trace),
    TEST(what_is_deleted_is_named_in_the_answer),
};
const struct suite test_main_job_suite = SUITE_WITH("the main job", tests, .tear_down = end_sites);
