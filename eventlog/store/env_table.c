/*
 * Tables as wholes: all of an environment opened at once, their digest, where two differ, and the pages
 * that they lie on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/env.h"
#include "eventlog/store/env_internal.h"
#include "eventlog/store/key.h"
#include "eventlog/store/pages.h"

enum status store_tables(
    struct store_env *env,
    const struct store_table_spec *specs,
    size_t count,
    struct store_table *out,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    enum status status = store_begin(env, !env->is_read_only, &txn, error);

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = store_table_open(txn, specs[i], &out[i], error);
        if (status == STATUS_NOT_FOUND)
            status =
                error_set(error, STATUS_CORRUPT, "%s lacks table %s", env->name, specs[i].name);
    }
    return status == STATUS_OK ? store_commit(&txn, error) : status;
}

static void chain(struct digest *digest, struct bytes key, struct bytes value)
{
    uint8_t sizes[16];
    const struct bytes pieces[] = {
        {digest->bytes, DIGEST_SIZE}, {sizes, sizeof(sizes)}, key, value};

    key_write_u64(sizes, key.size);
    key_write_u64(sizes + 8, value.size);
    *digest = sha256_of(pieces, COUNT_OF(pieces));
}

enum status store_digest(
    struct store_txn *txn, struct store_table table, struct digest *digest, struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    enum store_move move = STORE_FIRST;
    enum status status = store_cursor_open(txn, table, &cursor, error);

    while (status == STATUS_OK) {
        struct bytes key;
        struct bytes value;

        status = store_cursor_move(cursor, move, &key, &value, error);
        if (status == STATUS_OK)
            chain(digest, key, value);
        move = STORE_NEXT;
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    *digest = sha256((struct bytes){digest->bytes, DIGEST_SIZE});
    return STATUS_OK;
}

/* One of two tables that are walked side by side: at a pair that counts, or at its end. */
struct side {
    const struct store_comparison *comparison;
    struct store_cursor *cursor;
    struct bytes key;
    struct bytes value;
    bool is_at_end;
};

static bool is_skipped(const struct side *side)
{
    const struct store_comparison *comparison = side->comparison;

    return comparison->counts != NULL && !comparison->counts(side->value, comparison->context);
}

static enum status step(struct side *side, enum store_move move, struct error *error)
{
    enum status status;

    do {
        status = store_cursor_move(side->cursor, move, &side->key, &side->value, error);
        move = STORE_NEXT;
    } while (status == STATUS_OK && is_skipped(side));
    side->is_at_end = status == STATUS_NOT_FOUND;
    return side->is_at_end ? STATUS_OK : status;
}

/* Less than 0: the first side's pair comes first; 0: both are at the same one. */
static int order(const struct side *a, const struct side *b)
{
    int keys;

    if (a->is_at_end || b->is_at_end)
        return a->is_at_end ? 1 : -1;
    keys = text_compare(text_of_bytes(a->key), text_of_bytes(b->key));
    return keys != 0 ? keys : text_compare(text_of_bytes(a->value), text_of_bytes(b->value));
}

static enum status walk(struct side *a, struct side *b, struct error *error)
{
    const struct store_comparison *comparison = a->comparison;
    enum status status = step(a, STORE_FIRST, error);

    if (status == STATUS_OK)
        status = step(b, STORE_FIRST, error);
    while (status == STATUS_OK && (!a->is_at_end || !b->is_at_end)) {
        int which = order(a, b);
        const struct side *only = which < 0 ? a : b;
        if (which != 0)
            comparison->each(only->key, only->value, comparison->context);
        if (which <= 0)
            status = step(a, STORE_NEXT, error);
        if (which >= 0 && status == STATUS_OK)
            status = step(b, STORE_NEXT, error);
    }
    return status;
}

enum status store_compare(
    const struct store_view *a,
    const struct store_view *b,
    const struct store_comparison *comparison,
    struct error *error)
{
    AUTO_CURSOR left = NULL;
    AUTO_CURSOR right = NULL;
    enum status status = store_cursor_open(a->txn, a->table, &left, error);

    if (status == STATUS_OK)
        status = store_cursor_open(b->txn, b->table, &right, error);
    if (status != STATUS_OK)
        return status;
    return walk(
        &(struct side){.comparison = comparison, .cursor = left},
        &(struct side){.comparison = comparison, .cursor = right}, error);
}

enum { MOST_PAGE_TRIES = 100 };

/* A writer may overwrite the meta page of a transaction that has just begun: then it is begun anew. */
enum status store_check_pages(struct store_env *env, struct pages_usage *out, struct error *error)
{
    enum status status = STATUS_NOT_FOUND;

    for (int tries = 0; tries < MOST_PAGE_TRIES && status == STATUS_NOT_FOUND; tries++) {
        struct store_txn *txn = NULL;
        status = store_begin(env, false, &txn, error);
        if (status != STATUS_OK)
            return status;
        status = pages_check_commit(
            &(struct pages_commit){env->name, store_descriptor(env), mdb_txn_id(txn->txn)}, out,
            error);
        store_abort(&txn);
    }
    if (status == STATUS_NOT_FOUND)
        return error_set(
            error, STATUS_CORRUPT, "%s has no meta page of its newest commit", env->name);
    return status;
}
