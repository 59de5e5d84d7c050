/*
 * What the ledger shows to those who do not trust it: tiles of its tree and its entries, and proofs.
 * Everything is copied out before the call returns; sizes are those of signed checkpoints
 * (signer.h), or any smaller one. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_PROOF_H
#define EVENTLOG_LEDGER_PROOF_H

#include "eventlog/position.h"
#include "eventlog/tile.h"

struct ledger;
struct buf;

/* Appends the bytes of a tile. STATUS_NOT_FOUND when the ledger does not reach that far,
 * STATUS_TOO_LARGE when `out` is full. */
MUST_USE enum status
ledger_tile(struct ledger *ledger, const struct tile *tile, struct buf *out, struct error *error);

/* Appends the bytes of an entry, whose hash is its leaf. STATUS_NOT_FOUND, STATUS_TOO_LARGE as above. */
MUST_USE enum status
ledger_entry(struct ledger *ledger, struct position position, struct buf *out, struct error *error);

/* A path of hashes, bottom up. */
struct proof {
    struct digest hashes[128];
    size_t count;
};

/* Of the entry at a position in the tree of that size. STATUS_INVALID, code "proof_impossible", when
 * that tree does not hold it, or the ledger is smaller. */
MUST_USE enum status ledger_inclusion(
    struct ledger *ledger,
    struct position position,
    uint64_t size,
    struct proof *out,
    struct error *error);

/* That the tree of `size` begins with that of `from`. The same statuses. */
MUST_USE enum status ledger_consistency(
    struct ledger *ledger, uint64_t from, uint64_t size, struct proof *out, struct error *error);

#endif
