/*
 * The tables of kept checkpoints. An hour's value is signed-at u64be ‖ note, and is replaced until the hour is
 * over; a clock that goes back goes on in the newest hour, so that the last value is always the newest. An epoch's value is
 * the size at which it began u64be ‖ note.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/checkpoints.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/checkpoint.h"
#include "eventlog/store/env.h"

enum { TIME_SIZE = 8, SINCE_SIZE = 8, NOTE_ARENA = 2 * NOTE_MAX_BYTES };
static const int64_t hour_us = INT64_C(3600) * US_PER_S;

static const struct field first_checkpoint_fields[] = {
    {INT64(first_checkpoint, epoch), .tag = 1, .flags = REQUIRED, .min = 1, .max = INT64_MAX,
     .doc = "Epoch, from 1 on."},
    {INT64(first_checkpoint, since), .tag = 2, .flags = REQUIRED, .min = 0, .max = INT64_MAX,
     .doc = "Size of the ledger at which it began."},
    {TEXT(first_checkpoint, note), .tag = 3, .flags = REQUIRED, .min = 1, .max = NOTE_MAX_BYTES,
     .doc = "The checkpoint, as it was signed."},
};
static const struct shape first_checkpoint_shape =
    SHAPE(first_checkpoint, "The first checkpoint of an epoch.");

static const struct field first_checkpoints_fields[] = {
    {OBJECTS(first_checkpoints, checkpoints, first_checkpoint), .tag = 1,
     .max = MOST_FIRST_CHECKPOINTS, .doc = "The first checkpoint of each epoch."},
};
const struct shape first_checkpoints_shape =
    SHAPE(first_checkpoints, "What proves the epochs of a ledger.");

struct checkpoints {
    struct store_env *env;
    struct store_table table;
    struct store_table firsts;
    bool has_firsts; /* a file that is only read may be older than they are */
};

/* Made when missing, unless the file is only read. */
static enum status
open_firsts(struct checkpoints *checkpoints, bool is_read_only, struct error *error)
{
    static const struct store_table_spec spec = {"epochs", 0};
    AUTO_TXN txn = NULL;
    enum status status = store_begin(checkpoints->env, !is_read_only, &txn, error);

    if (status == STATUS_OK)
        status = store_table_open(txn, spec, &checkpoints->firsts, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = store_commit(&txn, error);
    checkpoints->has_firsts = status == STATUS_OK;
    return status;
}

enum status
checkpoints_open(const char *home, bool is_read_only, struct checkpoints **out, struct error *error)
{
    static const struct store_table_spec spec = {"checkpoints", 0};
    const struct store_settings settings = {
        .directory = home,
        .name = "checkpoints.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = 2,
        .is_read_only = is_read_only,
    };
    struct checkpoints *checkpoints = heap_new(sizeof(*checkpoints));
    enum status status = store_open(&settings, &checkpoints->env, error);

    if (status == STATUS_OK)
        status = store_tables(checkpoints->env, &spec, 1, &checkpoints->table, error);
    if (status == STATUS_OK)
        status = open_firsts(checkpoints, is_read_only, error);
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

/* First ones. */

static struct first_checkpoint read_first(struct bytes key, struct bytes value)
{
    return (struct first_checkpoint){
        .epoch = (int64_t)store_number_value(key.data),
        .since = (int64_t)store_number_value(value.data),
        .note = {(const char *)value.data + SINCE_SIZE, value.size - SINCE_SIZE},
    };
}

static uint64_t size_of(struct text note)
{
    AUTO_ARENA arena = arena_new(NOTE_ARENA);
    struct checkpoint checkpoint;

    return checkpoint_parse(arena, note, &checkpoint) ? checkpoint.size : UINT64_MAX;
}

static enum status put_first(
    const struct checkpoints *checkpoints,
    struct store_txn *txn,
    struct bytes key,
    const struct first_checkpoint *first,
    struct error *error)
{
    AUTO_BUF value = {0};
    struct store_number since = store_number((uint64_t)first->since);

    buf_init(&value, NOTE_MAX_BYTES + SINCE_SIZE);
    buf_add(&value, since.bytes, SINCE_SIZE);
    buf_add_text(&value, first->note);
    must(!buf_is_full(&value));
    return store_put(txn, checkpoints->firsts, key, buf_bytes(&value), error);
}

enum status checkpoints_keep_first(
    struct checkpoints *checkpoints, const struct first_checkpoint *first, struct error *error)
{
    AUTO_TXN txn = NULL;
    struct store_number epoch = store_number((uint64_t)first->epoch);
    struct bytes key = store_number_key(&epoch);
    struct bytes value = {NULL, 0};
    enum status status = store_begin(checkpoints->env, true, &txn, error);

    if (status == STATUS_OK)
        status = store_get(txn, checkpoints->firsts, key, &value, error);
    if (status == STATUS_OK)
        status = expect_kept(key, value, error);
    if (status == STATUS_OK && size_of(read_first(key, value).note) <= size_of(first->note))
        return STATUS_OK;
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = put_first(checkpoints, txn, key, first, error);
    return status == STATUS_OK ? store_commit(&txn, error) : status;
}

enum status checkpoints_next_first(
    struct checkpoints *checkpoints,
    int64_t *epoch,
    struct arena *arena,
    struct first_checkpoint *out,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct store_number from = store_number((uint64_t)*epoch);
    struct bytes key = store_number_key(&from);
    struct bytes value = {NULL, 0};
    enum status status;

    if (!checkpoints->has_firsts)
        return STATUS_NOT_FOUND;
    status = store_begin(checkpoints->env, false, &txn, error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, checkpoints->firsts, &cursor, error);
    if (status == STATUS_OK)
        status = store_cursor_move(cursor, STORE_SEEK, &key, &value, error);
    if (status == STATUS_OK)
        status = expect_kept(key, value, error);
    if (status != STATUS_OK)
        return status;
    *out = read_first(key, value);
    out->note = text_copy(arena, out->note);
    *epoch = out->epoch + 1;
    return STATUS_OK;
}
