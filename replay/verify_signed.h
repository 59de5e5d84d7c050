/*
 * What was signed, against the ledger: is each checkpoint that is kept a prefix of it, under the origin and
 * by a key that were the ledger's at that size and time?
 *
 *   every record ─► signed_history_note ─► from which size on which origin and keys
 *   checkpoints.mdb ─────────────────────► signed_history_check ─► findings
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_VERIFY_SIGNED_H
#define REPLAY_VERIFY_SIGNED_H

#include "eventlog/ledger.h"
#include "eventlog/log_history.h"
#include "replay/verify_internal.h"

struct signed_history {
    struct log_history log; /* what it was called, and who signed for it */
    uint64_t size;          /* of the records that were noted */
    uint64_t holding;       /* checkpoints that hold */
    uint64_t contradicted;  /* of former origins, which another one was declared for */
    uint64_t wrong;         /* findings */
};

/* Takes in what an event says of origin and keys. In the order of positions. */
void signed_history_note(struct signed_history *history, const struct record *record);

/* Checks every kept checkpoint; where a server goes on, the ledger is looked at anew. */
MUST_USE enum status signed_history_check(
    struct signed_history *history,
    const char *home,
    struct ledger *log,
    struct child_report *report,
    struct error *error);

/* "8 checkpoints hold", and what else is to be said. */
enum { SIGNED_SAID_SIZE = 160 };
const char *signed_history_said(const struct signed_history *history, char out[SIGNED_SAID_SIZE]);

#endif
