/*
 * What the rows of backup and restore order of the program: starts of a home, and sub-commands that say how long they
 * took.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_RECOVERY_H
#define TESTS_BENCH_RECOVERY_H

#include "tests/bench/rows.h"

/* Starts a server on the home, until it is ready and everything derived is made; gives how long that took, and stops
 * it. */
MUST_USE enum status recovery_start(
    struct bench *bench, const struct place *home, double *out_seconds, struct error *error);

/* The same until the server has recorded so many log lines more, and signed all of its ledger, which a backup needs
 * of a home that is stopped. */
MUST_USE enum status
recovery_sign(struct bench *bench, const struct place *home, int64_t lines, struct error *error);

/* A sub-command that tells what it did as JSON, and the numbers that members of it are, in `out`. Both lists are
 * NULL-ended. */
struct recovery_order {
    const char *const *arguments;
    const char *const *members;
};
MUST_USE enum status recovery_run(
    struct bench *bench,
    const struct place *home,
    const struct recovery_order *order,
    double *out,
    struct error *error);

/* fleetledger backup of a home to a directory. */
struct recovery_backup {
    double events; /* that it has added there */
    double seconds;
};
MUST_USE enum status recovery_back_up(
    struct bench *bench,
    const struct place *home,
    const struct place *store,
    struct recovery_backup *out,
    struct error *error);

#endif
