/*
 * Transactions, pairs and cursors of an LMDB environment.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/store/env.h"
#include "eventlog/store/env_internal.h"

#include <lmdb.h>

#include <errno.h>
#include <string.h>

enum { TABLE_NAME_SIZE = 64 };

/* LMDB takes pointers to what it promises not to change, but without saying const. */
static MDB_val lent(struct bytes b)
{
    union {
        const uint8_t *in;
        void *out;
    } data = {.in = b.data};

    return (MDB_val){.mv_size = b.size, .mv_data = data.out};
}

static struct bytes borrowed(MDB_val value)
{
    return (struct bytes){value.mv_data, value.mv_size};
}

static enum store_fault injected_fault(const struct store_env *env, bool is_commit)
{
    return env->fault_injection == NULL
               ? STORE_FAULT_NONE
               : env->fault_injection->next(env->fault_injection->context, is_commit);
}

static bool is_left_undone(enum store_fault fault)
{
    return fault == STORE_FAULT_BEFORE || fault == STORE_FAULT_FULL;
}

static int code_of(enum store_fault fault)
{
    return fault == STORE_FAULT_FULL ? ENOSPC : EIO;
}

enum status
store_begin(struct store_env *env, bool is_writing, struct store_txn **out, struct error *error)
{
    MDB_txn *begun;
    int rc = mdb_txn_begin(env->env, NULL, is_writing ? 0 : MDB_RDONLY, &begun);
    struct store_txn *txn;

    if (rc != 0)
        return store_error(env, rc, "begin a transaction", error);
    txn = heap_new(sizeof(*txn));
    *txn = (struct store_txn){.txn = begun, .env = env, .is_writing = is_writing};
    *out = txn;
    return STATUS_OK;
}

static void free_txn(struct store_txn **txn)
{
    for (size_t i = 0; i < STORE_NEAR_TABLES; i++) {
        if ((*txn)->near[i] != NULL)
            mdb_cursor_close((*txn)->near[i]);
    }
    heap_free(*txn);
    *txn = NULL;
}

enum status store_commit(struct store_txn **txn, struct error *error)
{
    struct store_env *env = (*txn)->env;
    enum store_fault now = injected_fault(env, true);
    int rc;

    if (is_left_undone(now)) {
        store_abort(txn);
        return store_error(env, code_of(now), "commit", error);
    }
    rc = mdb_txn_commit((*txn)->txn);
    free_txn(txn);
    if (now == STORE_FAULT_AFTER)
        rc = EIO;
    return rc == 0 ? STATUS_OK : store_error(env, rc, "commit", error);
}

void store_abort(struct store_txn **txn)
{
    if (*txn == NULL)
        return;
    mdb_txn_abort((*txn)->txn);
    free_txn(txn);
}

static unsigned lmdb_flags(const struct store_txn *txn, unsigned flags)
{
    unsigned result = txn->is_writing ? MDB_CREATE : 0;

    if ((flags & STORE_DUPLICATES) != 0)
        result |= MDB_DUPSORT | MDB_DUPFIXED;
    return result;
}

enum status store_table_open(
    struct store_txn *txn,
    struct store_table_spec spec,
    struct store_table *out,
    struct error *error)
{
    MDB_dbi handle;
    int rc = mdb_dbi_open(txn->txn, spec.name, lmdb_flags(txn, spec.flags), &handle);

    if (rc != 0)
        return store_error(txn->env, rc, "open a table", error);
    out->handle = handle;
    return STATUS_OK;
}

enum status store_table_empty(
    struct store_txn *txn, struct store_table table, bool is_removed, struct error *error)
{
    int rc = mdb_drop(txn->txn, table.handle, is_removed ? 1 : 0);

    return rc == 0 ? STATUS_OK : store_error(txn->env, rc, "empty a table", error);
}

