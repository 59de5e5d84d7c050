/*
 * The part of a story that is about upgrades of the program.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_UPGRADES_H
#define TESTS_SUPPORT_STORY_UPGRADES_H

#include "tests/support/story.h"

/* A release is fetched, and does not come up. */
void given_story_of_upgrades(struct test_ledger *ledger, unsigned chapter);

#endif
