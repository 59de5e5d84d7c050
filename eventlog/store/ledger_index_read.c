/*
 * What is asked of the index: the positions of a key, a digest of all, and where two differ.
 * Positions of a key are duplicates in byte order, which is the order of the big-endian numbers
 * that they are.
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
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    struct finding finding = {.cursor = NULL};
    enum status status = store_begin(index->env, false, &txn, error);

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

/* One of the two, at a pair about an event below the size, or at its end. */
struct side {
    struct store_cursor *cursor;
    struct bytes key;
    struct bytes value;
    uint64_t size;
    bool is_at_end;
};

static bool is_beyond(const struct side *side)
{
    return side->value.size == sizeof(uint64_t) && key_read_u64(side->value.data) >= side->size;
}

static enum status step(struct side *side, enum store_move move, struct error *error)
{
    enum status status;

    do {
        status = store_cursor_move(side->cursor, move, &side->key, &side->value, error);
        move = STORE_NEXT;
    } while (status == STATUS_OK && is_beyond(side));
    side->is_at_end = status == STATUS_NOT_FOUND;
    return side->is_at_end ? STATUS_OK : status;
}

static int order(const struct side *a, const struct side *b)
{
    int keys;

    if (a->is_at_end || b->is_at_end)
        return a->is_at_end ? 1 : -1;
    keys = text_compare(text_of_bytes(a->key), text_of_bytes(b->key));
    return keys != 0 ? keys : text_compare(text_of_bytes(a->value), text_of_bytes(b->value));
}

static struct position position_of(const struct side *side)
{
    return (struct position){
        side->value.size == sizeof(uint64_t) ? key_read_u64(side->value.data) : UINT64_MAX};
}

static enum status compare(
    struct side *a,
    struct side *b,
    void (*each)(struct bytes key, struct position at, void *context),
    void *context,
    struct error *error)
{
    enum status status = step(a, STORE_FIRST, error);

    if (status == STATUS_OK)
        status = step(b, STORE_FIRST, error);
    while (status == STATUS_OK && (!a->is_at_end || !b->is_at_end)) {
        int which = order(a, b);
        if (which != 0)
            each(which < 0 ? a->key : b->key, position_of(which < 0 ? a : b), context);
        if (which <= 0)
            status = step(a, STORE_NEXT, error);
        if (which >= 0 && status == STATUS_OK)
            status = step(b, STORE_NEXT, error);
    }
    return status;
}

enum status ledger_index_compare(
    struct ledger_index *a,
    struct ledger_index *b,
    uint64_t size,
    void (*each)(struct bytes key, struct position at, void *context),
    void *context,
    struct error *error)
{
    AUTO_TXN left = NULL;
    AUTO_TXN right = NULL;
    AUTO_CURSOR left_cursor = NULL;
    AUTO_CURSOR right_cursor = NULL;
    enum status status = store_begin(a->env, false, &left, error);

    if (status == STATUS_OK)
        status = store_begin(b->env, false, &right, error);
    if (status == STATUS_OK)
        status = store_cursor_open(left, a->tables[INDEX_PAIRS], &left_cursor, error);
    if (status == STATUS_OK)
        status = store_cursor_open(right, b->tables[INDEX_PAIRS], &right_cursor, error);
    if (status != STATUS_OK)
        return status;
    struct side one = {.cursor = left_cursor, .size = size};
    struct side other = {.cursor = right_cursor, .size = size};
    return compare(&one, &other, each, context, error);
}