/* The names of tables are the keys of LMDB's unnamed one. */
enum status store_each_table(
    struct store_txn *txn,
    void (*each)(struct text name, void *context),
    void *context,
    struct error *error)
{
    struct store_table names = {0};
    AUTO_CURSOR cursor = NULL;
    enum store_move move = STORE_FIRST;
    struct bytes key = {NULL, 0};
    struct bytes value = {NULL, 0};
    enum status status =
        store_table_open(txn, (struct store_table_spec){.name = NULL}, &names, error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, names, &cursor, error);
    while (status == STATUS_OK) {
        status = store_cursor_move(cursor, move, &key, &value, error);
        if (status == STATUS_OK && key.size < TABLE_NAME_SIZE)
            each(text_of_bytes(key), context);
        move = STORE_NEXT;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* From where the table was last read: a key on the same page is found without descending from the root. */
static int get_near(struct store_txn *txn, MDB_dbi table, MDB_val *key, MDB_val *value)
{
    MDB_cursor **cursor = &txn->near[table];
    int rc = *cursor == NULL ? mdb_cursor_open(txn->txn, table, cursor) : 0;

    return rc == 0 ? mdb_cursor_get(*cursor, key, value, MDB_SET) : rc;
}

enum status store_get(
    struct store_txn *txn,
    struct store_table table,
    struct bytes key,
    struct bytes *out,
    struct error *error)
{
    MDB_val name = lent(key);
    MDB_val value;
    int rc = txn->is_writing || table.handle >= STORE_NEAR_TABLES
                 ? mdb_get(txn->txn, table.handle, &name, &value)
                 : get_near(txn, table.handle, &name, &value);

    if (rc != 0)
        return store_error(txn->env, rc, "read", error);
    *out = borrowed(value);
    return STATUS_OK;
}

static enum status write_pair(
    struct store_txn *txn,
    struct store_table table,
    MDB_val pair[2],
    unsigned flags,
    struct error *error)
{
    enum store_fault now = injected_fault(txn->env, false);
    int rc = 0;

    if (!is_left_undone(now))
        rc = mdb_put(txn->txn, table.handle, &pair[0], &pair[1], flags);
    if (now != STORE_FAULT_NONE)
        rc = code_of(now);
    return rc == 0 ? STATUS_OK : store_error(txn->env, rc, "write", error);
}

enum status store_put(
    struct store_txn *txn,
    struct store_table table,
    struct bytes key,
    struct bytes value,
    struct error *error)
{
    MDB_val pair[2] = {lent(key), lent(value)};

    return write_pair(txn, table, pair, 0, error);
}

enum status store_append(
    struct store_txn *txn,
    struct store_table table,
    struct bytes key,
    struct bytes value,
    struct error *error)
{
    MDB_val pair[2] = {lent(key), lent(value)};

    return write_pair(txn, table, pair, MDB_APPEND, error);
}

static enum status delete_pair(
    struct store_txn *txn,
    struct store_table table,
    struct bytes key,
    MDB_val *value,
    struct error *error)
{
    MDB_val name = lent(key);
    enum store_fault now = injected_fault(txn->env, false);
    int rc = 0;

    if (!is_left_undone(now))
        rc = mdb_del(txn->txn, table.handle, &name, value);
    if (now != STORE_FAULT_NONE)
        rc = code_of(now);
    return rc == 0 ? STATUS_OK : store_error(txn->env, rc, "delete", error);
}

enum status
store_delete(struct store_txn *txn, struct store_table table, struct bytes key, struct error *error)
{
    return delete_pair(txn, table, key, NULL, error);
}

enum status store_delete_value(
    struct store_txn *txn, struct store_table table, const struct bytes *pair, struct error *error)
{
    MDB_val wanted = lent(pair[1]);

    return delete_pair(txn, table, pair[0], &wanted, error);
}

enum status
store_count(struct store_txn *txn, struct store_table table, uint64_t *out, struct error *error)
{
    MDB_stat stat;
    int rc = mdb_stat(txn->txn, table.handle, &stat);

    if (rc != 0)
        return store_error(txn->env, rc, "count", error);
    *out = stat.ms_entries;
    return STATUS_OK;
}

enum status store_cursor_open(
    struct store_txn *txn, struct store_table table, struct store_cursor **out, struct error *error)
{
    MDB_cursor *opened = NULL;
    int rc = mdb_cursor_open(txn->txn, table.handle, &opened);
    struct store_cursor *cursor;

    if (rc != 0)
        return store_error(txn->env, rc, "open a cursor", error);
    cursor = heap_new(sizeof(*cursor));
    cursor->cursor = opened;
    cursor->env = txn->env;
    *out = cursor;
    return STATUS_OK;
}

void store_cursor_close(struct store_cursor **cursor)
{
    if (*cursor == NULL)
        return;
    mdb_cursor_close((*cursor)->cursor);
    heap_free(*cursor);
    *cursor = NULL;
}

enum status store_cursor_move(
    struct store_cursor *cursor,
    enum store_move move,
    struct bytes *key,
    struct bytes *value,
    struct error *error)
{
    static const MDB_cursor_op operations[STORE_MOVE_COUNT] = {
        [STORE_FIRST] = MDB_FIRST,
        [STORE_LAST] = MDB_LAST,
        [STORE_NEXT] = MDB_NEXT,
        [STORE_PREVIOUS] = MDB_PREV,
        [STORE_SEEK] = MDB_SET_RANGE,
        [STORE_SEEK_VALUE] = MDB_GET_BOTH_RANGE,
        [STORE_LAST_VALUE] = MDB_LAST_DUP,
        [STORE_NEXT_VALUE] = MDB_NEXT_DUP,
        [STORE_PREVIOUS_VALUE] = MDB_PREV_DUP,
    };
    MDB_val at = move == STORE_SEEK || move == STORE_SEEK_VALUE ? lent(*key) : (MDB_val){0};
    MDB_val found = move == STORE_SEEK_VALUE ? lent(*value) : (MDB_val){0};
    int rc;

    must(cursor != NULL);
    rc = mdb_cursor_get(cursor->cursor, &at, &found, operations[move]);
    if (rc != 0)
        return store_error(cursor->env, rc, "read", error);
    if (move != STORE_LAST_VALUE)
        *key = borrowed(at);
    *value = borrowed(found);
    return STATUS_OK;
}

enum status store_cursor_append(
    struct store_cursor *cursor, struct bytes key, struct bytes numbers, struct error *error)
{
    const size_t size = sizeof(struct store_number);
    MDB_val name = lent(key);
    MDB_val values[2] = {
        lent((struct bytes){numbers.data, size}), {.mv_size = numbers.size / size}};
    enum store_fault now = injected_fault(cursor->env, false);
    int rc = 0;

    if (!is_left_undone(now))
        rc = mdb_cursor_put(cursor->cursor, &name, values, MDB_MULTIPLE | MDB_APPENDDUP);
    if (rc == MDB_KEYEXIST)
        return error_set(
            error, STATUS_CORRUPT, "%s has values that cannot be there yet", cursor->env->name);
    if (now != STORE_FAULT_NONE)
        rc = code_of(now);
    return rc == 0 ? STATUS_OK : store_error(cursor->env, rc, "write", error);
}
