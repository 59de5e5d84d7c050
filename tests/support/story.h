/*
 * A story that has every event in it at least once, for tests that compare whole sets.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_STORY_H
#define TESTS_SUPPORT_STORY_H

#include "tests/support/ledger.h"

/* The people and things of chapter n; every chapter has its own, but for the first admin. */
struct cast {
    struct uuid admin;
    struct uuid workspace;
    struct uuid membership;
    struct uuid install;
    struct uuid node;     /* installed, online, removed at the end of every third chapter */
    struct uuid other;    /* registered by the shared token */
    struct uuid task;     /* done */
    struct uuid stale;    /* timed out */
    struct uuid unwanted; /* cancelled before it ran */
    struct uuid stopped;  /* cancelled while it ran */
    struct uuid terminal; /* closed, its transcript expired */
    struct uuid failed_terminal;
};
struct cast make_cast(unsigned chapter);

/* The ledger opens and the admin registers; then a chapter, about forty events. */
void given_opening(struct test_ledger *ledger);
void given_chapter(struct test_ledger *ledger, unsigned chapter);

#endif
