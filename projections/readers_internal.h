/*
 * Readers ahead of a rebuild: threads that read, check, decode and open the next batches while the
 * fold applies the one before. Reading costs more than folding, and the ledger may be read by any
 * number of threads.
 *
 *   reader ─┐   ring of batches, in the order of the ledger
 *   reader ─┴─► [reading] [ready] [ready] [reading] ──readers_next──► fold ──readers_done──┐
 *                   ▲                                                                      │
 *                   └──────────────────── the next events, or the rest of the same ◄───────┘
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_READERS_INTERNAL_H
#define PROJECTIONS_READERS_INTERNAL_H

#include "projections/batch_internal.h"

struct readers;

/* Starts to read from `at` up to `end`. The source must not change until readers_free(). Given. */
struct readers *readers_new(const struct batch_source *source, uint64_t at, uint64_t end);
void readers_free(struct readers *readers); /* joins the threads; accepts NULL */

/* The batch that comes next, opened: waits for it. Borrowed until readers_done(). An error of
 * reading or opening it is returned here. Not to be called when all is read. */
MUST_USE enum status readers_next(struct readers *readers, struct batch **out, struct error *error);

/* The batch of the last readers_next() is applied: its memory may be used again. */
void readers_done(struct readers *readers);

#endif
