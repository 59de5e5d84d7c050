/*
 * What product root keys have signed, against the ledger: is each grant of a role, each revocation and rotation on record one
 * that a key has signed that was trusted at that time, and does the event say what was signed?
 *
 *   settings ─authority_declared─► root ─root_rotated─► another one      each: manifest_open, then compared field by field
 *
 * Nothing of the write model or of PostgreSQL is asked. What is sealed of a person who was forgotten cannot be checked any
 * more, and is counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_VERIFY_GRANTS_H
#define REPLAY_VERIFY_GRANTS_H

#include "core/crypto/dsse.h"
#include "eventlog/events/authority_events.h"
#include "eventlog/seal.h"
#include "replay/verify_internal.h"

struct grants_checked {
    struct keyring *keyring;
    struct child_report *report;
    struct {
        struct dsse_key key;
        struct timestamp until; /* absent: it has not ended */
    } roots[AUTHORITY_MOST_ROOTS];
    size_t count;
    struct uuid installation_id; /* that position 0 named */
    uint64_t holding;
    uint64_t forgotten;
};

/* Takes in what an event says, and checks it. In the order of positions; the arena is the record's. */
MUST_USE enum status verify_grants_note(
    struct grants_checked *grants,
    const struct record *record,
    struct arena *arena,
    struct error *error);

/* "; 3 signed manifests hold"; nothing where there are none. */
enum { GRANTS_SAID_SIZE = 80 };
const char *verify_grants_said(const struct grants_checked *grants, char out[GRANTS_SAID_SIZE]);

/* Last: does everything go back to this key? Absent: nobody says which. */
void verify_grants_check_root(struct grants_checked *grants, struct bytes root_key);

#endif
