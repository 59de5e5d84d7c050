/*
 * What was signed about the ledger before, held against the ledger as it is now.
 *
 *   checkpoints.mdb ──note──► [here] ◄── ledger, its identity, every key that we ever had
 *
 * Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_SIGNED_PAST_H
#define EVENTLOG_SIGNED_PAST_H

#include "eventlog/checkpoint.h"
#include "eventlog/log_identity.h"

struct keyring;
struct ledger;

/* All are borrowed. */
struct signed_past {
    struct ledger *log;
    struct keyring *keyring;
    const struct log_identity *identity; /* of the ledger as it is now */
};

/* A checkpoint that holds. */
struct said {
    struct checkpoint checkpoint; /* origin borrowed from the note */
    struct text keys; /* of ours that signed it, as signed_note has them; in the arena */
};

/* Is the checkpoint of this note, signed by a key of ours under the ledger's origin, a prefix of the
 * ledger? STATUS_CONFLICT when not, STATUS_INVALID when no key of ours signed it for this ledger; STATUS_STALE
 * (the error is left alone) when another origin was declared since, so that it says nothing of this ledger. */
MUST_USE enum status signed_past_check(
    const struct signed_past *past,
    struct arena *arena,
    struct text note,
    struct said *out,
    struct error *error);

#endif
