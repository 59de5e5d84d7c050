/*
 * A leader and its follower, each a server with a database of its own, and the same person at both.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_FOLLOWED_H
#define TESTS_E2E_FOLLOWED_H

#include "tests/e2e/people.h"

#define FOLLOWED_SECRET "a secret of tests" /* as tests/support/fixture.h has it */
#define FOLLOWER_NAME   "second site"

struct followed {
    struct site *leader; /* keeps its port from start to start */
    struct site *follower;
    const char *name;     /* of the follower, as it is admitted */
    const char *key;      /* that verifies the leader's checkpoints */
    struct client admin;  /* at the leader */
    struct client reader; /* the same person, at the follower */
    const char *workspace;
};

/* A port of the loopback that stays from start to start. */
void given_port(struct site *site);

/* The same on sites that are there. Whoever follows asks the leader at that URL. */
void given_leader_on(struct followed *out, struct site *leader);
void given_follower_on(struct followed *both, struct site *follower, const char *url);

/* A leader that runs; with a follower's empty site, admitted; and with that running, too. */
void given_leader(struct followed *out);
void given_follower_site(struct followed *both);
void given_both(struct followed *out);

/* Admits it (again) and gives it the token and the key. */
void given_admission(struct followed *both);

/* Another key signs at that leader from now on, and the former one no more: the new one, as it is printed. */
const char *given_rotated_key(struct site *leader);

/* Renames the workspace, in the name of whoever asks. */
struct reply rename_by(const struct followed *both, const struct client *client, const char *name);
/* The same at the leader, so many times: "<name> 0", "<name> 1" … */
void given_changes(const struct followed *both, const char *name, int count);
struct text name_at(const struct followed *both, const struct client *client);

/* Has the follower all that the leader has, and shows the same checkpoint? */
bool has_caught_up(const struct followed *both);

#endif
