/*
 * Where callers wait for what other threads announce: for a key (work for a node, the end of a
 * task) or for a number that only rises (a size), each until its deadline.
 *
 *   waitlist_add_key ────► key → waiters, first come first ── waitlist_wake_key ──┐
 *   waitlist_add_number ─► heap by number ─────────────── waitlist_wake_reached ──┼─► waiter->wake
 *   either ──────────────► heap by deadline ──────────────────── waitlist_expire ─┘
 *
 * A waiter is embedded in whatever waits, so that waiting allocates nothing; waking costs by the
 * waiters concerned, never by all. Time is handed in. One thread at a time, usually a loop's.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_WAITLIST_H
#define CORE_RUN_WAITLIST_H

#include "core/base/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct waitlist;

enum wake_reason {
    WAKE_REACHED, /* its key was called, or its number reached */
    WAKE_EXPIRED, /* its deadline has passed */
    WAKE_ENDED    /* waitlist_wake_all() */
};

/* Borrowed from waitlist_add_…() until `wake` is called or waitlist_cancel() returns. `wake` may
 * add it (or others) again, and cancel others. */
struct waiter {
    void (*wake)(struct waiter *waiter, enum wake_reason reason);

    /* The list's own. */
    struct waiter *next; /* a ring: of its key, or of those that are being woken; NULL: alone */
    struct waiter *previous;
    struct uuid key;
    int64_t ranks[2]; /* deadline, number */
    size_t slots[2];  /* where it stands in the heaps, from 1; 0: nowhere */
};

struct waitlist *waitlist_new(void);
void waitlist_free(struct waitlist *list); /* accepts NULL; forgets those who still wait */

/* Waits until `key` (present) is called; `deadline_us` by the clock of waitlist_expire(). */
void waitlist_add_key(
    struct waitlist *list, struct waiter *waiter, struct uuid key, int64_t deadline_us);

/* Waits until `number` is reached. */
void waitlist_add_number(
    struct waitlist *list, struct waiter *waiter, uint64_t number, int64_t deadline_us);

/* Wakes those who wait at the time of the call: of a key in the order in which they came, of
 * numbers the lower first, of deadlines the earlier first. */
void waitlist_wake_key(struct waitlist *list, struct uuid key);
void waitlist_wake_reached(struct waitlist *list, uint64_t number);
void waitlist_expire(struct waitlist *list, int64_t now_us);
void waitlist_wake_all(struct waitlist *list);

/* Takes a waiter out without waking it. Nothing happens to one that does not wait. */
void waitlist_cancel(struct waitlist *list, struct waiter *waiter);

/* The earliest deadline, INT64_MAX for none. */
int64_t waitlist_next_deadline(const struct waitlist *list);

size_t waitlist_count(const struct waitlist *list);

#endif
