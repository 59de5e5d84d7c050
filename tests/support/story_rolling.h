/*
 * The parts of a story that are about rolling runs, and about rollouts of the agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_ROLLING_H
#define TESTS_SUPPORT_STORY_ROLLING_H

#include "tests/support/story.h"

/* One stops at its canary, is tried again, and completes; another one is cancelled. */
void given_story_of_rolling_runs(
    struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

/* One pauses twice, has a target tried again and one left out, and completes; another one is cancelled. */
void given_story_of_rollouts(struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
