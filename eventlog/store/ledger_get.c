/*
 * What is stored at a position: an entry that fits its leaf, and whatever stands for its body.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/ledger_internal.h"

#include <string.h>

static enum status
get(const struct ledger_view *view,
    struct store_txn *txn,
    enum ledger_table table,
    uint64_t key,
    struct bytes *out,
    struct error *error)
{
    struct store_number number = store_number(key);

    return store_get(txn, view->tables[table], store_number_key(&number), out, error);
}

enum status ledger_get_entry(
    const struct ledger_view *view,
    struct store_txn *txn,
    uint64_t at,
    struct bytes *out,
    struct error *error)
{
    struct bytes stored_leaf = {NULL, 0};
    struct bytes entry = {NULL, 0};
    struct digest leaf;
    enum status status = get(view, txn, LEDGER_ENTRIES, at, &entry, error);

    if (status == STATUS_OK)
        status = get(view, txn, LEDGER_HASHES, tree_stored_index(0, at), &stored_leaf, error);
    if (status == STATUS_NOT_FOUND)
        return ledger_damaged(error, at, "the entry or its hash is missing");
    if (status != STATUS_OK)
        return status;
    leaf = tree_leaf(entry);
    if (stored_leaf.size != DIGEST_SIZE || memcmp(stored_leaf.data, leaf.bytes, DIGEST_SIZE) != 0)
        return ledger_damaged(error, at, "the entry does not fit its hash");
    *out = entry;
    return STATUS_OK;
}

enum status ledger_get_body(
    const struct ledger_view *view,
    struct store_txn *txn,
    uint64_t at,
    struct bytes *out,
    struct error *error)
{
    enum status status = get(view, txn, LEDGER_BODIES, at, out, error);

    if (status != STATUS_NOT_FOUND)
        return status;
    *out = (struct bytes){NULL, 0};
    return STATUS_OK;
}
