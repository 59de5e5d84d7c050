/*
 * A thin door to LMDB, the only one: environments, tables (LMDB calls them sub-databases),
 * transactions, cursors, and LMDB's errors as our statuses. Whatever is read is lent by the map
 * until its transaction ends.
 *
 *   store_open ─► store_tables ─► store_begin ─► get · put · cursor ─► store_commit | store_abort
 *
 * Any number of threads read, one at a time writes; a writing transaction stays on the thread that began it. An
 * environment is opened once per process at most (LMDB's locks demand it) and never used across fork(). LMDB's
 * default flags stay as they are: without them a power loss corrupts silently.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_ENV_H
#define EVENTLOG_STORE_ENV_H

#include "core/base/attributes.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/crypto/crypto.h"

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct store_env;
struct store_txn;
struct store_cursor;

#define STORE_LEDGER_MAP_BYTES ((size_t)1 << 40)
#define STORE_MAP_BYTES        ((size_t)64 << 30)

enum { STORE_MAX_KEY_BYTES = 511 };

/* For tests: asked before every put, append, delete and commit. BEFORE fails the call without
 * doing it, FULL too, as where no space is left; AFTER does it (a commit becomes durable) and fails
 * all the same. */
enum store_fault { STORE_FAULT_NONE, STORE_FAULT_BEFORE, STORE_FAULT_FULL, STORE_FAULT_AFTER };
struct store_fault_injection {
    enum store_fault (*next)(void *context, bool is_commit);
    void *context;
};

struct store_settings {
    const char *directory;
    const char *name;      /* of the file: "ledger.mdb"; ledger.mdb-lock lies beside it */
    size_t map_bytes;      /* the most it may grow to; halved where address space is short */
    unsigned most_tables;  /* that may ever be open at once */
    bool is_read_only;     /* the file must be there */
    bool is_checked_whole; /* every page is looked at first, not the head alone */
    bool is_unlocked;      /* with is_read_only: no lock file; only where nobody writes any more */
    const struct store_fault_injection
        *fault_injection; /* borrowed for its life; NULL but in tests */
};

/* Opens, creating the file (mode 0600) when missing, and clears readers that died. A file that is to be
 * written to is looked at first (pages.h): nobody else may write to it then. Given.
 * STATUS_UNAVAILABLE when file or directory cannot be used, STATUS_CORRUPT when it is no store. */
MUST_USE enum status
store_open(const struct store_settings *settings, struct store_env **out, struct error *error);
void store_close(struct store_env *env); /* accepts NULL; no transaction may be open */

/* A table; valid as long as its environment. */
struct store_table {
    unsigned handle;
};

enum store_table_flag {
    STORE_DUPLICATES = 1 /* several values a key, all of one size, in byte order */
};

struct store_table_spec {
    const char *name;
    unsigned flags;
};

/* Opens (or makes, unless read-only) all of them in a transaction of its own. */
MUST_USE enum status store_tables(
    struct store_env *env,
    const struct store_table_spec *specs,
    size_t count,
    struct store_table *out,
    struct error *error);

/* Opens one inside a transaction, making it when that writes. The handle may be used by others
 * once the transaction has committed, and is void when it has not. STATUS_NOT_FOUND (the error is
 * left alone) when a reading transaction sees none. One thread at a time. */
MUST_USE enum status store_table_open(
    struct store_txn *txn,
    struct store_table_spec spec,
    struct store_table *out,
    struct error *error);

/* Empties a table; with `is_removed` it is gone, and its handle with it. */
MUST_USE enum status store_table_empty(
    struct store_txn *txn, struct store_table table, bool is_removed, struct error *error);

/* Calls `each` with the name of every table. */
MUST_USE enum status store_each_table(
    struct store_txn *txn,
    void (*each)(struct text name, void *context),
    void *context,
    struct error *error);

/* A transaction. Given; ended by store_commit() or store_abort(). */
MUST_USE enum status
store_begin(struct store_env *env, bool is_writing, struct store_txn **out, struct error *error);

/* Durable when STATUS_OK. The transaction is taken in every case. */
MUST_USE enum status store_commit(struct store_txn **txn, struct error *error);
void store_abort(struct store_txn **txn); /* accepts a pointer to NULL */
#define AUTO_TXN CLEANUP(store_abort) struct store_txn *

/* Value of a key, lent until the transaction ends or writes. Quick where it lies near the last one that a reading
 * transaction asked of this table. STATUS_NOT_FOUND leaves the error alone. */
MUST_USE enum status store_get(
    struct store_txn *txn,
    struct store_table table,
    struct bytes key,
    struct bytes *out,
    struct error *error);

