/*
 * What somebody sees who changes something at a leader and reads it at its follower, while others load the leader:
 * a task after the other, by a thread of its own.
 *
 *   look at both ledgers ─► create a task at the leader ─answer─► read it at the follower ─► shown
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_LAG_PROBE_H
#define TESTS_BENCH_LAG_PROBE_H

#include "tests/bench/followed.h"

struct lag_probe;

struct lags {
    struct series events;   /* on the leader's ledger, not on the follower's: at most so many */
    struct series shown_us; /* from the leader's answer until the follower shows it */
};

/* Given. Nobody else may ask the sites meanwhile; loads may. */
struct lag_probe *lag_probe_start(struct followed *followed);

/* Ends and frees it; `out` is filled for lags_free() in any case. The first failure of the probe. */
MUST_USE enum status lag_probe_end(struct lag_probe *probe, struct lags *out, struct error *error);
void lags_free(struct lags *lags);

#endif
