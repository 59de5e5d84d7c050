/*
 * Rows by a cursor, and rows in one transaction.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/home_rows.h"

#include "eventlog/store/env.h"

#include <string.h>

static const struct {
    const char *file;
    struct store_table_spec table;
} files[] = {
    [HOME_KEYS] = {"keys.mdb", {"keys", 0}},
    [HOME_CHECKPOINTS] = {"checkpoints.mdb", {"checkpoints", 0}},
};

static enum status open_file(
    const char *home,
    enum home_file file,
    bool is_read_only,
    struct store_env **env,
    struct store_table *table,
    struct error *error)
{
    const struct store_settings settings = {
        .directory = home,
        .name = files[file].file,
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = 1,
        .is_read_only = is_read_only,
    };
    enum status status = store_open(&settings, env, error);

    return status == STATUS_OK ? store_tables(*env, &files[file].table, 1, table, error) : status;
}

/* Moves behind the place. */
static enum status first_of(
    struct store_cursor *cursor,
    const struct home_rows_place *place,
    struct bytes *key,
    struct bytes *value,
    struct error *error)
{
    const struct bytes last = {place->key, place->size};
    enum status status;

    if (place->size == 0)
        return store_cursor_move(cursor, STORE_FIRST, key, value, error);
    *key = last;
    status = store_cursor_move(cursor, STORE_SEEK, key, value, error);
    if (status == STATUS_OK && bytes_equal(*key, last))
        status = store_cursor_move(cursor, STORE_NEXT, key, value, error);
    return status;
}

static enum status copy_rows(
    struct store_cursor *cursor,
    size_t budget_bytes,
    struct home_rows_place *place,
    struct buf *out,
    struct error *error)
{
    size_t began = out->size;
    struct bytes key = {NULL, 0};
    struct bytes value = {NULL, 0};
    enum status status = first_of(cursor, place, &key, &value, error);

    while (status == STATUS_OK && out->size - began < budget_bytes) {
        buf_add_sized(out, key);
        buf_add_sized(out, value);
        memcpy(place->key, key.data, key.size);
        place->size = key.size;
        status = store_cursor_move(cursor, STORE_NEXT, &key, &value, error);
    }
    place->is_all = status == STATUS_NOT_FOUND;
    if (status == STATUS_NOT_FOUND)
        status = STATUS_OK;
    if (status == STATUS_OK && buf_is_full(out))
        return error_set(error, STATUS_TOO_LARGE, "the rows do not fit the copier's memory");
    return status;
}

enum status home_rows_copy(
    const char *home,
    enum home_file file,
    size_t budget_bytes,
    struct home_rows_place *place,
    struct buf *out,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct store_env *env = NULL;
    struct store_table table;
    enum status status = open_file(home, file, true, &env, &table, error);

    if (status == STATUS_OK)
        status = store_begin(env, false, &txn, error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, table, &cursor, error);
    if (status == STATUS_OK)
        status = copy_rows(cursor, budget_bytes, place, out, error);
    store_cursor_close(&cursor);
    store_abort(&txn);
    store_close(env);
    return status;
}

static enum status put_rows(
    struct store_txn *txn,
    struct store_table table,
    struct bytes rows,
    const struct home_rows_filter *filter,
    struct error *error)
{
    static const uint8_t nothing[1] = {0};
    enum status status = STATUS_OK;

    while (status == STATUS_OK && rows.size > 0) {
        struct bytes key;
        struct bytes value;

        if (!bytes_take_sized(&rows, STORE_MAX_KEY_BYTES, &key) || key.size == 0 ||
            !bytes_take_sized(&rows, SIZE_MAX, &value))
            return error_set(error, STATUS_CORRUPT, "they are no rows of a file of the home");
        if (filter != NULL && filter->is_emptied(key, filter->context))
            value = (struct bytes){nothing, 0};
        status = store_put(txn, table, key, value, error);
    }
    return status;
}

enum status home_rows_put(
    const char *home,
    enum home_file file,
    struct bytes rows,
    const struct home_rows_filter *filter,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    struct store_env *env = NULL;
    struct store_table table;
    enum status status = open_file(home, file, false, &env, &table, error);

    if (status == STATUS_OK)
        status = store_begin(env, true, &txn, error);
    if (status == STATUS_OK)
        status = put_rows(txn, table, rows, filter, error);
    if (status == STATUS_OK)
        status = store_commit(&txn, error);
    store_abort(&txn);
    store_close(env);
    return status;
}
