/*
 * What the ledger is called in its checkpoints, and which keys sign them: folded from the few events
 * that say so, by the write model and by whoever signs or verifies.
 *
 *   ledger_opened ─► name, first key
 *   signing_key_rotated ─► another key; the one before it signs until the overlap ends
 *   origin_declared, leader_promoted ─► another origin, of the next epoch: <name>/e1, <name>/e2, …
 *
 * Pure functions; any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LOG_IDENTITY_H
#define EVENTLOG_LOG_IDENTITY_H

#include "core/shape/shape.h"
#include "eventlog/record.h"

enum { LOG_KEYS_MAX = 8, VERIFIER_KEY_SIZE = 32 }; /* of keys that sign at one time */

struct log_key {
    struct bytes verifier_key;
    struct timestamp until; /* absent: the newest, which signs until it is replaced */
};

struct log_identity {
    struct text name;   /* that position 0 gave; absent: the ledger is empty */
    struct text origin; /* of checkpoints now */
    struct list keys;   /* of struct log_key, the newest first; some may have ended */
    int64_t since;      /* size of the ledger up to which it had another origin; 0: it never had */
};
extern const struct shape log_identity_shape;

/* Does the event say something of it? */
bool log_identity_concerns(const struct record *record);

/* Takes in what it says; new values are borrowed from the record or lie in the arena. */
void log_identity_fold(
    struct arena *arena, const struct record *record, struct log_identity *identity);

/* Does this key, one of the identity, sign at that time? */
bool log_key_signs(const struct log_key *key, struct timestamp at);

/* How many of them do. */
size_t log_identity_signing(const struct log_identity *identity, struct timestamp at);

/* The epoch of an origin: 0 of the name itself, k of "<name>/e<k>". False
 * when it is no origin of this ledger. */
MUST_USE bool
log_identity_epoch(const struct log_identity *identity, struct text origin, int64_t *out);

/* The origin of an epoch, in the arena. */
struct text
log_identity_origin(struct arena *arena, const struct log_identity *identity, int64_t epoch);

#endif
