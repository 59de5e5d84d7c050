/*
 * Finding positions by key. Positions of a key are duplicates in byte order, which is the order of
 * the big-endian numbers that they are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/index_internal.h"

struct finding {
    struct store_cursor *cursor;
    struct bytes key;
    struct bytes value;
};

static enum status move(struct finding *finding, enum store_move move, struct fault *fault)
{
    return store_cursor_move(finding->cursor, move, &finding->key, &finding->value, fault);
}

/* To the first position at or after `from`. */
static enum status
seek(struct finding *finding, const struct key *key, struct position from, struct fault *fault)
{
    uint8_t wanted[8];

    be64_write(wanted, from.value);
    finding->key = key_bytes(key);
    finding->value = (struct bytes){wanted, sizeof(wanted)};
    return move(finding, STORE_SEEK_VALUE, fault);
}

/* To the last position at or before `from`. */
static enum status
seek_back(struct finding *finding, const struct key *key, struct position from, struct fault *fault)
{
    enum status status = seek(finding, key, from, fault);

    if (status == STATUS_OK && be64_read(finding->value.data) == from.value)
        return STATUS_OK;
    if (status == STATUS_OK)
        return move(finding, STORE_PREVIOUS_VALUE, fault);
    if (status != STATUS_NOT_FOUND)
        return status;
    /* Every position lies before: to the key itself, and its last. */
    status = seek(finding, key, (struct position){0}, fault);
    return status == STATUS_OK ? move(finding, STORE_LAST_VALUE, fault) : status;
}

static enum status collect(
    struct finding *finding,
    enum store_move next,
    size_t limit,
    struct position *out,
    size_t *out_count,
    struct fault *fault)
{
    size_t count = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && count < limit) {
        out[count++].value = be64_read(finding->value.data);
        if (count < limit)
            status = move(finding, next, fault);
    }
    *out_count = count;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status evindex_find(
    struct evindex *index,
    const struct evindex_query *query,
    struct arena *arena,
    const struct position **out,
    size_t *out_count,
    struct fault *fault)
{
    struct position *found = arena_array(arena, query->limit, sizeof(*found));
    size_t count = 0;
    struct key stored;
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct finding finding = {.cursor = NULL};
    enum status status = store_begin(index->env, false, &txn, fault);

    index_key(&stored, query->kind, query->key);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, index->tables[INDEX_PAIRS], &cursor, fault);
    finding.cursor = cursor;
    if (status == STATUS_OK)
        status = query->newest_first ? seek_back(&finding, &stored, query->from, fault)
                                     : seek(&finding, &stored, query->from, fault);
    if (status == STATUS_OK)
        status = collect(
            &finding, query->newest_first ? STORE_PREVIOUS_VALUE : STORE_NEXT_VALUE, query->limit,
            found, &count, fault);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = found;
    *out_count = count;
    return STATUS_OK;
}
