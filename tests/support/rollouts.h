/*
 * Rollouts for scenarios.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_ROLLOUTS_H
#define TESTS_SUPPORT_ROLLOUTS_H

#include "commands/rollout/rollout.h"
#include "tests/support/rolling.h"
#include "tests/support/scenario.h"

/* A fleet of so many nodes (fleet_node), whose agents are there and of version 1.0.0. */
void given_agents(struct scenario *s, size_t count);

/* An order for the first nodes of the fleet, to 1.1.0; and the same with what the catalogue says, given. */
struct create_rollout make_rollout_order(size_t targets);
struct uuid given_rollout(struct scenario *s, const struct create_rollout *order);

/* A scenario with a rollout to 1.1.0 of so many nodes, one after the other, whose first update was dispatched. */
struct scenario *given_begun_rollout(size_t targets, struct uuid *out_rollout);

/* A second goes by, and the clock looks until there is nothing to begin or to judge. */
void when_rollouts_settle(struct scenario *s);

/* Somebody does something with a rollout, or with its n-th target. */
void when_steered(struct scenario *s, const struct command *command, struct uuid rollout);
void when_target_steered(
    struct scenario *s, const struct command *command, struct uuid rollout, size_t n);

/* The agent of the n-th node shows a version; its update reports; its task ends. */
void given_version(struct scenario *s, size_t n, const char *version);
void when_reported(
    struct scenario *s, struct uuid rollout, size_t n, const char *status, int64_t percent);
void given_update_ended(struct scenario *s, struct uuid rollout, size_t n, enum task_status status);

struct rollout rollout_of(const struct scenario *s, struct uuid rollout);
/* The texts live as long as the scenario. */
struct rollout_target target_of(const struct scenario *s, struct uuid rollout, size_t n);

/* "running: 1 pending, 1 active, 0 failed", and then the status of each target. */
void expect_rollout(const struct scenario *s, struct uuid rollout, const char *wanted);

#endif
