/*
 * A stretch of the ledger as it is stored, for those who keep the same ledger elsewhere, with the checkpoint
 * that proves it:
 *
 *   leader    whole commands (ledger_copy.h), path to the newest checkpoint ─► ledger_range ─► msgpack
 *   follower  msgpack ─► ledger_range_check: tree of its own + leaves ─path─► the signed root
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_RANGE_H
#define EVENTLOG_LEDGER_RANGE_H

#include "eventlog/checkpoint.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/tree.h"

enum {
    LEDGER_RANGE_MOST = 10000,    /* events: those of one command may be as many */
    LEDGER_RANGE_USUAL = 4 << 20, /* bytes of events */
    LEDGER_RANGE_ANSWER = 64 << 20
};

struct ledger_range {
    int64_t from;               /* position of its first event */
    struct text note;           /* the newest checkpoint, as it was signed … */
    struct timestamp signed_at; /* … then */
    struct bytes
        path; /* that it continues the ledger which ends with the last event: hashes, joined */
    struct bytes events; /* as ledger_range_copy() gives them */
};
extern const struct shape ledger_range_shape;

/* The complete subtrees of the ledger as it is now, to be grown by what follows. Any thread. */
MUST_USE enum status
ledger_growth(struct ledger *ledger, struct tree_growth *out, struct error *error);

struct ledger_stretch {
    uint64_t next; /* position from which on; becomes the one after the last */
    uint64_t end;  /* size of the ledger that it is of */
    size_t most_bytes;
};

/* Appends it to `out`, which is empty: a thousand events, about so many bytes of them, without the command that is not
 * whole by then: who has them holds nothing but whole commands. One that is larger comes alone and whole, unless that is
 * more than LEDGER_RANGE_ANSWER. Statuses as of ledger_copy(). Any thread. */
MUST_USE enum status ledger_range_copy(
    struct ledger *ledger, struct ledger_stretch *stretch, struct buf *out, struct error *error);

/* Grows the tree by the events, and is it then one that the checkpoint continues? STATUS_CORRUPT, code
 * "ledger_forked", when not. Pure. */
MUST_USE enum status ledger_range_check(
    const struct ledger_range *range,
    const struct checkpoint *checkpoint,
    struct tree_growth *growth,
    struct error *error);

#endif
