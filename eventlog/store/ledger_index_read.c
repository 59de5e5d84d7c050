/*
 * What is asked of the index: the positions of a key, a digest of all, and where two differ.
 * Positions of a key are duplicates in byte order, which is the order of the big-endian numbers
 * that they are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/ledger_index_internal.h"

uint64_t ledger_index_size(const struct ledger_index *index)
{
    return atomic_load_explicit(&index->size, memory_order_acquire);
}

enum status ledger_index_begin(
    struct ledger_index *index, uint64_t size, struct store_txn **out, struct error *error)
{
    must(pthread_rwlock_rdlock(&index->in_use) == 0);
    if (index->env == NULL || ledger_index_size(index) < size)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "index_rebuilding", "The index of events is built again.");
    return store_begin(index->env, false, out, error);
}

void ledger_index_end(struct ledger_index *index, struct store_txn **txn)
{
    store_abort(txn);
    must(pthread_rwlock_unlock(&index->in_use) == 0);
}

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

    key_write_u64(wanted, from.value);
    finding->key = key_bytes(key);
    finding->value = (struct bytes){wanted, sizeof(wanted)};
    return move(finding, STORE_SEEK_VALUE, error);
}

/* To the last position at or before `from`. */
static enum status
seek_back(struct finding *finding, const struct key *key, struct position from, struct error *error)
{
    enum status status = seek(finding, key, from, error);

    if (status == STATUS_OK && key_read_u64(finding->value.data) == from.value)
        return STATUS_OK;
    if (status == STATUS_OK)
        return move(finding, STORE_PREVIOUS_VALUE, error);
    if (status != STATUS_NOT_FOUND)
        return status;
    /* Every position lies before: to the key itself, and its last. */
    status = seek(finding, key, (struct position){0}, error);
    return status == STATUS_OK ? move(finding, STORE_LAST_VALUE, error) : status;
}

enum status ledger_index_seek(
    struct store_cursor *cursor,
    const struct key *key,
    struct position from,
    bool falls,
    struct bytes *out_value,
    struct error *error)
{
    struct finding finding = {.cursor = cursor};
    enum status status =
        falls ? seek_back(&finding, key, from, error) : seek(&finding, key, from, error);

    if (status == STATUS_OK)
        *out_value = finding.value;
    return status;
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
        out[count++].value = key_read_u64(finding->value.data);
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
    struct store_txn *txn = NULL;
    struct store_cursor *cursor = NULL;
    struct finding finding = {.cursor = NULL};
    enum status status = ledger_index_begin(index, 0, &txn, error);

    ledger_index_key(&stored, query->kind, query->key);
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
    store_cursor_close(&cursor);
    ledger_index_end(index, &txn);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = found;
    *out_count = count;
    return STATUS_OK;
}

struct digest ledger_index_digest(struct ledger_index *index)
{
    struct digest digest = {{0}};
    AUTO_TXN txn = NULL;
    struct error error;

    must(store_begin(index->env, false, &txn, &error) == STATUS_OK);
    must(store_digest(txn, index->tables[INDEX_PAIRS], &digest, &error) == STATUS_OK);
    return digest;
}

struct comparison {
    uint64_t size;
    void (*each)(struct bytes key, struct position at, void *context);
    void *context;
};

/* Is it about an event below the size, or no position at all? */
static bool counts(struct bytes value, void *context)
{
    const struct comparison *comparison = context;

    return value.size != sizeof(uint64_t) || key_read_u64(value.data) < comparison->size;
}

static void on_difference(struct bytes key, struct bytes value, void *context)
{
    const struct comparison *comparison = context;
    uint64_t at = value.size == sizeof(uint64_t) ? key_read_u64(value.data) : UINT64_MAX;

    comparison->each(key, (struct position){at}, comparison->context);
}

enum status ledger_index_compare(
    struct ledger_index *a,
    struct ledger_index *b,
    uint64_t size,
    void (*each)(struct bytes key, struct position at, void *context),
    void *context,
    struct error *error)
{
    struct comparison comparison = {.size = size, .each = each, .context = context};
    AUTO_TXN left = NULL;
    AUTO_TXN right = NULL;
    enum status status = store_begin(a->env, false, &left, error);

    if (status == STATUS_OK)
        status = store_begin(b->env, false, &right, error);
    if (status != STATUS_OK)
        return status;
    return store_compare(
        &(struct store_view){left, a->tables[INDEX_PAIRS]},
        &(struct store_view){right, b->tables[INDEX_PAIRS]},
        &(struct store_comparison){counts, on_difference, &comparison}, error);
}
