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

struct comparison {
    const char *table;
    struct bytes last; /* key told, lent; the other model's value of it is no second difference */
    bool is_equal;
    void (*each)(const char *table, struct bytes key, void *context);
    void *context;
};

static void on_difference(struct bytes key, struct bytes value, void *context)
{
    struct comparison *comparison = context;

    (void)value;
    comparison->is_equal = false;
    if (bytes_are_present(comparison->last) && bytes_equal(key, comparison->last))
        return;
    comparison->last = key;
    comparison->each(comparison->table, key, comparison->context);
}

bool model_compare(
    const struct model *a,
    const struct model *b,
    void (*each)(const char *table, struct bytes key, void *context),
    void *context)
{
    struct comparison comparison = {.is_equal = true, .each = each, .context = context};

    for (int table = 0; table < MODEL_FOLDED_TABLES; table++) {
        struct error error;

        comparison.table = model_table_specs[table].name;
        comparison.last = (struct bytes){NULL, 0};
        must(
            store_compare(
                &(struct store_view){model_txn(a), a->tables[table]},
                &(struct store_view){model_txn(b), b->tables[table]},
                &(struct store_comparison){NULL, on_difference, &comparison}, &error) == STATUS_OK);
    }
    return comparison.is_equal;
}
