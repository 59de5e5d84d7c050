/*
 * A leader and its follower under measurement, each a server with a PostgreSQL of its own; or a leader that nobody
 * follows.
 *
 *   leader listens ─► admit-follower ─► follower is ready ─► leader is ready ─► fleet ─► load ─► followed_catch_up()
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_FOLLOWED_H
#define TESTS_BENCH_FOLLOWED_H

#include "tests/bench/contender.h"

struct bench;

struct followed_order {
    const char *name; /* of the leader's home below the place of the benchmark */
    size_t nodes;     /* of its fleet */
    bool has_follower;
    bool waits; /* the leader acknowledges what the follower holds */
};

struct followed {
    struct served leader;
    struct place follower_home;
    struct site follower;  /* the same admin is signed in there */
    const char *admission; /* file of what admit-follower printed; NULL: nobody follows */
};

/* followed_close() in any case, and of one that was zeroed. */
MUST_USE enum status followed_open(
    struct bench *bench,
    const struct followed_order *order,
    struct followed *out,
    struct error *error);
void followed_close(struct followed *followed);

/* Where its ledger is read: at the follower, or at the leader that nobody follows. */
struct site *followed_reader(struct followed *followed);

/* Sizes of a ledger at about one moment: at the reader a little earlier than at the leader. */
struct followed_sizes {
    int64_t recorded; /* at the leader */
    int64_t held;     /* at the reader */
    int64_t shown;    /* by the reader's read models */
};
MUST_USE enum status
followed_look(struct followed *followed, struct followed_sizes *out, struct error *error);

/* Until the reader shows all that is recorded, at most a minute; gives how long that took. */
MUST_USE enum status
followed_catch_up(struct followed *followed, double *out_ms, struct error *error);

#endif
