/*
 * Pairs of many events on their way into the index, by key: a key's page is looked for once, and takes all
 * of its new positions at once. They are greater than those that it has, so its list only grows at its
 * end. For ledger_index.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_LEDGER_INDEX_BATCH_H
#define EVENTLOG_STORE_LEDGER_INDEX_BATCH_H

#include "eventlog/store/ledger_index_internal.h"

struct index_batch;

/* For records that are added in the order of their positions. Given. */
struct index_batch *index_batch_new(void);
void index_batch_free(struct index_batch *batch);

/* Adds every pair of a record. */
void index_batch_add(struct index_batch *batch, const struct record *record);

/* How many it has. */
size_t index_batch_pairs(const struct index_batch *batch);

/* Has it so many that they should be written? */
bool index_batch_is_large(const struct index_batch *batch);

/* Calls `each` with each stored key, in their order, and all its positions (store_number, one behind the
 * other), until it fails; then the batch is empty. */
MUST_USE enum status index_batch_each(
    struct index_batch *batch,
    enum status (*each)(struct bytes key, struct bytes numbers, void *context, struct error *error),
    void *context,
    struct error *error);

/* Writes the pairs, whose positions must be greater than all that the index has, and empties the batch. */
MUST_USE enum status index_batch_write(
    struct index_batch *batch,
    const struct ledger_index *index,
    struct store_txn *txn,
    struct error *error);

#endif
