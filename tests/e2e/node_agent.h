/*
 * A node as it is in the field: our agent as a process of its own, enrolled with a one-click install.
 * It ends with the test.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_NODE_AGENT_H
#define TESTS_E2E_NODE_AGENT_H

#include "tests/e2e/people.h"

/* `agent` is who the server knows it as; its token is the agent's own secret. */
struct node_agent {
    struct agent agent;
    struct site *site;
    const char *state; /* its directory */
    const char *log;
    const char *program; /* NULL: the build's */
    pid_t pid;           /* 0: it does not run */
};

/* Enrolled, and not running. The site keeps its port from now on. */
struct node_agent given_node(const struct client *admin, const char *workspace);

void given_node_running(struct node_agent *node);

/* SIGTERM; the exit code, or minus the signal that ended it, or -1000 after 60 s. */
int stop_node(struct node_agent *node);
/* SIGKILL, and waits for its end. */
void kill_node(struct node_agent *node);

/* Runs the agent's program to its end (at most 60 s) with the node's settings. */
#define RUN_NODE(node, ...) run_node((node), (const char *const[]){__VA_ARGS__, NULL})
struct program_run run_node(const struct node_agent *node, const char *const *arguments);

/* The same without waiting; its output goes to `log`. */
pid_t start_node_program(
    const struct node_agent *node, const char *const *arguments, const char *log);

/* Tear-down, before end_sites(): ends what still runs, prints its log if a check has failed. */
void end_nodes(void);

#endif
