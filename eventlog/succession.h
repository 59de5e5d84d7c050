/*
 * The proof that another server leads: a checkpoint of a newer epoch, signed by a key of this ledger, and the path
 * from the size at which that epoch began, so that whoever led before knows how much they have in common.
 *
 *   new leader  first checkpoint, consistency from `size` ─► succession ─► POST /ledger/succession
 *   former one  [signed by a key that signs for us now? newer than our epoch? our first `size` events the same?]
 *               ─► superseded
 *
 * Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_SUCCESSION_H
#define EVENTLOG_SUCCESSION_H

#include "eventlog/log_identity.h"

struct keyring;
struct ledger;
struct signed_checkpoint;

enum { SUCCESSION_BYTES = 32 << 10 };

struct succession {
    struct text checkpoint; /* of the new epoch, as it was signed */
    int64_t size;           /* at which that epoch began */
    struct list hashes; /* texts in Base64: that the checkpoint continues the ledger of that size */
};
extern const struct shape succession_shape;

/* Of the ledger that this server has, up to a checkpoint of its own epoch, which began at `since`. In the arena. */
MUST_USE enum status succession_make(
    struct ledger *ledger,
    const struct signed_checkpoint *newest,
    int64_t since,
    struct arena *arena,
    struct succession *out,
    struct error *error);

/* What it proves to a server. */
struct succeeded {
    int64_t epoch;      /* 0: nothing, as it is no newer than ours */
    struct text origin; /* of the new epoch; borrowed */
    uint64_t common; /* so many first events are the same; 0: ours ends before that epoch began */
};

/* STATUS_INVALID, code "succession_unproved", where no key of the identity that signs now has signed it for this ledger, or
 * our ledger reaches the size at which that epoch began, and is another one. */
MUST_USE enum status succession_check(
    const struct succession *succession,
    struct ledger *ledger,
    const struct log_identity *identity,
    struct arena *arena,
    struct succeeded *out,
    struct error *error);

#endif
