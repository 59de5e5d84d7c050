/*
 * The limit of a verification of the ledger: the digests that it needs at least, of the same bytes, which lie
 * in memory already, by one thread a processor.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_DIGEST_LIMIT_H
#define TESTS_BENCH_DIGEST_LIMIT_H

#include "tests/bench/place.h"

/* Of a stopped home: events a second, of its first million. An event's digests: its leaf, its body's, and a
 * node of the tree. */
MUST_USE enum status digest_limit_run(const struct place *home, double *out, struct error *error);

#endif
