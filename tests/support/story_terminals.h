/*
 * The part of a story that is about terminals.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_TERMINALS_H
#define TESTS_SUPPORT_STORY_TERMINALS_H

#include "tests/support/story.h"

/* A session that is used, closed and dropped, and one that fails before it is open. */
void given_story_of_terminals(struct test_ledger *ledger, const struct cast *cast);

#endif
