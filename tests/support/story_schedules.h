/*
 * The part of a story that is about schedules.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_SCHEDULES_H
#define TESTS_SUPPORT_STORY_SCHEDULES_H

#include "tests/support/story.h"

/* One of the node runs, fails and is switched off and on; one of a team goes again. */
void given_story_of_schedules(
    struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
