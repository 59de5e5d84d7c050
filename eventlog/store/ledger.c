/*
 * Opening and closing the ledger, how far it is, and its end after a failed commit.
 *
 *   opened ──append──► opened ──commit fails──► stopped (reads go on from a second, lock-free view)
 *
 * Opening believes the mark, which every commit writes, only after looking: that counts, last
 * entry, the hashes that it completed, and the root agree. The number of steps grows with the
 * height of the tree only.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/home_lock.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

enum { MARK_MAX_BYTES = 256 };

static const struct bytes mark_key = {(const uint8_t *)"mark", 4};

static const struct field ledger_mark_fields[] = {
    {INT64(ledger_mark, format), .tag = 1, .flags = REQUIRED, .doc = "Format of the file."},
    {INT64(ledger_mark, size), .tag = 2, .flags = REQUIRED, .doc = "Number of entries."},
    {BYTES(ledger_mark, root), .tag = 3, .flags = REQUIRED,
     .doc = "Root of the Merkle tree over the entries."},
    {TIMESTAMP(ledger_mark, last_recorded_at), .tag = 4,
     .doc = "Time the last entry was recorded."},
};
static const struct shape ledger_mark_shape =
    SHAPE(ledger_mark, "State of the ledger at the last commit.");

static struct ledger_mark empty_mark(struct arena *arena)
{
    struct digest root = tree_empty_root();
    struct bytes borrowed = {root.bytes, sizeof(root.bytes)};

    return (struct ledger_mark){.format = LEDGER_FORMAT, .root = bytes_copy(arena, borrowed)};
}

enum status ledger_mark_read(
    const struct ledger_view *view,
    struct store_txn *txn,
    struct arena *arena,
    struct ledger_mark *out,
    struct error *error)
{
    struct ledger_mark mark;
    struct bytes packed = {NULL, 0};
    enum status status = store_get(txn, view->tables[LEDGER_META], mark_key, &packed, error);

    if (status == STATUS_NOT_FOUND) {
        *out = empty_mark(arena);
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = shape_unpack(&ledger_mark_shape, packed, arena, &mark, error);
    if (status != STATUS_OK)
        return status;
    if (mark.format != LEDGER_FORMAT)
        return error_set(
            error, STATUS_UNAVAILABLE, "ledger.mdb has format %lld, this program knows %d",
            (long long)mark.format, LEDGER_FORMAT);
    if (mark.size < 0 || mark.root.size != DIGEST_SIZE)
        return error_set(error, STATUS_CORRUPT, "the mark of ledger.mdb is damaged");
    *out = mark;
    return STATUS_OK;
}

enum status ledger_mark_write(
    const struct ledger_view *view,
    struct store_txn *txn,
    const struct ledger_mark *mark,
    struct error *error)
{
    AUTO_BUF packed = {0};

    buf_init(&packed, MARK_MAX_BYTES);
    shape_pack(&ledger_mark_shape, mark, &packed);
    must(!buf_is_full(&packed));
    return store_put(txn, view->tables[LEDGER_META], mark_key, buf_bytes(&packed), error);
}

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
    if (status != STATUS_OK)
        return status;
    if (key.size != sizeof(struct store_number))
        return error_set(error, STATUS_CORRUPT, "a key of ledger.mdb is no number");
    *last = store_number_value(key.data);
    return STATUS_OK;
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
    AUTO_HASHES hashes = {0};
    struct tree_reader reader = ledger_tree_reader(&hashes);
    enum status status = ledger_hashes_open(check->view, check->txn, &hashes, error);
    uint64_t first = tree_stored_index(0, check->size - 1);
    struct digest computed[64];
    size_t count;

    if (status != STATUS_OK)
        return status;
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
    struct store_number key = store_number(position);
    struct bytes packed = {NULL, 0};
    struct entry entry;
    enum status status = store_get(
        check->txn, check->view->tables[LEDGER_ENTRIES], store_number_key(&key), &packed, error);

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
    AUTO_HASHES hashes = {0};
    enum status status = ledger_hashes_open(check->view, check->txn, &hashes, error);

    return status == STATUS_OK ? ledger_hashes_check_root(&hashes, &check->mark, error) : status;
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

/* The checks at opening, in constant time. Fills size and last time of the ledger. */
static enum status check_ledger(struct ledger *ledger, struct error *error)
{
    AUTO_ARENA arena = arena_new(CHECK_ARENA_BYTES);
    AUTO_TXN txn = NULL;
    struct check check = {.view = ledger_view(ledger), .arena = arena};
    enum status status = store_begin(check.view->env, false, &txn, error);

    check.txn = txn;
    if (status == STATUS_OK)
        status = check_all(&check, error);
    if (status != STATUS_OK)
        return status;
    atomic_store(&ledger->size, check.size);
    atomic_store(&ledger->last_noted_us, monotonic_us());
    atomic_store(&ledger->last_us, check.mark.last_recorded_at.us);
    return STATUS_OK;
}

static const struct store_table_spec table_specs[LEDGER_TABLES] = {
    [LEDGER_ENTRIES] = {"entries", 0},
    [LEDGER_BODIES] = {"bodies", 0},
    [LEDGER_HASHES] = {"hashes", 0},
    [LEDGER_META] = {"meta", 0},
};

