/*
 * The table of kept checkpoints. An hour's value is signed-at u64be ‖ note, and is replaced until the hour is
 * over; a clock that goes back goes on in the newest hour, so that the last value is always the newest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/checkpoints.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/checkpoint.h"
#include "eventlog/store/env.h"

enum { TIME_SIZE = 8 };
static const int64_t hour_us = INT64_C(3600) * US_PER_S;

struct checkpoints {
    struct store_env *env;
    struct store_table table;
};

enum status
checkpoints_open(const char *home, bool is_read_only, struct checkpoints **out, struct error *error)
{
    static const struct store_table_spec spec = {"checkpoints", 0};
    const struct store_settings settings = {
        .directory = home,
        .name = "checkpoints.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = 1,
        .is_read_only = is_read_only,
    };
    struct checkpoints *checkpoints = heap_new(sizeof(*checkpoints));
    enum status status = store_open(&settings, &checkpoints->env, error);

    if (status == STATUS_OK)
        status = store_tables(checkpoints->env, &spec, 1, &checkpoints->table, error);
    if (status != STATUS_OK) {
        checkpoints_close(checkpoints);
        return status;
    }
    *out = checkpoints;
    return STATUS_OK;
}

void checkpoints_close(struct checkpoints *checkpoints)
{
    if (checkpoints == NULL)
        return;
    store_close(checkpoints->env);
    heap_free(checkpoints);
}

static enum status expect_kept(struct bytes key, struct bytes value, struct error *error)
{
    if (key.size == TIME_SIZE && value.size > TIME_SIZE)
        return STATUS_OK;
    return error_set(
        error, STATUS_CORRUPT, "checkpoints.mdb holds what is no checkpoint: restore a backup");
}

static struct kept_checkpoint read_kept(struct bytes value, struct arena *arena)
{
    return (struct kept_checkpoint){
        .signed_at = {(int64_t)store_number_value(value.data)},
        .note = text_copy(
            arena, (struct text){(const char *)value.data + TIME_SIZE, value.size - TIME_SIZE}),
    };
}

/* The newest pair, lent by the transaction. */
static enum status last(
    const struct checkpoints *checkpoints,
    struct store_txn *txn,
    struct bytes *key,
    struct bytes *value,
    struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    enum status status = store_cursor_open(txn, checkpoints->table, &cursor, error);

    if (status == STATUS_OK)
        status = store_cursor_move(cursor, STORE_LAST, key, value, error);
    return status == STATUS_OK ? expect_kept(*key, *value, error) : status;
}

static enum status hour_for(
    const struct checkpoints *checkpoints,
    struct store_txn *txn,
    struct timestamp at,
    uint64_t *out,
    struct error *error)
{
    uint64_t hour = (uint64_t)(at.us / hour_us);
    struct bytes key;
    struct bytes value;
    enum status status = last(checkpoints, txn, &key, &value, error);

    if (status == STATUS_OK && store_number_value(key.data) > hour)
        hour = store_number_value(key.data);
    *out = hour;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status checkpoints_keep(
    struct checkpoints *checkpoints, const struct kept_checkpoint *kept, struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_BUF value = {0};
    struct store_number signed_at = store_number((uint64_t)kept->signed_at.us);
    struct store_number key;
    uint64_t hour = 0;
    enum status status = store_begin(checkpoints->env, true, &txn, error);

    buf_init(&value, NOTE_MAX_BYTES + TIME_SIZE);
    buf_add(&value, signed_at.bytes, TIME_SIZE);
    buf_add_text(&value, kept->note);
    must(!buf_is_full(&value));
    if (status == STATUS_OK)
        status = hour_for(checkpoints, txn, kept->signed_at, &hour, error);
    if (status != STATUS_OK)
        return status;
    key = store_number(hour);
    status = store_put(txn, checkpoints->table, store_number_key(&key), buf_bytes(&value), error);
    return status == STATUS_OK ? store_commit(&txn, error) : status;
}

enum status checkpoints_newest(
    struct checkpoints *checkpoints,
    struct arena *arena,
    struct kept_checkpoint *out,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    struct bytes key = {NULL, 0};
    struct bytes value = {NULL, 0};
    enum status status = store_begin(checkpoints->env, false, &txn, error);

    if (status == STATUS_OK)
        status = last(checkpoints, txn, &key, &value, error);
    if (status != STATUS_OK)
        return status;
    *out = read_kept(value, arena);
    return STATUS_OK;
}

enum status checkpoints_next(
    struct checkpoints *checkpoints,
    uint64_t *hour,
    struct arena *arena,
    struct kept_checkpoint *out,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct store_number from = store_number(*hour);
    struct bytes key = store_number_key(&from);
    struct bytes value = {NULL, 0};
    enum status status = store_begin(checkpoints->env, false, &txn, error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, checkpoints->table, &cursor, error);
    if (status == STATUS_OK)
        status = store_cursor_move(cursor, STORE_SEEK, &key, &value, error);
    if (status == STATUS_OK)
        status = expect_kept(key, value, error);
    if (status != STATUS_OK)
        return status;
    *hour = store_number_value(key.data) + 1;
    *out = read_kept(value, arena);
    return STATUS_OK;
}
