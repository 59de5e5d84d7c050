/*
 * What the people of the stories do, as requests.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The value, terminated; a story cannot go on without it. */
static const char *
taken(const struct client *client, struct reply reply, int wanted, const char *path)
{
    struct text value = value_at(client, reply, path);

    if (reply.status == wanted && text_is_present(value))
        return value.data;
    printf(
        "\nwanted %d with \"%s\", answered %d: %.*s\n", wanted, path, reply.status,
        TEXT_ARGS(reply.body));
    printf("%.*s\n", TEXT_ARGS(contents_of(client->arena, client->site->log)));
    exit(EXIT_FAILURE);
}

struct client given_admin(struct site *site)
{
    struct client anyone = {.site = site, .arena = site->arena};
    struct reply reply =
        ask(&anyone, "POST",
            body(&anyone, "{'email':'%s','password':'%s'}", ADMIN_EMAIL, ADMIN_PASSWORD),
            "/auth/login");

    return with(&anyone, "Authorization: Bearer %s\r\n", taken(&anyone, reply, 200, "accessToken"));
}

const char *given_workspace(const struct client *admin, const char *slug)
{
    struct reply reply =
        ask(admin, "POST", body(admin, "{'name':'Workspace %s','slug':'%s'}", slug, slug),
            "/workspaces");

    return taken(admin, reply, 201, "id");
}

struct reply create_install(const struct client *admin, const char *workspace, const char *name)
{
    return ask(
        admin, "POST", body(admin, "{'nodeName':'%s'}", name), "/workspaces/%s/node-installs",
        workspace);
}

const char *bootstrap_token(const struct client *admin, const struct reply *install)
{
    static const char option[] = "--bootstrap-token '";
    const char *command = taken(admin, *install, 201, "installCommand");
    const char *at = strstr(command, option);

    if (at == NULL)
        return "";
    at += sizeof(option) - 1;
    return text_copy(admin->arena, (struct text){at, strcspn(at, "'")}).data;
}

struct reply consume_install(const struct client *anyone, const char *token, const char *hostname)
{
    return ask(
        anyone, "POST",
        body(
            anyone,
            "{'token':'%s','hostname':'%s','additionalInfo':{'os':'Debian 12','arch':'amd64',"
            "'agentVersion':'1.2.3'}}",
            token, hostname),
        "/node-installs/consume");
}

struct agent given_agent(const struct client *admin, const char *workspace, const char *hostname)
{
    struct client anyone = {.site = admin->site, .arena = admin->arena};
    struct reply install = create_install(admin, workspace, hostname);
    struct reply consumed = consume_install(&anyone, bootstrap_token(admin, &install), hostname);
    struct agent agent = {
        .workspace = workspace,
        .node = taken(&anyone, consumed, 201, "nodeId"),
        .token = taken(&anyone, consumed, 201, "agentToken"),
    };

    agent.client = with(
        &anyone, "X-Agent-Node-Id: %s\r\nAuthorization: Bearer %s\r\n", agent.node, agent.token);
    taken(&anyone, heartbeat(&agent), 200, "acknowledged");
    return agent;
}

struct reply create_task(const struct client *admin, const struct agent *agent, const char *command)
{
    return ask(
        admin, "POST",
        body(
            admin, "{'nodeId':'%s','type':'shell.exec','payload':{'command':'%s','timeout':60}}",
            agent->node, command),
        "/workspaces/%s/tasks", agent->workspace);
}

const char *given_task(const struct client *admin, const struct agent *agent, const char *command)
{
    return taken(admin, create_task(admin, agent, command), 201, "id");
}

const char *given_claimed(const struct client *admin, const struct agent *agent)
{
    given_task(admin, agent, "uptime");
    return taken(&agent->client, claim(agent, 5000), 200, "task.id");
}

const char *given_started_task(const struct client *admin, const struct agent *agent)
{
    const char *task = given_claimed(admin, agent);

    taken(&agent->client, report(agent, task, "started", "{}"), 200, "startedAt");
    return task;
}

struct reply read_task(const struct client *admin, const struct agent *agent, const char *task)
{
    return ask(admin, "GET", NULL, "/workspaces/%s/tasks/%s", agent->workspace, task);
}

struct reply cancel_task(
    const struct client *admin, const struct agent *agent, const char *task, const char *reason)
{
    return ask(
        admin, "POST", body(admin, "{'reason':'%s'}", reason), "/workspaces/%s/tasks/%s/cancel",
        agent->workspace, task);
}

const char *status_of(const struct client *admin, const struct agent *agent, const char *task)
{
    return taken(admin, read_task(admin, agent, task), 200, "status");
}

bool has_status(
    const struct client *admin, const struct agent *agent, const char *task, const char *status)
{
    return strcmp(status_of(admin, agent, task), status) == 0;
}

struct reply heartbeat(const struct agent *agent)
{
    const struct client *client = &agent->client;

    return ask(
        client, "POST",
        body(
            client, "{'nodeId':'%s','agentToken':'%s','agentVersion':'1.2.3'}", agent->node,
            agent->token),
        "/agent/heartbeat");
}

int begin_claim(const struct agent *agent, int wait_ms)
{
    const struct client *client = &agent->client;

    return begin(client, "POST", body(client, "{'waitMs':%d}", wait_ms), "/agent/tasks/claim");
}

struct reply claim(const struct agent *agent, int wait_ms)
{
    return finish(&agent->client, begin_claim(agent, wait_ms));
}

struct reply
report(const struct agent *agent, const char *task, const char *what, const char *format)
{
    const struct client *client = &agent->client;

    return ask(client, "POST", body(client, "%s", format), "/agent/tasks/%s/%s", task, what);
}
