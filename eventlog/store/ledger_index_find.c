/*
 * Finding positions by key. Positions of a key are duplicates in byte order, which is the order of
 * the big-endian numbers that they are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/ledger_index_internal.h"

struct finding {
    struct store_cursor *cursor;
    struct bytes key;
    struct bytes value;
};

static enum status move(struct finding *finding, enum store_move move, struct error *error)
{
    return store_cursor_move(finding->cursor, move, &finding->key, &finding->value, error);
}

/* To the first position at or after `from`. */
static enum status
seek(struct finding *finding, const struct key *key, struct position from, struct error *error)
{
    uint8_t wanted[8];

    be64_write(wanted, from.value);
    finding->key = key_bytes(key);
    finding->value = (struct bytes){wanted, sizeof(wanted)};
    return move(finding, STORE_SEEK_VALUE, error);
}

/* To the last position at or before `from`. */
static enum status
seek_back(struct finding *finding, const struct key *key, struct position from, struct error *error)
{
    enum status status = seek(finding, key, from, error);

    if (status == STATUS_OK && be64_read(finding->value.data) == from.value)
        return STATUS_OK;
    if (status == STATUS_OK)
        return move(finding, STORE_PREVIOUS_VALUE, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    /* Every position lies before: to the key itself, and its last. */
    status = seek(finding, key, (struct position){0}, error);
    return status == STATUS_OK ? move(finding, STORE_LAST_VALUE, error) : status;
}

static enum status collect(
    struct finding *finding,
    enum store_move next,
    size_t limit,
    struct position *out,
    size_t *out_count,
    struct error *error)
{
    size_t count = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && count < limit) {
        out[count++].value = be64_read(finding->value.data);
        if (count < limit)
            status = move(finding, next, error);
    }
    *out_count = count;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status ledger_index_find(
    struct ledger_index *index,
    const struct ledger_index_query *query,
    struct arena *arena,
    const struct position **out,
    size_t *out_count,
    struct error *error)
{
    struct position *found = arena_array(arena, query->limit, sizeof(*found));
    size_t count = 0;
    struct key stored;
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct finding finding = {.cursor = NULL};
    enum status status = store_begin(index->env, false, &txn, error);

    index_key(&stored, query->kind, query->key);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, index->tables[INDEX_PAIRS], &cursor, error);
    finding.cursor = cursor;
    if (status == STATUS_OK)
        status = query->newest_first ? seek_back(&finding, &stored, query->from, error)
                                     : seek(&finding, &stored, query->from, error);
    if (status == STATUS_OK)
        status = collect(
            &finding, query->newest_first ? STORE_PREVIOUS_VALUE : STORE_NEXT_VALUE, query->limit,
            found, &count, error);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = found;
    *out_count = count;
    return STATUS_OK;
}