/* Sets the value of a key; in a table of duplicates adds one (again: nothing happens). */
MUST_USE enum status store_put(
    struct store_txn *txn,
    struct store_table table,
    struct bytes key,
    struct bytes value,
    struct error *error);

/* The same for a key greater than all others: faster, and pages are filled. */
MUST_USE enum status store_append(
    struct store_txn *txn,
    struct store_table table,
    struct bytes key,
    struct bytes value,
    struct error *error);

/* Removes a key with all its values, or one of them. STATUS_NOT_FOUND leaves the error alone. */
MUST_USE enum status store_delete(
    struct store_txn *txn, struct store_table table, struct bytes key, struct error *error);
MUST_USE enum status store_delete_value(
    struct store_txn *txn, struct store_table table, const struct bytes *pair, struct error *error);

/* Number of pairs. */
MUST_USE enum status
store_count(struct store_txn *txn, struct store_table table, uint64_t *out, struct error *error);

/* A number as a key: big-endian, so that the order of bytes is the order of numbers, on every
 * machine that a dump is loaded on. */
struct store_number {
    uint8_t bytes[8];
};

static inline struct store_number store_number(uint64_t value)
{
    uint64_t big_endian = htobe64(value);
    struct store_number number;

    memcpy(number.bytes, &big_endian, sizeof(number.bytes));
    return number;
}

static inline uint64_t store_number_value(const uint8_t bytes[8])
{
    uint64_t big_endian;

    memcpy(&big_endian, bytes, sizeof(big_endian));
    return be64toh(big_endian);
}

/* Borrows `*number`. */
static inline struct bytes store_number_key(const struct store_number *number)
{
    return (struct bytes){number->bytes, sizeof(number->bytes)};
}

enum store_move {
    STORE_FIRST,
    STORE_LAST,
    STORE_NEXT,
    STORE_PREVIOUS,
    STORE_SEEK,           /* the first pair whose key is not less than *key */
    STORE_SEEK_VALUE,     /* with *key: its first value that is not less than *value */
    STORE_LAST_VALUE,     /* of the present key */
    STORE_NEXT_VALUE,     /* of the present key */
    STORE_PREVIOUS_VALUE, /* of the present key */
    STORE_MOVE_COUNT
};

/* Given; closed before its transaction ends. */
MUST_USE enum status store_cursor_open(
    struct store_txn *txn,
    struct store_table table,
    struct store_cursor **out,
    struct error *error);
void store_cursor_close(struct store_cursor **cursor); /* accepts a pointer to NULL */
#define AUTO_CURSOR CLEANUP(store_cursor_close) struct store_cursor *

/* Moves; key and value are set to the pair there. STATUS_NOT_FOUND (error left alone) when there
 * is none. */
MUST_USE enum status store_cursor_move(
    struct store_cursor *cursor,
    enum store_move move,
    struct bytes *key,
    struct bytes *value,
    struct error *error);

/* Adds numbers (store_number), one behind the other, to a key's values. They rise, and are greater than
 * all that it has, else STATUS_CORRUPT. Faster than one by one, and pages are filled. */
MUST_USE enum status store_cursor_append(
    struct store_cursor *cursor, struct bytes key, struct bytes numbers, struct error *error);

/* Equal exactly when two tables hold the same pairs: chains onto `*digest`, for every pair in order
 * d = SHA-256(d ‖ key size u64be ‖ value size u64be ‖ key ‖ value), then for the table's end
 * d = SHA-256(d). */
MUST_USE enum status store_digest(
    struct store_txn *txn, struct store_table table, struct digest *digest, struct error *error);

/* A table as a transaction sees it. */
struct store_view {
    struct store_txn *txn;
    struct store_table table;
};

/* What is done with the differences of two tables. */
struct store_comparison {
    bool (*counts)(struct bytes value, void *context);                 /* NULL: every pair counts */
    void (*each)(struct bytes key, struct bytes value, void *context); /* of a pair, lent */
    void *context;
};

/* Calls `each` for every pair that counts and that only one of the tables has, in their order. */
MUST_USE enum status store_compare(
    const struct store_view *a,
    const struct store_view *b,
    const struct store_comparison *comparison,
    struct error *error);

/* Every page of the newest commit (pages.h), also while others write. STATUS_CORRUPT names the page. */
struct pages_usage;
MUST_USE enum status
store_check_pages(struct store_env *env, struct pages_usage *out, struct error *error);

/* Bytes of the file in use by the last commit; and the file itself, borrowed. */
uint64_t store_used_bytes(struct store_env *env);
int store_descriptor(struct store_env *env);

#endif
