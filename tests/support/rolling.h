/*
 * Rolling runs for scenarios.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_ROLLING_H
#define TESTS_SUPPORT_ROLLING_H

#include "commands/rolling/rolling.h"
#include "tests/support/scenario.h"

#define RUN1 id_named("rolling run 1")
#define RUN2 id_named("rolling run 2")
#define G1   id_named("team 1")

/* The n-th node of a fleet, and that W1 has so many ("web-0", …). */
struct uuid fleet_node(size_t n);
void given_fleet(struct scenario *s, size_t count);

/* "Upgrade" of W1, owned by U1: a shell.exec for the first nodes of the fleet, a canary of one, then waves of two, no
 * pause, no failure, an hour to claim. */
struct rolling_run_created make_rolling_run(struct uuid run_id, size_t targets);

/* That it was created. */
void given_rolling_run(struct scenario *s, const struct rolling_run_created *run);

/* A second goes by and the clock looks; then it does so until there is nothing to look at. */
void when_looked_at(struct scenario *s);
void when_settled(struct scenario *s);

/* The run as it stands, a target's newest task, and that it has ended so. */
struct rolling_run rolling_run_of(const struct scenario *s, struct uuid run_id);
struct uuid task_of_target(const struct scenario *s, struct uuid run_id, size_t n);
void given_target_ended(struct scenario *s, struct uuid run_id, size_t n, enum task_status status);

/* An order for the same, as people write it. */
struct create_rolling_run make_rolling_order(size_t targets);

#endif
