/*
 * The part of a story that is about templates of tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_TEMPLATES_H
#define TESTS_SUPPORT_STORY_TEMPLATES_H

#include "tests/support/story.h"

/* One is changed and stays, another one is deleted. */
void given_story_of_templates(
    struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
