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

#include <pthread.h>
#include <stdatomic.h>

enum index_table { INDEX_PAIRS, INDEX_META, INDEX_TABLES };

struct index_build;

struct ledger_index {
    char *directory;
    pthread_rwlock_t in_use; /* by readers; whoever closes the file is alone */
    struct store_env *env;   /* NULL: could not be built again yet */
    struct store_table tables[INDEX_TABLES];
    struct ledger *ledger;
    bool is_read_only;
    _Atomic uint64_t size;
    struct index_build *build; /* under way, or NULL */
    uint64_t build_at;         /* number of events that it has taken in … */
    uint64_t build_end;        /* … and of those that it shall */
    uint64_t build_from;       /* number of events from which on an empty index is built so */
    size_t run_pairs;
    uint64_t most; /* events that it is to have (ledger_index_end_at) */
};

/* A reader's transaction. STATUS_UNAVAILABLE where the index is not as large as `size`, which it may be
 * no longer: it is built again. Ended in every case by ledger_index_end(). */
MUST_USE enum status ledger_index_begin(
    struct ledger_index *index, uint64_t size, struct store_txn **out, struct error *error);
void ledger_index_end(struct ledger_index *index, struct store_txn **txn);

/* Takes pairs by origin out again, for each event from `from` on that erases: of the events before it whose origin
 * is sealed for that person, or under a key that it says was destroyed. All pairs are written. */
MUST_USE enum status ledger_index_erase(
    const struct ledger_index *index, struct store_txn *txn, uint64_t from, struct error *error);

/* To the key's first position that is not before `from`, or with `falls` the last not behind it. */
MUST_USE enum status ledger_index_seek(
    struct store_cursor *cursor,
    const struct key *key,
    struct position from,
    bool falls,
    struct bytes *out_value,
    struct error *error);

/* The stored key of (kind, key). Keys longer than a stored one may be are cut: a name of a type is
 * never that long. */
static inline void ledger_index_key(struct key *out, enum ledger_index_kind kind, struct bytes key)
{
    if (key.size > STORE_MAX_KEY_BYTES - 1)
        key.size = STORE_MAX_KEY_BYTES - 1;
    key_clear(out);
    key_add_u8(out, (uint8_t)kind);
    key_add(out, key);
}

#endif
