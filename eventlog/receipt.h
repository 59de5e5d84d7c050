/*
 * Receipts (C2SP tlog-proof): that one event is on the ledger, proven without the ledger.
 *
 *   c2sp.org/tlog-proof@v1
 *   extra Base64                the entry, whose hash is the leaf
 *   index 17
 *   Base64                      ┐ path from the leaf up to the root
 *   …                           ┘
 *
 *   origin, size, root, signatures   a checkpoint (checkpoint.h)
 *
 * Pure functions; any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_RECEIPT_H
#define EVENTLOG_RECEIPT_H

#include "core/base/error.h"
#include "eventlog/checkpoint.h"
#include "eventlog/tree.h"

enum { RECEIPT_MAX_BYTES = 256 << 10, RECEIPT_MOST_HASHES = 64 };

struct receipt {
    struct bytes entry; /* absent: whoever checks it has it */
    uint64_t index;
    struct tree_path path;
    struct text note;
};

/* As a file, in the arena. */
struct text receipt_text(struct arena *arena, const struct receipt *receipt);

/* Reads one; the note is borrowed from `text`, the rest lies in the arena. STATUS_INVALID, code
 * "malformed_receipt", says which line is not as it is written. */
MUST_USE enum status
receipt_parse(struct arena *arena, struct text text, struct receipt *out, struct error *error);

/* Is its checkpoint signed by one of the keys, and the entry in the tree of it? STATUS_CORRUPT says what does
 * not hold. `entry` is that of the receipt, or what the caller has in its place. */
MUST_USE enum status receipt_check(
    struct arena *arena,
    const struct receipt *receipt,
    struct bytes entry,
    const struct note_keys *keys,
    struct checkpoint *out,
    struct error *error);

#endif
