/*
 * A stretch of the ledger as it is stored, for those who keep the same ledger elsewhere, with the checkpoint
 * that proves it:
 *
 *   leader    ledger_copy (ledger_copy.h), path to the newest checkpoint ─► ledger_range ─► msgpack
 *   follower  msgpack ─► ledger_range_check: tree of its own + leaves ─path─► the signed root
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_RANGE_H
#define EVENTLOG_LEDGER_RANGE_H

#include "eventlog/checkpoint.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/tree.h"

enum { LEDGER_RANGE_MOST = 1000, LEDGER_RANGE_BYTES = 4 << 20, LEDGER_RANGE_ANSWER = 16 << 20 };

struct ledger_range {
    int64_t from;               /* position of its first event */
    struct text note;           /* the newest checkpoint, as it was signed … */
    struct timestamp signed_at; /* … then */
    struct bytes
        path; /* that it continues the ledger which ends with the last event: hashes, joined */
    struct bytes events; /* as ledger_copy() gives them */
};
extern const struct shape ledger_range_shape;

/* The complete subtrees of the ledger as it is now, to be grown by what follows. Any thread. */
MUST_USE enum status
ledger_growth(struct ledger *ledger, struct tree_growth *out, struct error *error);

/* Grows the tree by the events, and is it then one that the checkpoint continues? STATUS_CORRUPT, code
 * "ledger_forked", when not. Pure. */
MUST_USE enum status ledger_range_check(
    const struct ledger_range *range,
    const struct checkpoint *checkpoint,
    struct tree_growth *growth,
    struct error *error);

#endif
