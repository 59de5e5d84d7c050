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
 * STATUS_CORRUPT names the file that does not hold; other statuses are the source's. */
MUST_USE enum status tile_check(
    const struct tile_source *source, const struct checkpoint *checkpoint, struct error *error);

#endif
