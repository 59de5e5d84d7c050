/*
 * What an event is found by: the keys of the forensic index, and what a search compares.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_INDEX_KEY_H
#define EVENTLOG_INDEX_KEY_H

#include "eventlog/record.h"

enum ledger_index_kind {
    LEDGER_INDEX_STREAM = 1,
    LEDGER_INDEX_WORKSPACE = 2,
    LEDGER_INDEX_ACTOR = 3,
    LEDGER_INDEX_ENTITY = 4, /* every UUID that the event's fields name */
    LEDGER_INDEX_TYPE = 5,
    LEDGER_INDEX_CORRELATION = 6,
    LEDGER_INDEX_ORIGIN = 7,
    LEDGER_INDEX_CAUSATION = 8,
    LEDGER_INDEX_ACTOR_KIND = 9,
    LEDGER_INDEX_OUTCOME = 10,
    LEDGER_INDEX_WORKSPACE_TYPE = 11 /* asked for so often that two lists are not merged */
};

enum { INDEX_KEY_MAX = 256 };

/* A key of 16 bytes; for LEDGER_INDEX_TYPE the type's name, for LEDGER_INDEX_ORIGIN 32, for an actor's kind
 * and an outcome one, their number; for LEDGER_INDEX_WORKSPACE_TYPE as index_key_workspace_type() makes it. */
struct index_key {
    enum ledger_index_kind kind;
    struct bytes key;
};

/* Calls `each` for every key of the event, maybe more than once for one that stands in it twice.
 * Bodies that may be dropped are not looked into: an index that is made later would lack what is
 * found there. */
void index_key_each(
    const struct record *record,
    void (*each)(enum ledger_index_kind kind, struct bytes key, void *context),
    void *context);

/* The digest of the address that the event came from; absent where none is found by it. */
struct bytes index_key_origin(const struct record *record);

/* The workspace and the name, cut where they are longer than a key. `room` has INDEX_KEY_MAX bytes. */
struct bytes
index_key_workspace_type(const struct uuid *workspace, struct text type, uint8_t *room);

/* Is the event found by one of these keys? */
bool index_key_finds(const struct index_key *keys, size_t count, const struct record *record);

#endif
