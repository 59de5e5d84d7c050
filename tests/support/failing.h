/*
 * Commits of a store that fail when a test says so.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_FAILING_H
#define TESTS_SUPPORT_FAILING_H

#include "eventlog/store/env.h"

/* Fails the next so many commits. */
struct failing {
    struct store_fault_injection injection;
    int left;
};

static inline enum store_fault fail_next_commits(void *context, bool is_commit)
{
    struct failing *failing = context;

    if (!is_commit || failing->left == 0)
        return STORE_FAULT_NONE;
    failing->left--;
    return STORE_FAULT_BEFORE;
}

/* None as yet; `*failing` stays where it is for as long as the store. */
static inline const struct store_fault_injection *failing_at_will(struct failing *failing)
{
    *failing = (struct failing){{fail_next_commits, failing}, 0};
    return &failing->injection;
}

#endif