static enum status
open_view(const struct store_settings *settings, struct ledger_view *out, struct error *error)
{
    enum status status = store_open(settings, &out->env, error);

    if (status == STATUS_OK)
        status = store_tables(out->env, table_specs, LEDGER_TABLES, out->tables, error);
    return status;
}

static enum status
open_whole(const struct store_settings *settings, struct ledger_view *out, struct error *error)
{
    struct error why = {0};
    enum status status = open_view(settings, out, &why);

    if (status == STATUS_CORRUPT)
        return error_set_code(
            error, status, "ledger_damaged", "%s: restore it from its backup", why.text);
    if (status != STATUS_OK && error != NULL)
        *error = why;
    return status;
}

static struct store_settings view_settings(const struct ledger *ledger)
{
    return (struct store_settings){
        .directory = ledger->home,
        .name = "ledger.mdb",
        .map_bytes = STORE_LEDGER_MAP_BYTES,
        .most_tables = LEDGER_TABLES,
        .is_read_only = ledger->is_read_only,
    };
}

static struct ledger *new_ledger(const struct ledger_settings *settings)
{
    struct ledger *ledger = heap_new(sizeof(*ledger));

    ledger->home = heap_copy(settings->home);
    ledger->lock = -1;
    ledger->is_read_only = settings->is_read_only;
    ledger->is_following = settings->is_following;
    ledger->reserve_bytes = settings->reserve_bytes;
    atomic_init(&ledger->view, &ledger->own);
    return ledger;
}

enum status ledger_open_with(
    const struct ledger_settings *settings,
    const struct store_fault_injection *fault_injection,
    struct ledger **out,
    struct error *error)
{
    struct ledger *ledger = new_ledger(settings);
    struct store_settings store = view_settings(ledger);
    enum status status = STATUS_OK;

    store.fault_injection = fault_injection;
    if (!settings->is_read_only)
        status = home_lock(settings->home, &ledger->lock, error);
    if (status == STATUS_OK)
        status = open_whole(&store, &ledger->own, error);
    if (status == STATUS_OK)
        status = check_ledger(ledger, error);
    if (status != STATUS_OK) {
        ledger_close(ledger);
        return status;
    }
    *out = ledger;
    return STATUS_OK;
}

enum status
ledger_open(const struct ledger_settings *settings, struct ledger **out, struct error *error)
{
    return ledger_open_with(settings, NULL, out, error);
}

enum status ledger_refresh(struct ledger *ledger, struct error *error)
{
    return ledger->is_read_only ? check_ledger(ledger, error) : STATUS_OK;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger == NULL)
        return;
    store_close(ledger->spare.env);
    store_close(ledger->own.env);
    home_unlock(ledger->lock);
    heap_free(ledger->home);
    heap_free(ledger);
}

uint64_t ledger_size(const struct ledger *ledger)
{
    return atomic_load_explicit(&ledger->size, memory_order_acquire);
}

struct timestamp ledger_last_timestamp(const struct ledger *ledger)
{
    return (struct timestamp){atomic_load_explicit(&ledger->last_us, memory_order_acquire)};
}

struct timestamp ledger_now(const struct ledger *ledger)
{
    struct timestamp last = ledger_last_timestamp(ledger);
    struct timestamp now = timestamp_now();

    if (now.us >= last.us)
        return now;
    return timestamp_plus_us(last, monotonic_us() - atomic_load(&ledger->last_noted_us));
}

bool ledger_is_stopped(const struct ledger *ledger, struct error *error)
{
    bool is_stopped = atomic_load_explicit(&ledger->is_stopped, memory_order_acquire);

    if (is_stopped && error != NULL)
        *error = ledger->stop;
    return is_stopped;
}

void ledger_stop(struct ledger *ledger, const struct error *cause)
{
    struct store_settings settings = view_settings(ledger);
    struct error ignored;

    if (atomic_load_explicit(&ledger->is_stopped, memory_order_relaxed))
        return;
    settings.is_read_only = true;
    settings.is_unlocked = true;
    if (open_view(&settings, &ledger->spare, &ignored) == STATUS_OK)
        atomic_store_explicit(&ledger->view, &ledger->spare, memory_order_release);
    ledger->stop = *cause;
    atomic_store_explicit(&ledger->is_stopped, true, memory_order_release);
}

struct ledger_stats ledger_stats(const struct ledger *ledger)
{
    return (struct ledger_stats){
        .commits = atomic_load_explicit(&ledger->commits, memory_order_relaxed),
        .events = atomic_load_explicit(&ledger->events, memory_order_relaxed),
        .last_commit_us = atomic_load_explicit(&ledger->last_commit_us, memory_order_relaxed),
        .total_commit_us = atomic_load_explicit(&ledger->total_commit_us, memory_order_relaxed),
        .file_bytes = store_used_bytes(ledger->own.env),
    };
}

enum status ledger_damaged(struct error *error, uint64_t position, const char *what)
{
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_damaged", "the ledger is damaged at position %llu: %s",
        (unsigned long long)position, what);
}
