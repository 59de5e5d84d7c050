/*
 * Reading telemetry, newest first: day by day from the last, and in each day backwards from the
 * end of what is asked for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/telemetry_internal.h"

#include <string.h>

enum { AT_BYTES = 8, ID_BYTES = 16 };

struct search {
    struct telemetry *telemetry;
    struct store_txn *txn;
    enum telemetry_row row;
    struct key prefix;
    struct timestamp from; /* inclusive both */
    struct timestamp to;
    size_t limit;
    struct arena *arena;
    struct metric_sample *samples;
    size_t count;
};

/* The row of a workspace or time names the node, under which the sample is. */
static enum status find_packed(
    const struct search *search,
    struct store_table table,
    struct bytes key,
    struct bytes *value,
    struct error *error)
{
    struct key of_node;
    enum status status;

    if (search->row == ROW_OF_NODE)
        return STATUS_OK;
    must(value->size == ID_BYTES);
    telemetry_sample_prefix(&of_node, ROW_OF_NODE, key_read_uuid(value->data));
    key_add(
        &of_node, (struct bytes){key.data + search->prefix.size, key.size - search->prefix.size});
    status = store_get(search->txn, table, key_bytes(&of_node), value, error);
    if (status == STATUS_NOT_FOUND)
        return error_set(error, STATUS_CORRUPT, "telemetry.mdb names a sample that it has not");
    return status;
}

/* To the last row of what is asked for. */
static enum status seek_last(
    const struct search *search,
    struct store_cursor *cursor,
    struct bytes *key,
    struct bytes *value,
    struct error *error)
{
    struct key beyond = search->prefix;
    enum status status;

    key_add_u64(&beyond, (uint64_t)search->to.us + 1);
    *key = key_bytes(&beyond);
    status = store_cursor_move(cursor, STORE_SEEK, key, value, error);
    if (status == STATUS_NOT_FOUND)
        return store_cursor_move(cursor, STORE_LAST, key, value, error);
    return status == STATUS_OK ? store_cursor_move(cursor, STORE_PREVIOUS, key, value, error)
                               : status;
}

static bool is_asked_for(const struct search *search, struct bytes key)
{
    size_t prefix = search->prefix.size;

    if (key.size != prefix + AT_BYTES + ID_BYTES ||
        memcmp(key.data, search->prefix.data, prefix) != 0)
        return false;
    return (int64_t)key_read_u64(key.data + prefix) >= search->from.us;
}

static enum status take_sample(struct search *search, struct bytes packed, struct error *error)
{
    enum status status = shape_unpack(
        &metric_sample_shape, packed, search->arena, &search->samples[search->count], error);

    if (status == STATUS_OK)
        search->count++;
    return status;
}

static enum status read_day(struct search *search, struct store_table table, struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    struct bytes key = {NULL, 0};
    struct bytes value;
    enum status status = store_cursor_open(search->txn, table, &cursor, error);

    if (status == STATUS_OK)
        status = seek_last(search, cursor, &key, &value, error);
    while (status == STATUS_OK && search->count < search->limit && is_asked_for(search, key)) {
        status = find_packed(search, table, key, &value, error);
        if (status == STATUS_OK)
            status = take_sample(search, value, error);
        if (status == STATUS_OK)
            status = store_cursor_move(cursor, STORE_PREVIOUS, &key, &value, error);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status read_days(struct search *search, struct error *error)
{
    const struct telemetry *telemetry = search->telemetry;
    enum status status = STATUS_OK;

    for (size_t i = telemetry->day_count; i > 0 && status == STATUS_OK; i--) {
        const struct telemetry_day *day = &telemetry->days[i - 1];

        if (!day->is_committed || day->number > telemetry_day_of(search->to))
            continue;
        if (day->number < telemetry_day_of(search->from) || search->count == search->limit)
            break;
        status = read_day(search, day->table, error);
    }
    return status;
}

static void choose_rows(struct search *search, const struct telemetry_query *query)
{
    struct uuid owner = UUID_NONE;

    search->row = ROW_OF_TIME;
    if (uuid_is_present(query->node)) {
        search->row = ROW_OF_NODE;
        owner = query->node;
    } else if (uuid_is_present(query->workspace)) {
        search->row = ROW_OF_WORKSPACE;
        owner = query->workspace;
    }
    telemetry_sample_prefix(&search->prefix, search->row, owner);
}

/* The lock is held: a damaged file is replaced under it. */
static enum status begin(struct telemetry *telemetry, struct store_txn **out, struct error *error)
{
    if (telemetry->env == NULL)
        return error_set(
            error, STATUS_UNAVAILABLE, "telemetry.mdb is damaged and not yet made again");
    return store_begin(telemetry->env, false, out, error);
}

enum status telemetry_samples(
    struct telemetry *telemetry,
    const struct telemetry_query *query,
    struct arena *arena,
    const struct metric_sample **out,
    size_t *out_count,
    struct error *error)
{
    struct search search = {
        .telemetry = telemetry,
        .from = query->from,
        .to = timestamp_is_present(query->to) ? query->to : (struct timestamp){INT64_MAX},
        .limit = query->limit,
        .arena = arena,
        .samples = arena_array(arena, query->limit, sizeof(struct metric_sample)),
    };
    enum status status;

    choose_rows(&search, query);
    pthread_rwlock_rdlock(&telemetry->lock);
    status = begin(telemetry, &search.txn, error);
    if (status == STATUS_OK)
        status = read_days(&search, error);
    store_abort(&search.txn);
    pthread_rwlock_unlock(&telemetry->lock);
    if (status != STATUS_OK)
        return status;
    if (arena_is_full(arena))
        return error_set(error, STATUS_TOO_LARGE, "the samples do not fit the reader's memory");
    *out = search.samples;
    *out_count = search.count;
    return STATUS_OK;
}

static struct timestamp
read_last_seen(struct telemetry *telemetry, struct store_txn *txn, struct uuid node)
{
    struct bytes value;
    struct error error;

    if (store_get(
            txn, telemetry->seen, (struct bytes){node.bytes, sizeof(node.bytes)}, &value, &error) !=
            STATUS_OK ||
        value.size != AT_BYTES)
        return (struct timestamp){0};
    return (struct timestamp){(int64_t)key_read_u64(value.data)};
}

struct timestamp telemetry_last_seen(struct telemetry *telemetry, struct uuid node)
{
    struct timestamp seen = {0};
    struct store_txn *txn = NULL;
    struct error error;

    pthread_rwlock_rdlock(&telemetry->lock);
    if (begin(telemetry, &txn, &error) == STATUS_OK)
        seen = read_last_seen(telemetry, txn, node);
    store_abort(&txn);
    pthread_rwlock_unlock(&telemetry->lock);
    return seen;
}
