/*
 * Checking a whole log from its tiles, as anybody can who has a copy: entries, tiles and root against
 * a checkpoint.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_TILE_CHECK_H
#define EVENTLOG_TILE_CHECK_H

#include "core/base/buf.h"
#include "eventlog/checkpoint.h"

/* Where files of a log come from, by their path ("tile/0/000"). */
struct tile_source {
    MUST_USE enum status (*read)(
        void *context, const char *path, struct buf *out, struct error *error);
    void *context;
};

/* Reads every entry and every tile of the tree, in a few hundred kilobytes of memory however large it is.
 * STATUS_CORRUPT, code "evidence_damaged", names the file that does not hold; other statuses are the
 * source's. */
MUST_USE enum status tile_check(
    const struct tile_source *source, const struct checkpoint *checkpoint, struct error *error);

/* The same of a log that grows: what was checked is not read again, but for its last bundle of fewer than
 * 256 entries. */
struct tile_walk;
struct tile_walk *tile_walk_new(void);       /* given; nothing was checked yet */
void tile_walk_free(struct tile_walk *walk); /* accepts NULL */

/* Goes on to a checkpoint; where it does not hold, the walk stays where it was. `known` (or NULL) is one of
 * at most that size, which was signed before: that the log does not begin with it is STATUS_CORRUPT, too,
 * with code "ledger_forked". */
MUST_USE enum status tile_walk_to(
    struct tile_walk *walk,
    const struct tile_source *source,
    const struct checkpoint *checkpoint,
    const struct checkpoint *known,
    struct error *error);

#endif
