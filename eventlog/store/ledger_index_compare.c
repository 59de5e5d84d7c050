/*
 * Where two indexes differ: both walked side by side, in the order of their pairs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/ledger_index_internal.h"

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
    return side->value.size == sizeof(uint64_t) && be64_read(side->value.data) >= side->size;
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
        side->value.size == sizeof(uint64_t) ? be64_read(side->value.data) : UINT64_MAX};
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
