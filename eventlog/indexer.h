/*
 * The indexer: keeps the ledger's index up to date, on a thread of its own, a second or so behind.
 *
 *   writer ──indexer_wake──► indexer ──ledger_index_catch_up──► index.mdb
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_INDEXER_H
#define EVENTLOG_INDEXER_H

struct indexer;
struct ledger_index;

struct indexer *indexer_new(struct ledger_index *index); /* borrowed */
void indexer_free(struct indexer *indexer);              /* accepts NULL */

/* Follows the ledger until indexer_stop(). The indexer's thread. */
void indexer_run(struct indexer *indexer);

/* Something was appended: wakes it. Any thread. */
void indexer_wake(struct indexer *indexer);
void indexer_stop(struct indexer *indexer); /* any thread */

#endif
