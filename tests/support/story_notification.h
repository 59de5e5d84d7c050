/*
 * The part of a story that is about what is told: deliveries of mails, and channels.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_NOTIFICATION_H
#define TESTS_SUPPORT_STORY_NOTIFICATION_H

#include "tests/support/story.h"

/* Letters that arrive, fail, are given up; of three channels one stays, and what happens next goes by it, one is switched off, one is deleted. */
void given_story_of_notification(
    struct test_ledger *ledger, const struct cast *cast, unsigned chapter);

#endif
