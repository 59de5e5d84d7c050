/*
 * Schedules for scenarios.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_SCHEDULES_H
#define TESTS_SUPPORT_SCHEDULES_H

#include "commands/schedule/schedule_commands.h"
#include "eventlog/events/schedule_events.h"
#include "tests/support/scenario.h"

#define S1 id_named("schedule 1")
#define S2 id_named("schedule 2")
#define G1 id_named("team 1")

/* "Nightly" of W1 for N1, owned by U1: "date" every ten minutes by the clocks of UTC, next at that time. */
struct schedule_created make_schedule(struct uuid schedule_id, const char *next_run_at);

/* That it was created. */
void given_schedule(struct scenario *s, const struct schedule_created *schedule);
void given_schedule_due(struct scenario *s, struct uuid schedule_id, const char *next_run_at);

/* An order for the same, as people write it. */
struct create_schedule make_schedule_order(void);

#endif
