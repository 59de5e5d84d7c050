/*
 * Tiles and proofs, each read in one short transaction.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_proof.h"

#include "core/base/buf.h"
#include "eventlog/store/ledger_internal.h"

static enum status add_hashes(
    struct ledger_hashes *stored, const struct tile *tile, struct buf *out, struct error *error)
{
    const struct tree_reader reader = ledger_tree_reader(stored);
    struct digest hashes[TILE_WIDTH];

    if (!tile_hashes(&reader, tile, hashes))
        return ledger_damaged(
            error, tile->index << (TILE_HEIGHT * (tile->level + 1)),
            "a hash of its tile cannot be read");
    buf_add(out, hashes, tile->width * sizeof(hashes[0]));
    return STATUS_OK;
}

/* Not held against their leaves: whoever fetches a tile of entries does just that. */
static enum status add_entries(
    const struct ledger_hashes *stored,
    const struct tile *tile,
    struct buf *out,
    struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    uint64_t first = tile->index * TILE_WIDTH;
    enum status status =
        store_cursor_open(stored->txn, stored->view->tables[LEDGER_ENTRIES], &cursor, error);

    for (uint64_t at = first; at < first + tile->width && status == STATUS_OK; at++) {
        struct store_number number = store_number(at);
        struct bytes key = store_number_key(&number);
        struct bytes entry = {NULL, 0};
        status =
            store_cursor_move(cursor, at == first ? STORE_SEEK : STORE_NEXT, &key, &entry, error);
        if (status == STATUS_NOT_FOUND ||
            (status == STATUS_OK && !bytes_equal(key, store_number_key(&number))))
            return ledger_damaged(error, at, "the entry is missing");
        buf_add_char(out, (char)(entry.size >> 8));
        buf_add_char(out, (char)(entry.size & 0xFF));
        buf_add(out, entry.data, entry.size);
    }
    return status;
}

enum status
ledger_tile(struct ledger *ledger, const struct tile *tile, struct buf *out, struct error *error)
{
    AUTO_HASHES hashes = {0};
    enum status status;

    if (!tile_is_in(tile, ledger_size(ledger)))
        return error_set_code(
            error, STATUS_NOT_FOUND, "tile_not_found", "The ledger does not reach that tile yet.");
    status = ledger_hashes_begin(ledger, &hashes, error);
    if (status == STATUS_OK)
        status = tile->is_of_entries ? add_entries(&hashes, tile, out, error)
                                     : add_hashes(&hashes, tile, out, error);
    if (status == STATUS_OK && buf_is_full(out))
        return error_set(error, STATUS_TOO_LARGE, "The tile is larger than an answer may be.");
    return status;
}

enum status
ledger_entry(struct ledger *ledger, struct position position, struct buf *out, struct error *error)
{
    AUTO_HASHES hashes = {0};
    struct bytes entry = {NULL, 0};
    enum status status;

    if (position.value >= ledger_size(ledger))
        return error_set_code(
            error, STATUS_NOT_FOUND, "event_not_found", "There is no event at that position yet.");
    status = ledger_hashes_begin(ledger, &hashes, error);
    if (status == STATUS_OK)
        status = ledger_get_entry(hashes.view, hashes.txn, position.value, &entry, error);
    if (status == STATUS_OK)
        buf_add(out, entry.data, entry.size);
    if (status == STATUS_OK && buf_is_full(out))
        return error_set(error, STATUS_TOO_LARGE, "The entry is larger than the room for it.");
    return status;
}

static enum status refuse_proof(uint64_t size, const struct ledger *ledger, struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "proof_impossible",
        "There is no such proof for size %llu of a ledger of size %llu.", (unsigned long long)size,
        (unsigned long long)ledger_size(ledger));
}

enum status ledger_inclusion(
    struct ledger *ledger,
    struct position position,
    uint64_t size,
    struct proof *out,
    struct error *error)
{
    AUTO_HASHES hashes = {0};
    const struct tree_reader reader = ledger_tree_reader(&hashes);
    enum status status;

    if (size > ledger_size(ledger) || position.value >= size)
        return refuse_proof(size, ledger, error);
    status = ledger_hashes_begin(ledger, &hashes, error);
    if (status == STATUS_OK &&
        !tree_inclusion(&reader, position.value, size, out->hashes, &out->count))
        status = ledger_damaged(error, position.value, "a hash of its proof cannot be read");
    return status;
}

enum status ledger_consistency(
    struct ledger *ledger, uint64_t from, uint64_t size, struct proof *out, struct error *error)
{
    AUTO_HASHES hashes = {0};
    const struct tree_reader reader = ledger_tree_reader(&hashes);
    enum status status;

    if (size > ledger_size(ledger) || from > size)
        return refuse_proof(size, ledger, error);
    status = ledger_hashes_begin(ledger, &hashes, error);
    if (status == STATUS_OK && !tree_consistency(&reader, from, size, out->hashes, &out->count))
        status = ledger_damaged(error, from, "a hash of its proof cannot be read");
    return status;
}
