/*
 * Stored hashes as the tree's reader, and what is asked of them from outside.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

static bool read_hash(void *context, uint64_t stored_index, struct digest *out)
{
    const struct ledger_hashes *hashes = context;
    struct bytes value;

    if (store_get(hashes->txn, hashes->table, store_integer(&stored_index), &value, NULL) !=
        STATUS_OK)
        return false;
    if (value.size != DIGEST_SIZE)
        return false;
    memcpy(out->bytes, value.data, DIGEST_SIZE);
    return true;
}

struct tree_reader ledger_tree_reader(struct ledger_hashes *hashes)
{
    return (struct tree_reader){.read = read_hash, .context = hashes};
}

static enum status
begin_hashes(struct ledger *log, struct store_txn **txn, struct ledger_hashes *out, struct error *f)
{
    struct ledger_view *view = ledger_view(log);
    enum status status = store_begin(view->env, false, txn, f);

    *out = (struct ledger_hashes){*txn, view->tables[LEDGER_HASHES]};
    return status;
}

enum status ledger_root(struct ledger *log, uint64_t size, struct digest *out, struct error *error)
{
    AUTO_TXN txn = NULL;
    struct ledger_hashes hashes;
    struct tree_reader reader;
    enum status status;

    must(size <= ledger_size(log));
    status = begin_hashes(log, &txn, &hashes, error);
    if (status != STATUS_OK)
        return status;
    reader = ledger_tree_reader(&hashes);
    if (!tree_root(&reader, size, out))
        return ledger_damaged(error, size - 1, "a hash below its root cannot be read");
    return STATUS_OK;
}

enum status
ledger_leaf(struct ledger *log, struct position at, struct digest *out, struct error *error)
{
    AUTO_TXN txn = NULL;
    struct ledger_hashes hashes;
    enum status status;

    if (at.value >= ledger_size(log))
        return error_set(
            error, STATUS_NOT_FOUND, "there is no event at position %llu yet",
            (unsigned long long)at.value);
    status = begin_hashes(log, &txn, &hashes, error);
    if (status != STATUS_OK)
        return status;
    if (!read_hash(&hashes, tree_stored_index(0, at.value), out))
        return ledger_damaged(error, at.value, "its hash cannot be read");
    return STATUS_OK;
}
