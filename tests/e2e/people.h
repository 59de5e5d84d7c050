/*
 * The people of the stories: an admin, workspaces, agents on their nodes, and what they do. given_
 * verbs end the test program where they fail, so that a story may build on them; the others answer
 * what the server said.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_PEOPLE_H
#define TESTS_E2E_PEOPLE_H

#include "tests/e2e/client.h"

#define ADMIN_EMAIL    "admin@fleet.example"
#define ADMIN_PASSWORD "a long enough password"

/* The first admin, signed in. */
struct client given_admin(struct site *site);

/* Its id. */
const char *given_workspace(const struct client *admin, const char *slug);

/* An agent that enrolled with a one-click install and was heard once. */
struct agent {
    struct client client;
    const char *workspace;
    const char *node;
    const char *token;
};
struct agent given_agent(const struct client *admin, const char *workspace, const char *hostname);

/* A shell task, queued. Its id. */
const char *given_task(const struct client *admin, const struct agent *agent, const char *command);
/* The same, claimed by the agent, or claimed and started. */
const char *given_claimed(const struct client *admin, const struct agent *agent);
const char *given_started_task(const struct client *admin, const struct agent *agent);

/* POST …/node-installs, the bootstrap token out of its command, POST /node-installs/consume. */
struct reply create_install(const struct client *admin, const char *workspace, const char *name);
const char *bootstrap_token(const struct client *admin, const struct reply *install);
struct reply consume_install(const struct client *anyone, const char *token, const char *hostname);

struct reply
create_task(const struct client *admin, const struct agent *agent, const char *command);
struct reply read_task(const struct client *admin, const struct agent *agent, const char *task);
struct reply cancel_task(
    const struct client *admin, const struct agent *agent, const char *task, const char *reason);
/* How the task stands, by the read model. */
const char *status_of(const struct client *admin, const struct agent *agent, const char *task);
bool has_status(
    const struct client *admin, const struct agent *agent, const char *task, const char *status);

struct reply heartbeat(const struct agent *agent);
struct reply claim(const struct agent *agent, int wait_ms);
int begin_claim(const struct agent *agent, int wait_ms);
/* POST /agent/tasks/:task/<what>; ' for " in the body. */
struct reply
report(const struct agent *agent, const char *task, const char *what, const char *body);

#endif
