/*
 * What a leader has sent, looked at before it is believed: the range as an answer, and its pieces as what the
 * writer appends.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_FOLLOWER_BATCH_H
#define REPLAY_FOLLOWER_BATCH_H

#include "commands/writer.h"
#include "eventlog/checkpoints.h"
#include "eventlog/ledger_range.h"

struct fetch;

struct range_wanted {
    const struct tree_growth *held; /* which is stored here and synced */
    int wait_ms;                    /* at the leader, where there is nothing yet */
    int64_t most_bytes;             /* of events, about */
};

/* What comes behind that, in the arena. */
MUST_USE enum status follower_fetch_range(
    struct fetch *fetch,
    const struct range_wanted *wanted,
    struct arena *arena,
    struct ledger_range *out,
    struct error *error);

/* The first checkpoints of epochs from one on, as many as the leader gives at once, in the arena. Nothing says yet that they
 * are of this ledger. */
MUST_USE enum status follower_fetch_epochs(
    struct fetch *fetch,
    int64_t from,
    struct arena *arena,
    struct first_checkpoints *out,
    struct error *error);

/* The events, decoded, in the arena: each at its place, later than what was before, its body as its digest
 * says. STATUS_CORRUPT, code "evidence_damaged", names the position; STATUS_UNAVAILABLE, code
 * "unknown_event", where this program is older than its leader. */
MUST_USE enum status follower_decode(
    const struct ledger_range *range,
    struct timestamp last,
    struct arena *arena,
    struct adoption *out,
    struct error *error);

/* Fetches and stores the wrapped keys that the records need and that are not there. */
MUST_USE enum status follower_fetch_keys(
    struct fetch *fetch,
    struct keyring *keyring,
    const struct adoption *adoption,
    struct arena *arena,
    struct error *error);

#endif
