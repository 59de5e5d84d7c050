/*
 * What opening believes only after looking: that counts, last entry, the hashes that it completed,
 * and the root agree. The number of steps grows with the height of the tree only.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

enum { CHECK_ARENA_BYTES = 1 << 20 };

struct check {
    const struct ledger_view *view;
    struct store_txn *txn;
    struct arena *arena;
    struct ledger_mark mark;
    uint64_t size;
};

/* Number of pairs of a table, and its last key (0 when empty). */
static enum status extent(
    const struct check *check,
    enum ledger_table table,
    uint64_t *count,
    uint64_t *last,
    struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    struct bytes key;
    struct bytes value;
    enum status status = store_count(check->txn, check->view->tables[table], count, error);

    *last = 0;
    if (status == STATUS_OK)
        status = store_cursor_open(check->txn, check->view->tables[table], &cursor, error);
    if (status == STATUS_OK)
        status = store_cursor_move(cursor, STORE_LAST, &key, &value, error);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        memcpy(last, key.data, sizeof(*last));
    return status;
}

static enum status check_extents(const struct check *check, struct error *error)
{
    static const char *const names[] = {"entries", "bodies", "hashes"};
    uint64_t hashes = tree_stored_count(check->size);
    uint64_t wanted[] = {check->size, check->size, hashes};

    for (int table = LEDGER_ENTRIES; table <= LEDGER_HASHES; table++) {
        uint64_t count;
        uint64_t last;
        bool may_lack = table == LEDGER_BODIES;
        enum status status = extent(check, (enum ledger_table)table, &count, &last, error);

        if (status != STATUS_OK)
            return status;
        if (count > wanted[table] || (count < wanted[table] && !may_lack) ||
            (count > 0 && last >= wanted[table]))
            return error_set_code(
                error, STATUS_CORRUPT, "ledger_damaged",
                "ledger.mdb should hold %llu %s but holds %llu, the last numbered %llu",
                (unsigned long long)wanted[table], names[table], (unsigned long long)count,
                (unsigned long long)last);
    }
    return STATUS_OK;
}

/* The last leaf and every inner node that it completed, computed again. */
static enum status
check_last_hashes(const struct check *check, struct digest leaf, struct error *error)
{
    struct ledger_hashes hashes = {check->txn, check->view->tables[LEDGER_HASHES]};
    struct tree_reader reader = ledger_tree_reader(&hashes);
    uint64_t first = tree_stored_index(0, check->size - 1);
    struct digest computed[64];
    size_t count;

    if (!tree_append(&reader, check->size - 1, leaf, computed, &count))
        return ledger_damaged(error, check->size - 1, "a hash cannot be read");
    for (size_t i = 0; i < count; i++) {
        struct digest stored;

        if (!reader.read(reader.context, first + i, &stored) ||
            memcmp(stored.bytes, computed[i].bytes, DIGEST_SIZE) != 0)
            return ledger_damaged(error, check->size - 1, "a hash does not fit its entry");
    }
    return STATUS_OK;
}

static enum status check_last_entry(const struct check *check, struct error *error)
{
    uint64_t position = check->size - 1;
    struct bytes packed;
    struct entry entry;
    enum status status = store_get(
        check->txn, check->view->tables[LEDGER_ENTRIES], store_integer(&position), &packed, error);

    if (status == STATUS_NOT_FOUND)
        return ledger_damaged(error, position, "the entry is missing");
    if (status == STATUS_OK)
        status = check_last_hashes(check, tree_leaf(packed), error);
    if (status == STATUS_OK)
        status = shape_unpack(&entry_shape, packed, check->arena, &entry, error);
    if (status != STATUS_OK)
        return status;
    if ((uint64_t)entry.position != position)
        return ledger_damaged(error, position, "the entry says another position");
    if (entry.recorded_at.us != check->mark.last_recorded_at.us)
        return ledger_damaged(error, position, "the entry says another time than the mark");
    return STATUS_OK;
}

static enum status check_root(const struct check *check, struct error *error)
{
    struct ledger_hashes hashes = {check->txn, check->view->tables[LEDGER_HASHES]};
    struct tree_reader reader = ledger_tree_reader(&hashes);
    struct digest root;

    if (tree_root(&reader, check->size, &root) &&
        memcmp(root.bytes, check->mark.root.data, DIGEST_SIZE) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_damaged",
        "the root over the %llu entries of ledger.mdb is not the stored one",
        (unsigned long long)check->size);
}

static enum status check_all(struct check *check, struct error *error)
{
    enum status status =
        ledger_mark_read(check->view, check->txn, check->arena, &check->mark, error);

    if (status != STATUS_OK)
        return status;
    check->size = (uint64_t)check->mark.size;
    status = check_extents(check, error);
    if (status == STATUS_OK && check->size > 0)
        status = check_last_entry(check, error);
    if (status == STATUS_OK)
        status = check_root(check, error);
    return status;
}

enum status ledger_check(struct ledger *log, struct error *error)
{
    AUTO_ARENA arena = arena_new(CHECK_ARENA_BYTES);
    AUTO_TXN txn = NULL;
    struct check check = {.view = ledger_view(log), .arena = arena};
    enum status status = store_begin(check.view->env, false, &txn, error);

    check.txn = txn;
    if (status == STATUS_OK)
        status = check_all(&check, error);
    if (status != STATUS_OK)
        return status;
    atomic_store(&log->size, check.size);
    atomic_store(&log->last_us, check.mark.last_recorded_at.us);
    return STATUS_OK;
}
