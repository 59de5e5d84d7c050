/*
 * Tiles and proofs, each read in one short transaction.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_proof.h"

#include "core/base/buf.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

/* A transaction, and the hashes as it sees them: by a cursor, because most lie near the one before. */
struct sight {
    const struct ledger_view *view;
    struct store_txn *txn;
    struct store_cursor *hashes;
    struct tree_reader reader;
};

static bool read_hash(void *context, uint64_t stored_index, struct digest *out)
{
    const struct sight *sight = context;
    struct store_number number = store_number(stored_index);
    struct bytes key = store_number_key(&number);
    struct bytes value = {NULL, 0};

    if (store_cursor_move(sight->hashes, STORE_SEEK, &key, &value, NULL) != STATUS_OK ||
        !bytes_equal(key, store_number_key(&number)) || value.size != DIGEST_SIZE)
        return false;
    memcpy(out->bytes, value.data, DIGEST_SIZE);
    return true;
}

static enum status look(struct ledger *ledger, struct sight *out, struct error *error)
{
    enum status status;

    out->view = ledger_view(ledger);
    out->reader = (struct tree_reader){read_hash, out};
    status = store_begin(out->view->env, false, &out->txn, error);
    if (status == STATUS_OK)
        status = store_cursor_open(out->txn, out->view->tables[LEDGER_HASHES], &out->hashes, error);
    return status;
}

static void look_away(struct sight *sight)
{
    store_cursor_close(&sight->hashes);
    store_abort(&sight->txn);
}

static enum status
add_hashes(const struct sight *sight, const struct tile *tile, struct buf *out, struct error *error)
{
    struct digest hashes[TILE_WIDTH];

    if (!tile_hashes(&sight->reader, tile, hashes))
        return ledger_damaged(
            error, tile->index << (TILE_HEIGHT * (tile->level + 1)),
            "a hash of its tile cannot be read");
    buf_add(out, hashes, tile->width * sizeof(hashes[0]));
    return STATUS_OK;
}

/* Not held against their leaves: whoever fetches a tile of entries does just that. */
static enum status add_entries(
    const struct sight *sight, const struct tile *tile, struct buf *out, struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    uint64_t first = tile->index * TILE_WIDTH;
    enum status status =
        store_cursor_open(sight->txn, sight->view->tables[LEDGER_ENTRIES], &cursor, error);

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
    struct sight sight = {.txn = NULL};
    enum status status;

    if (!tile_is_in(tile, ledger_size(ledger)))
        return error_set_code(
            error, STATUS_NOT_FOUND, "tile_not_found", "The ledger does not reach that tile yet.");
    status = look(ledger, &sight, error);
    if (status == STATUS_OK)
        status = tile->is_of_entries ? add_entries(&sight, tile, out, error)
                                     : add_hashes(&sight, tile, out, error);
    look_away(&sight);
    if (status == STATUS_OK && buf_is_full(out))
        return error_set(error, STATUS_TOO_LARGE, "The tile is larger than an answer may be.");
    return status;
}

enum status
ledger_entry(struct ledger *ledger, struct position position, struct buf *out, struct error *error)
{
    struct sight sight = {.txn = NULL};
    struct bytes entry = {NULL, 0};
    enum status status;

    if (position.value >= ledger_size(ledger))
        return error_set_code(
            error, STATUS_NOT_FOUND, "event_not_found", "There is no event at that position yet.");
    status = look(ledger, &sight, error);
    if (status == STATUS_OK)
        status = ledger_get_entry(sight.view, sight.txn, position.value, &entry, error);
    if (status == STATUS_OK)
        buf_add(out, entry.data, entry.size);
    look_away(&sight);
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
    struct sight sight = {.txn = NULL};
    enum status status;

    if (size > ledger_size(ledger) || position.value >= size)
        return refuse_proof(size, ledger, error);
    status = look(ledger, &sight, error);
    if (status == STATUS_OK &&
        !tree_inclusion(&sight.reader, position.value, size, out->hashes, &out->count))
        status = ledger_damaged(error, position.value, "a hash of its proof cannot be read");
    look_away(&sight);
    return status;
}

enum status ledger_consistency(
    struct ledger *ledger, uint64_t from, uint64_t size, struct proof *out, struct error *error)
{
    struct sight sight = {.txn = NULL};
    enum status status;

    if (size > ledger_size(ledger) || from > size)
        return refuse_proof(size, ledger, error);
    status = look(ledger, &sight, error);
    if (status == STATUS_OK &&
        !tree_consistency(&sight.reader, from, size, out->hashes, &out->count))
        status = ledger_damaged(error, from, "a hash of its proof cannot be read");
    look_away(&sight);
    return status;
}
