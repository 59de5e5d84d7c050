/*
 * The part of a story that is about labels of nodes, and selections by them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_LABELS_H
#define TESTS_SUPPORT_STORY_LABELS_H

#include "tests/support/story.h"

/* Some stay, some are taken away, some are the agent's; of two selections one stays. */
void given_story_of_labels(struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
