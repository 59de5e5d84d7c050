/*
 * Making the index of a large ledger from nothing. Pair by pair, most pages would be written again with every
 * commit, since the keys of later events lie anywhere among the earlier ones. So all pairs are sorted
 * first, in runs on the disk, which are then merged: each page of the index is written once.
 *
 *   records ─► batch (ledger_index_batch.h) ─► runs, each in order ─► merged ─► index.mdb
 *
 * For ledger_index.c, which does it in steps, so that it can be stopped between two. A build that was
 * stopped begins again.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_LEDGER_INDEX_BUILD_H
#define EVENTLOG_STORE_LEDGER_INDEX_BUILD_H

#include "eventlog/store/ledger_index_batch.h"

/* The file of the runs lies in the directory, without a name. `run_pairs`: how many are sorted in memory.
 * Given. STATUS_UNAVAILABLE where no file can be made. */
MUST_USE enum status index_build_new(
    const char *directory, size_t run_pairs, struct index_build **out, struct error *error);
void index_build_free(struct index_build *build); /* accepts NULL */

/* Adds every pair of a record, in the order of their positions. STATUS_FULL when the disk is. */
MUST_USE enum status
index_build_add(struct index_build *build, const struct record *record, struct error *error);

/* All are added: from now on they are merged. */
MUST_USE enum status index_build_sort(struct index_build *build, struct error *error);
bool index_build_is_sorted(const struct index_build *build);

/* Writes about so many pairs into the table, which was empty before the first step; *out_is_over when
 * they were the last. */
MUST_USE enum status index_build_merge(
    struct index_build *build,
    struct store_cursor *cursor,
    size_t pairs,
    bool *out_is_over,
    struct error *error);

#endif
