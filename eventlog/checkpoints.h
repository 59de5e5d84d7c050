/*
 * Checkpoints that were signed, kept as records beside the ledger: what the server said to others
 * about it, which it must never contradict.
 *
 *   signer ──checkpoints_keep────────► checkpoints.mdb   hour since 1970 → the last one of that hour
 *          ──checkpoints_keep_first──►                   epoch → the first one of it
 *
 * Not events: signing would make news. One thread keeps; any thread reads.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_CHECKPOINTS_H
#define EVENTLOG_CHECKPOINTS_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/shape/shape.h"

struct checkpoints;

enum { MOST_FIRST_CHECKPOINTS = 100 }; /* that are handed on at once */

/* Opens <home>/checkpoints.mdb, made when missing, unless it is only read. Given. */
MUST_USE enum status checkpoints_open(
    const char *home, bool is_read_only, struct checkpoints **out, struct error *error);
void checkpoints_close(struct checkpoints *checkpoints); /* accepts NULL */

struct kept_checkpoint {
    struct text note; /* signed */
    struct timestamp signed_at;
};

/* Synced when STATUS_OK: only then may anybody be shown it. */
MUST_USE enum status checkpoints_keep(
    struct checkpoints *checkpoints, const struct kept_checkpoint *kept, struct error *error);

/* The last one kept, in the arena. STATUS_NOT_FOUND (the error is left alone) when there is none. */
MUST_USE enum status checkpoints_newest(
    struct checkpoints *checkpoints,
    struct arena *arena,
    struct kept_checkpoint *out,
    struct error *error);

/* The first one of an hour (since 1970) from `*hour` on, in the arena; `*hour` becomes the next one.
 * STATUS_NOT_FOUND (the error is left alone) behind the last. */
MUST_USE enum status checkpoints_next(
    struct checkpoints *checkpoints,
    uint64_t *hour,
    struct arena *arena,
    struct kept_checkpoint *out,
    struct error *error);

/* The first one of an epoch (log_identity.h): keys of the time when that began have signed it, so that it proves the
 * epoch to whoever knows no later ones. */
struct first_checkpoint {
    int64_t epoch;
    int64_t since; /* size of the ledger at which it began */
    struct text note;
};
struct first_checkpoints {
    struct list checkpoints; /* of struct first_checkpoint, by their epochs */
};
extern const struct shape first_checkpoints_shape;

/* As of checkpoints_keep(); of two of an epoch the smaller one stays. */
MUST_USE enum status checkpoints_keep_first(
    struct checkpoints *checkpoints, const struct first_checkpoint *first, struct error *error);

/* That of the first epoch from `*epoch` on, in the arena; `*epoch` becomes the next one. STATUS_NOT_FOUND (the error is
 * left alone) behind the last. */
MUST_USE enum status checkpoints_next_first(
    struct checkpoints *checkpoints,
    int64_t *epoch,
    struct arena *arena,
    struct first_checkpoint *out,
    struct error *error);

#endif
