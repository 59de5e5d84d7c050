/*
 * The stored hashes of the tree, as a transaction sees them: for roots, proofs, tiles, and for appending.
 * By a cursor, because most that are read lie near the one before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

enum { NEAR = 3 }; /* so far ahead stepping costs less than seeking; every index is there */

static bool is_at(struct bytes key, uint64_t stored_index)
{
    struct store_number number = store_number(stored_index);

    return bytes_equal(key, store_number_key(&number));
}

/* Steps over as many as lie between; false where that does not lead there. */
static bool step_to(struct ledger_hashes *hashes, uint64_t stored_index, struct bytes *out)
{
    uint64_t steps = stored_index - hashes->at;
    struct bytes key = {NULL, 0};

    if (!hashes->is_placed || stored_index <= hashes->at || steps > NEAR)
        return false;
    while (steps-- > 0) {
        if (store_cursor_move(hashes->cursor, STORE_NEXT, &key, out, NULL) != STATUS_OK)
            return false;
    }
    return is_at(key, stored_index);
}

static bool seek(struct ledger_hashes *hashes, uint64_t stored_index, struct bytes *out)
{
    struct store_number number = store_number(stored_index);
    struct bytes key = store_number_key(&number);

    return store_cursor_move(hashes->cursor, STORE_SEEK, &key, out, NULL) == STATUS_OK &&
           is_at(key, stored_index);
}

static bool read_hash(void *context, uint64_t stored_index, struct digest *out)
{
    struct ledger_hashes *hashes = context;
    struct bytes value = {NULL, 0};

    hashes->is_placed = step_to(hashes, stored_index, &value) || seek(hashes, stored_index, &value);
    hashes->at = stored_index;
    if (!hashes->is_placed || value.size != DIGEST_SIZE)
        return false;
    memcpy(out->bytes, value.data, DIGEST_SIZE);
    return true;
}

struct tree_reader ledger_tree_reader(struct ledger_hashes *hashes)
{
    return (struct tree_reader){.read = read_hash, .context = hashes};
}

enum status ledger_hashes_check_root(
    struct ledger_hashes *hashes, const struct ledger_mark *mark, struct error *error)
{
    const struct tree_reader reader = ledger_tree_reader(hashes);
    struct digest root;

    must(mark->root.size == DIGEST_SIZE);
    if (tree_root(&reader, (uint64_t)mark->size, &root) &&
        memcmp(root.bytes, mark->root.data, DIGEST_SIZE) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_damaged",
        "the root over the %llu entries of ledger.mdb is not the stored one",
        (unsigned long long)mark->size);
}

enum status ledger_hashes_open(
    const struct ledger_view *view,
    struct store_txn *txn,
    struct ledger_hashes *out,
    struct error *error)
{
    *out = (struct ledger_hashes){.view = view, .txn = txn};
    return store_cursor_open(txn, view->tables[LEDGER_HASHES], &out->cursor, error);
}

enum status
ledger_hashes_begin(struct ledger *ledger, struct ledger_hashes *out, struct error *error)
{
    const struct ledger_view *view = ledger_view(ledger);
    struct store_txn *txn = NULL;
    enum status status = store_begin(view->env, false, &txn, error);

    *out = (struct ledger_hashes){.view = view};
    if (status == STATUS_OK)
        status = ledger_hashes_open(view, txn, out, error);
    out->own = txn;
    return status;
}

void ledger_hashes_end(struct ledger_hashes *hashes)
{
    store_cursor_close(&hashes->cursor);
    store_abort(&hashes->own);
}
