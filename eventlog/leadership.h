/*
 * May this server acknowledge anything? Published by whoever learns of it, asked by any thread without a lock.
 *
 *   ledger ──leader_promoted──► epoch          another leader's proof ──► superseded, for good: <home>/superseded
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEADERSHIP_H
#define EVENTLOG_LEADERSHIP_H

#include "core/base/error.h"
#include "eventlog/log_identity.h"
#include "eventlog/succession.h"

#include <pthread.h>
#include <stdatomic.h>

struct leadership {
    const char *home;
    char name[256];                            /* of the ledger; "" before position 0 */
    atomic_int_fast64_t epoch;                 /* of its origin */
    atomic_int_fast64_t since;                 /* size at which that began */
    atomic_bool is_superseded;                 /* another server leads … */
    struct error why;                          /* … as this says; written before is_superseded */
    const atomic_int_fast64_t *lease_until_us; /* by boottime_us(); NULL: it needs no lease */
    const atomic_int_fast64_t
        *lease_wall_until_us; /* by timestamp_now(); NULL: that is not asked */
    pthread_mutex_t lock;     /* for those who learn of it */
};

/* Of the ledger as it is; reads whether the home is superseded. `home` is borrowed. */
MUST_USE enum status leadership_begin(
    struct leadership *leadership,
    const char *home,
    const struct log_identity *identity,
    struct error *error);
void leadership_end(struct leadership *leadership);

/* What was appended. The writer's thread, or whoever appends before that runs. */
void leadership_note(struct leadership *leadership, const struct record *records, size_t count);

/* Another server leads, as was proved: on disk before it is published. `size` is that of our ledger. */
MUST_USE enum status leadership_supersede(
    struct leadership *leadership,
    const struct succession *succession,
    const struct succeeded *proved,
    uint64_t size,
    struct error *error);

/* Does another one lead? Then `why` (may be NULL) says so. */
static inline bool leadership_is_superseded(const struct leadership *leadership, struct error *why)
{
    if (leadership == NULL || !atomic_load(&leadership->is_superseded))
        return false;
    if (why != NULL)
        *why = leadership->why;
    return true;
}

/* May it acknowledge at this moment? Else `error` says why not: codes "superseded", "no_lease". Of NULL always. Any
 * thread. */
MUST_USE enum status leadership_hold(const struct leadership *leadership, struct error *error);

#endif
