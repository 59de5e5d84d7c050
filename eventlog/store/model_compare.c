/*
 * Models as a whole: their digest, and where two of them differ.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/model_internal.h"

struct digest model_digest(const struct model *model)
{
    struct digest digest = {{0}};

    for (int table = 0; table < MODEL_FOLDED_TABLES; table++) {
        struct error error;

        must(store_digest(model_txn(model), model->tables[table], &digest, &error) == STATUS_OK);
    }
    return digest;
}

/* One side of a comparison: a walk over a table's pairs. */
struct side {
    struct store_cursor *cursor;
    struct bytes key;
    struct bytes value;
    bool is_at_end;
};

static void step(struct side *side, enum store_move move)
{
    struct error error;
    enum status status = store_cursor_move(side->cursor, move, &side->key, &side->value, &error);

    must(status == STATUS_OK || status == STATUS_NOT_FOUND);
    side->is_at_end = status == STATUS_NOT_FOUND;
}

static void start(struct side *side, const struct model *model, int table)
{
    struct error error;

    must(
        store_cursor_open(model_txn(model), model->tables[table], &side->cursor, &error) ==
        STATUS_OK);
    step(side, STORE_FIRST);
}

static int order(const struct side *a, const struct side *b)
{
    if (a->is_at_end || b->is_at_end)
        return a->is_at_end ? 1 : -1;
    return text_compare(text_of_bytes(a->key), text_of_bytes(b->key));
}

static bool compare_table(
    struct side *a,
    struct side *b,
    const char *table,
    void (*each)(const char *table, struct bytes key, void *context),
    void *context)
{
    bool is_equal = true;

    while (!a->is_at_end || !b->is_at_end) {
        int which = order(a, b);

        if (which != 0 || !bytes_equal(a->value, b->value)) {
            is_equal = false;
            each(table, which <= 0 ? a->key : b->key, context);
        }
        if (which <= 0)
            step(a, STORE_NEXT);
        if (which >= 0)
            step(b, STORE_NEXT);
    }
    return is_equal;
}

bool model_compare(
    const struct model *a,
    const struct model *b,
    void (*each)(const char *table, struct bytes key, void *context),
    void *context)
{
    bool is_equal = true;

    for (int table = 0; table < MODEL_FOLDED_TABLES; table++) {
        struct side left = {.cursor = NULL};
        struct side right = {.cursor = NULL};

        start(&left, a, table);
        start(&right, b, table);
        if (!compare_table(&left, &right, model_table_specs[table].name, each, context))
            is_equal = false;
        store_cursor_close(&left.cursor);
        store_cursor_close(&right.cursor);
    }
    return is_equal;
}
