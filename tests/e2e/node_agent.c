/*
 * Agents as child processes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/node_agent.h"

#include "core/base/must.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum { MOST_NODES = 8, END_S = 60 };

static struct node_agent *running[MOST_NODES];
static unsigned failures_before;

pid_t start_node_program(
    const struct node_agent *node, const char *const *arguments, const char *log)
{
    const char *argv[14] = {arguments[0]};
    struct arena *arena = node->site->arena;
    size_t count = 1;

    argv[count++] = text_format(arena, "--api-url=http://localhost:%d", node->site->port).data;
    argv[count++] = text_format(arena, "--state-directory=%s", node->state).data;
    argv[count++] = "--config-file=/nonexistent";
    argv[count++] = "--heartbeat-interval-seconds=1";
    argv[count++] = "--metrics-interval-seconds=1";
    argv[count++] = "--shutdown-timeout-seconds=10";
    argv[count++] = "--location-region=eu-north";
    for (size_t i = 1; arguments[i] != NULL; i++) {
        must(count + 1 < COUNT_OF(argv));
        argv[count++] = arguments[i];
    }
    return start_other_program(
        node->site, node->program == NULL ? test_node_agent : node->program, argv, log);
}

struct program_run run_node(const struct node_agent *node, const char *const *arguments)
{
    const char *log = text_format(node->site->arena, "%s.program", node->log).data;
    struct program_run run;
    pid_t pid = start_node_program(node, arguments, log);

    run.exit_code = program_ended(pid, END_S * (int64_t)US_PER_S);
    run.output = contents_of(node->site->arena, log);
    return run;
}

struct node_agent given_node(const struct client *admin, const char *workspace)
{
    struct node_agent node = {.site = admin->site};
    struct reply install = create_install(admin, workspace, "machine");
    struct program_run run;
    struct text identity;

    given_setting(node.site, "PORT", text_format(admin->arena, "%d", node.site->port).data);
    node.state = make_directory();
    node.log = text_format(admin->arena, "%s/agent.log", make_directory()).data;
    run = RUN_NODE(&node, "bootstrap", "--bootstrap-token", bootstrap_token(admin, &install));
    if (run.exit_code != 0) {
        printf("bootstrap: %.*s\n", TEXT_ARGS(run.output));
        exit(EXIT_FAILURE);
    }
    identity =
        contents_of(admin->arena, text_format(admin->arena, "%s/identity.json", node.state).data);
    node.agent.client = (struct client){.site = admin->site, .arena = admin->arena};
    node.agent.workspace = workspace;
    node.agent.node = document_at(admin->arena, identity, "nodeId").data;
    node.agent.token = document_at(admin->arena, identity, "agentToken").data;
    return node;
}

void given_node_running(struct node_agent *node)
{
    static const char *const run[] = {"run", NULL};
    size_t i = 0;

    must(node->pid == 0);
    failures_before = expect_failures();
    node->pid = start_node_program(node, run, node->log);
    while (running[i] != NULL && running[i] != node)
        i++;
    must(i + 1 < MOST_NODES);
    running[i] = node;
}

int stop_node(struct node_agent *node)
{
    int how;

    must(node->pid > 0 && kill(node->pid, SIGTERM) == 0);
    how = program_ended(node->pid, END_S * (int64_t)US_PER_S);
    if (how != -1000)
        node->pid = 0;
    return how;
}

void kill_node(struct node_agent *node)
{
    must(node->pid > 0 && kill(node->pid, SIGKILL) == 0);
    must(waitpid(node->pid, NULL, 0) == node->pid);
    node->pid = 0;
}

void end_nodes(void)
{
    for (size_t i = 0; i < MOST_NODES && running[i] != NULL; i++) {
        struct node_agent *node = running[i];

        if (expect_failures() > failures_before)
            printf(
                "\n--- log of the agent\n%.*s---\n",
                TEXT_ARGS(contents_of(node->site->arena, node->log)));
        if (node->pid > 0)
            kill_node(node);
        running[i] = NULL;
    }
}
