/*
 * The part of a story that is about authority.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_AUTHORITY_H
#define TESTS_SUPPORT_STORY_AUTHORITY_H

#include "tests/support/story.h"

/* Roles count by themselves in a story; its grants are signed all the same, so that verify finds nothing wrong. */
void given_story_of_authority(
    struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
