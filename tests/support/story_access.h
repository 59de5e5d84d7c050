/*
 * The part of a story that is about what opens the server to people and programs, and about its settings.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_ACCESS_H
#define TESTS_SUPPORT_STORY_ACCESS_H

#include "tests/support/story.h"

/* Of two sessions one ends, of two tokens one does; a setting is changed, and a secret one. */
void given_story_of_access(struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
