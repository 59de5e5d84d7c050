/*
 * The part of a story that is about secrets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_SECRETS_H
#define TESTS_SUPPORT_STORY_SECRETS_H

#include "tests/support/story.h"

/* One is used, changed and given another value; of the other nothing is left. */
void given_story_of_secrets(struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
