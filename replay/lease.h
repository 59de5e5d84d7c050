/*
 * The lease to lead: a row in a PostgreSQL that all who may lead share. Whoever holds it renews it; whoever wants it
 * watches whether it is renewed.
 *
 *   leader     renews, and may acknowledge until <lease> after the moment before the last renewal was sent
 *   candidate  sees it unchanged for two leases by a clock of its own ─► takes it, with the next term
 *
 * So nothing depends on the clock of the database, or on clocks that agree: only on clocks that run at about the same
 * speed (CLOCK_BOOTTIME, which runs on while the machine sleeps), and on a database that does not forget what it has
 * committed. A hypervisor that pauses a machine may stop all of its clocks; the time of day is put right afterwards: a leap of
 * that by as much as the lease has left ends it, until it is renewed. Each renewal and each taking names the term that it knows: the
 * database decides between two. The epoch of the ledger fences besides: nobody takes the lease whose ledger is of an
 * older epoch than that of who held it last. Who takes over claims the next epoch before it records it: whatever happens
 * to it then, nobody of the older one leads any more.
 *
 * A candidate leads with what it has, so it must have enough: all that its leader had signed, within the last lease before
 * that one renewed the last time; or as many events as the holder had then, by the row. So one that was cut off from its
 * leader, or started when that was gone already, does not take it with less.
 *
 * A row: ledger, holder, term, renewals, epoch, size, until (by the database's clock, for people).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_LEASE_H
#define REPLAY_LEASE_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct lease;

struct lease_settings {
    const char *conninfo;
    int64_t seconds;
    struct uuid
        holder; /* that took it for this home, before the process was killed; UUID_NONE: this process, newly */
    int64_t (*now_us)(void);  /* NULL: boottime_us() */
    int64_t (*wall_us)(void); /* NULL: timestamp_now() */
};

/* Given. Nothing is asked yet. */
struct lease *lease_new(const struct lease_settings *settings);
void lease_free(struct lease *lease); /* after its thread; accepts NULL */

/* The ledger that it is about. */
struct lease_ledger {
    struct text
        name; /* that it never loses; "": this server is not to lead (any more), and gives back what it holds */
    int64_t epoch; /* with another one it is not held before it was renewed with that */
    uint64_t size;
    bool
        is_following; /* it takes the lease only where somebody else held it, after twice the time, with enough */
    int64_t
        lag_us; /* how long ago it last had all that its leader had signed; INT64_MAX: never yet */
};

/* Any thread; before the first there is nothing to hold. */
void lease_know(struct lease *lease, const struct lease_ledger *ledger);

/* Asks the database once: renews, takes, or watches. STATUS_UNAVAILABLE where it is away. Any thread. */
MUST_USE enum status lease_step(struct lease *lease, struct error *error);

/* Renews it with the next epoch, which the caller is about to record; once between two lease_know(). STATUS_UNAVAILABLE
 * where the database is away (perhaps it did then), or with the code "no_lease" where the holder is not the last who took
 * it: another server may have led since. Any thread; waits for the database. */
MUST_USE enum status lease_claim(struct lease *lease, struct error *error);

/* By whom it is taken and held: written down by who takes over, so that another process can go on with that. */
struct uuid lease_holder(const struct lease *lease);

/* The moments until which it is held, by the clock above and by the time of day, in microseconds; it is not any more once
 * either has come, and with 0 as the first not at all. Any thread, no lock; they live as long as the lease. */
const atomic_int_fast64_t *lease_until(const struct lease *lease);
const atomic_int_fast64_t *lease_wall_until(const struct lease *lease);

/* Is it held at this moment? Of NULL not. Any thread. */
bool lease_is_held(const struct lease *lease);

/* Steps several times a lease until lease_stop(); gives it back then, so that the next start need not wait. A thread of
 * its own. */
void lease_run(void *lease);
void lease_stop(struct lease *lease); /* any thread; accepts NULL */

#endif
