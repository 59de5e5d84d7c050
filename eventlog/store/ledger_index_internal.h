/*
 * What the files of the forensic index share.
 *
 *   pairs   kind ‖ key → position, u64be, many a key
 *   meta    "mark"     → packed index_mark
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_LEDGER_INDEX_INTERNAL_H
#define EVENTLOG_STORE_LEDGER_INDEX_INTERNAL_H

#include "eventlog/ledger_index.h"
#include "eventlog/store/env.h"
#include "eventlog/store/key.h"

#include <stdatomic.h>

enum index_table { INDEX_PAIRS, INDEX_META, INDEX_TABLES };

struct ledger_index {
    char *directory;
    struct store_env *env;
    struct store_table tables[INDEX_TABLES];
    struct ledger *ledger;
    bool is_read_only;
    _Atomic uint64_t size;
};

/* Adds every pair of a record. */
MUST_USE enum status ledger_index_record(
    const struct ledger_index *index,
    struct store_txn *txn,
    const struct record *record,
    struct error *error);

/* The stored key of (kind, key). Keys longer than a stored one may be are cut: a name of a type is
 * never that long. */
void ledger_index_key(struct key *out, enum ledger_index_kind kind, struct bytes key);

#endif
