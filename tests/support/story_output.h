/*
 * The part of a story that is about what tasks wrote.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_OUTPUT_H
#define TESTS_SUPPORT_STORY_OUTPUT_H

#include "tests/support/story.h"

/* The task that was to be stopped right after its last lines tells what came of it, and ends; all that it wrote is
 * withheld, and dropped. */
void given_end_of_stopped(struct test_ledger *ledger, const struct cast *cast);

#endif
