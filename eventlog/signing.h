/*
 * Signing a checkpoint with the keys that the ledger names, whose seeds the keyring has.
 *
 *   identity ─► keys that sign now ─► keyring: their seeds ─► note, a line for each
 *
 * Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_SIGNING_H
#define EVENTLOG_SIGNING_H

#include "eventlog/checkpoint.h"
#include "eventlog/log_identity.h"

struct keyring;

struct signed_note {
    struct text note;
    struct text keys; /* that signed it, the newest first: note_key_text() and a line end each */
    size_t missing;   /* keys that were to sign, but whose seed is lost; never the newest */
};

/* Signs with each key of the identity that signs at that time. STATUS_UNAVAILABLE when the seed of the
 * newest is lost, STATUS_INVALID when the origin cannot name a log. In the arena. */
MUST_USE enum status signing_sign(
    struct keyring *keyring,
    const struct log_identity *identity,
    const struct checkpoint *checkpoint,
    struct timestamp at,
    struct arena *arena,
    struct signed_note *out,
    struct error *error);

#endif
