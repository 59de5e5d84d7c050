/*
 * A story that is told: who and what there is in it by now. For the files that tell one.
 *
 *   story_tell() ─► ledger, admin, workspaces, a node ─► what comes next, again and again, until all is told
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_HISTORY_STORY_H
#define TESTS_BENCH_HISTORY_STORY_H

#include "tests/bench/history.h"

enum { STORY_WORKSPACES = 20, STORY_USERS = 256, STORY_TASKS = 2048 };

struct node {
    struct thing stream;
    struct uuid workspace;
    bool is_online;
    unsigned number;
};

enum task_step { STEP_NONE, STEP_CREATED, STEP_CLAIMED, STEP_STARTED, STEP_LOGGED };

struct task {
    struct thing stream;
    const struct node *node;
    enum task_step step;
    unsigned logged;
};

struct story {
    struct history *history;
    struct thing workspaces[STORY_WORKSPACES];
    struct thing users[STORY_USERS];
    unsigned user_count;
    struct node *nodes;
    unsigned node_count;
    unsigned most_nodes;
    struct task tasks[STORY_TASKS];
    char address[24];     /* of whoever acts */
    struct text password; /* hashed */
};

/* The beginning, and then what `next` tells, by number from 1, until all is told. */
MUST_USE enum status story_tell(
    struct history *history,
    unsigned most_nodes,
    enum status (*next)(struct story *story, unsigned number, struct error *error),
    struct error *error);

/* An account of that number: 0 is the admin of a site. All have the same password. */
MUST_USE enum status
story_register(struct story *story, unsigned number, struct thing *out, struct error *error);

/* What is added from now on is done by one of the story's people, whom it gives. */
struct thing *story_as_some_user(struct story *story);

#endif
