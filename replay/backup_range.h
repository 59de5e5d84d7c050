/*
 * A file of a backup that holds a range of the ledger: a head, as a skippable frame of Zstandard, and the
 * events, compressed; so `zstd -d` gives the events anywhere.
 *
 *   50 2A 4D 18 ‖ 64 u32le │ "flrange1" ‖ from u64be ‖ to u64be ‖ bytes u64be ‖ SHA-256 32 │ frame of the events
 *
 * The events lie in it as ledger_copy.h has them; bytes and digest are those of the events. docs/format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_BACKUP_RANGE_H
#define REPLAY_BACKUP_RANGE_H

#include "core/base/buf.h"
#include "core/base/error.h"

struct ledger;
struct compressor;

/* Of events, before they are compressed; so whoever reads a file knows how much memory that takes. */
enum { RANGE_MAX_BYTES = 64 << 20, RANGE_FILE_MAX_BYTES = RANGE_MAX_BYTES + (1 << 20) };

struct range {
    uint64_t from;
    uint64_t to; /* the position behind its last */
};

/* Reused from range to range. */
struct range_writer {
    struct compressor *compressor;
    struct buf events;
    struct buf frame;
    struct buf file; /* what came of it */
};
void range_writer_init(struct range_writer *writer);
void range_writer_fini(struct range_writer *writer);

/* Makes the file of the events from `range->from` on; range->to, the most that it may reach, becomes what it does.
 * Readers of the ledger: a thousand events at a time. */
MUST_USE enum status range_write(
    struct range_writer *writer, struct ledger *ledger, struct range *range, struct error *error);

/* The events in the file of a range, in the place of what is in `out`, whose ceiling is RANGE_MAX_BYTES.
 * STATUS_CORRUPT: it is not that file, or damaged. */
MUST_USE enum status
range_read(struct bytes file, const struct range *range, struct buf *out, struct error *error);

#endif
