/*
 * What most scenarios of a fleet begin with.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_FLEET_H
#define TESTS_SUPPORT_FLEET_H

#include "tests/support/scenario.h"

/* The default workspace W1. */
void given_workspace(struct scenario *s);

/* An archived workspace W2. */
void given_archived_workspace(struct scenario *s);

/* W1 and in it N1 ("web-1"), whose agent speaks with the credential "agent 1". */
void given_node(struct scenario *s);

/* A node of another name in a workspace, its credential of that name too. */
void given_another_node(
    struct scenario *s, struct uuid node_id, struct uuid workspace_id, const char *hostname);

/* N1 with a root access profile in force and wanted off (see enum root_profile). */
void given_root_access(struct scenario *s, int64_t applied_profile);

/* T1 on N1, waiting, accepted under a lease of a minute, or running. */
void given_queued_task(struct scenario *s);
void given_accepted_task(struct scenario *s);
void given_running_task(struct scenario *s);

/* A task on N1 whose id is a UUID of version 4, as agents make them: waiting, or claimed for a minute. */
extern const struct uuid own_task;
void given_own_task(struct scenario *s);
void given_own_claim(struct scenario *s);

/* A workspace of that name, neither default nor archived. */
void given_workspace_called(struct scenario *s, struct uuid workspace_id, const char *slug);

/* An active account, whose address is the name; and that it belongs to a workspace. */
void given_account(struct scenario *s, struct uuid user_id, const char *name);
void given_member(
    struct scenario *s,
    struct uuid membership_id,
    struct uuid workspace_id,
    struct uuid user_id,
    int64_t role);

/* A team of a workspace, and that somebody belongs to it. */
void given_team_called(
    struct scenario *s, struct uuid team_id, struct uuid workspace_id, const char *name);
void given_team_member(
    struct scenario *s,
    struct uuid team_membership_id,
    struct uuid workspace_id,
    struct uuid team_id,
    struct uuid user_id);

#endif
