/*
 * The index kept up with the ledger: opened, confirmed by the ledger's root, and fed.
 *
 *   ledger ──ledger_read──► pairs ──ledger_index_batch.h──► index.mdb, with size and root
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_index.h"

#include "core/base/buf.h"
#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/set_aside.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/ledger_index_build.h"
#include "eventlog/store/pages.h"

#include <string.h>

enum {
    INDEX_FORMAT = 4,
    MARK_MAX_BYTES = 256,
    MARK_ARENA_BYTES = 4096,
    BUILD_FROM = 200000, /* events */
    RUN_PAIRS = 1 << 20,
    MERGE_PAIRS = 1 << 20, /* in a commit */
    READ_AT_ONCE = 1000,
    READ_BUDGET_BYTES = 8 << 20,
    /* A record decoded is several times its stored size, and one body may be 4 MiB. */
    READ_ARENA_BYTES = 128 << 20
};

struct index_mark {
    int64_t format;
    int64_t size;
    struct bytes root;
};

static const struct field index_mark_fields[] = {
    {INT64(index_mark, format), .tag = 1, .flags = REQUIRED, .doc = "Format of the file."},
    {INT64(index_mark, size), .tag = 2, .flags = REQUIRED,
     .doc = "Number of entries that are indexed."},
    {BYTES(index_mark, root), .tag = 3, .flags = REQUIRED,
     .doc = "Root of the Merkle tree over those entries."},
};
static const struct shape index_mark_shape = SHAPE(index_mark, "Progress of the index.");

static const struct store_table_spec table_specs[INDEX_TABLES] = {
    [INDEX_PAIRS] = {"pairs", STORE_DUPLICATES},
    [INDEX_META] = {"meta", 0},
};

static const struct bytes mark_key = {(const uint8_t *)"mark", 4};

static enum status
write_mark(struct ledger_index *index, struct store_txn *txn, uint64_t size, struct error *error)
{
    struct digest root;
    struct index_mark mark = {
        .format = INDEX_FORMAT, .size = (int64_t)size, .root = {root.bytes, DIGEST_SIZE}};
    enum status status = ledger_root(index->ledger, size, &root, error);
    AUTO_BUF packed = {0};

    buf_init(&packed, MARK_MAX_BYTES);
    if (status != STATUS_OK)
        return status;
    shape_pack(&index_mark_shape, &mark, &packed);
    must(!buf_is_full(&packed));
    return store_put(txn, index->tables[INDEX_META], mark_key, buf_bytes(&packed), error);
}

/* Is this mark about a beginning of our ledger? */
static bool is_confirmed(struct ledger_index *index, const struct index_mark *mark)
{
    struct digest root;
    struct error error;

    if (mark->size < 0 || mark->root.size != DIGEST_SIZE ||
        (uint64_t)mark->size > ledger_size(index->ledger))
        return false;
    return ledger_root(index->ledger, (uint64_t)mark->size, &root, &error) == STATUS_OK &&
           memcmp(root.bytes, mark->root.data, DIGEST_SIZE) == 0;
}

/* STATUS_NOT_FOUND when there is no mark of this format, STATUS_CONFLICT when the ledger does not confirm
 * it. */
static enum status read_mark(struct ledger_index *index, uint64_t *out_size, struct error *error)
{
    AUTO_ARENA arena = arena_new(MARK_ARENA_BYTES);
    AUTO_TXN txn = NULL;
    struct index_mark mark;
    struct bytes packed = {NULL, 0};
    enum status status = store_begin(index->env, false, &txn, error);

    if (status == STATUS_OK)
        status = store_get(txn, index->tables[INDEX_META], mark_key, &packed, error);
    if (status != STATUS_OK)
        return status;
    if (shape_unpack(&index_mark_shape, packed, arena, &mark, NULL) != STATUS_OK)
        return STATUS_CONFLICT;
    if (mark.format != INDEX_FORMAT)
        return STATUS_NOT_FOUND;
    if (!is_confirmed(index, &mark))
        return STATUS_CONFLICT;
    *out_size = (uint64_t)mark.size;
    return STATUS_OK;
}

static enum status clear(struct ledger_index *index, struct error *error)
{
    AUTO_TXN txn = NULL;
    enum status status = store_begin(index->env, true, &txn, error);

    if (status == STATUS_OK)
        status = store_table_empty(txn, index->tables[INDEX_PAIRS], false, error);
    if (status == STATUS_OK)
        status = write_mark(index, txn, 0, error);
    return status == STATUS_OK ? store_commit(&txn, error) : status;
}

/* Only looked at, it is not made anew. */
static enum status refuse_mark(enum status why, struct error *error)
{
    if (why == STATUS_NOT_FOUND)
        return error_set(
            error, STATUS_NOT_FOUND,
            "index.mdb is another version's: the server builds its own when it starts");
    return error_set(
        error, STATUS_CORRUPT,
        "index.mdb was not made from this ledger, or is damaged: the server builds it again when it "
        "starts");
}

static enum status load(struct ledger_index *index, struct error *error)
{
    struct store_settings settings = {
        .directory = index->directory,
        .name = "index.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = INDEX_TABLES,
        .is_read_only = index->is_read_only,
    };
    struct pages_usage usage;
    uint64_t size = 0;
    enum status status = store_open(&settings, &index->env, error);

    /* Whoever only looks may look beside a writer, and for damage. */
    if (status == STATUS_OK && settings.is_read_only)
        status = store_check_pages(index->env, &usage, error);
    if (status == STATUS_OK)
        status = store_tables(index->env, table_specs, INDEX_TABLES, index->tables, error);
    if (status == STATUS_OK)
        status = read_mark(index, &size, error);
    if (status == STATUS_NOT_FOUND || status == STATUS_CONFLICT)
        status = index->is_read_only ? refuse_mark(status, error) : clear(index, error);
    if (status != STATUS_OK) {
        store_close(index->env);
        index->env = NULL;
    }
    atomic_store_explicit(&index->size, size, memory_order_release);
    return status;
}

enum status ledger_index_open(
    const char *directory,
    struct ledger *ledger,
    bool is_read_only,
    struct ledger_index **out,
    struct error *error)
{
    struct ledger_index *index = heap_new(sizeof(*index));
    enum status status;

    must(pthread_rwlock_init(&index->in_use, NULL) == 0);
    index->directory = heap_copy(directory);
    index->ledger = ledger;
    index->is_read_only = is_read_only;
    index->build_from = BUILD_FROM;
    index->run_pairs = RUN_PAIRS;
    index->most = UINT64_MAX;
    status = load(index, error);
    if (status != STATUS_OK) {
        ledger_index_close(index);
        return status;
    }
    *out = index;
    return STATUS_OK;
}

void ledger_index_close(struct ledger_index *index)
{
    if (index == NULL)
        return;
    index_build_free(index->build);
    store_close(index->env);
    must(pthread_rwlock_destroy(&index->in_use) == 0);
    heap_free(index->directory);
    heap_free(index);
}

/* Some records from a position on: those before what is damaged, too. */
static enum status read_slice(
    const struct ledger_index *index,
    uint64_t at,
    uint64_t end,
    struct arena *arena,
    struct list *out,
    struct error *error)
{
    struct record *records = arena_array(arena, READ_AT_ONCE, sizeof(*records));
    uint64_t limit = end - at < READ_AT_ONCE ? end - at : READ_AT_ONCE;

    out->items = records;
    return ledger_read(
        index->ledger, (struct position){at}, (size_t)limit, READ_BUDGET_BYTES, arena, records,
        &out->count, error);
}

/* Reads a slice from `*at` on and gathers its pairs. */
static enum status add_slice(
    struct ledger_index *index,
    struct index_batch *batch,
    uint64_t *at,
    uint64_t end,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(READ_ARENA_BYTES);
    struct list records = {NULL, 0};
    enum status status = read_slice(index, *at, end, arena, &records, error);

    for (size_t i = 0; i < records.count; i++)
        index_batch_add(batch, (const struct record *)records.items + i);
    *at += records.count;
    return status;
}

/* Up to `*end`, or to what cannot be read: only where that is the first, it is told. */
static enum status add_slices(
    struct ledger_index *index,
    struct store_txn *txn,
    uint64_t from,
    uint64_t *end,
    struct error *error)
{
    struct index_batch *batch = index_batch_new();
    uint64_t at = from;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && at < *end) {
        status = add_slice(index, batch, &at, *end, error);
        if (status != STATUS_OK && at > from) {
            *end = at;
            status = STATUS_OK;
        }
        if (status == STATUS_OK && (at == *end || index_batch_is_large(batch)))
            status = index_batch_write(batch, index, txn, error);
    }
    index_batch_free(batch);
    return status;
}

void ledger_index_end_at(struct ledger_index *index, uint64_t size)
{
    must(index->build == NULL && size >= ledger_index_size(index));
    index->most = size;
}

/* How far it is to come. */
static uint64_t head_of(const struct ledger_index *index)
{
    uint64_t size = ledger_size(index->ledger);

    return size < index->most ? size : index->most;
}

/* So many events of the ledger, in one transaction. */
static enum status
add_events(struct ledger_index *index, size_t limit, size_t *out_added, struct error *error)
{
    uint64_t from = ledger_index_size(index);
    uint64_t head = head_of(index);
    uint64_t end = head - from < limit ? head : from + limit;
    AUTO_TXN txn = NULL;
    enum status status;

    must(!index->is_read_only);
    if (from == end) {
        *out_added = 0;
        return STATUS_OK;
    }
    status = from == 0 ? clear(index, error) : STATUS_OK; /* of a build that was stopped */
    if (status == STATUS_OK)
        status = store_begin(index->env, true, &txn, error);
    if (status == STATUS_OK)
        status = add_slices(index, txn, from, &end, error);
    if (status == STATUS_OK)
        status = ledger_index_erase(index, txn, from, error);
    if (status == STATUS_OK)
        status = write_mark(index, txn, end, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_INDEX, error);
    if (status == STATUS_OK)
        status = store_commit(&txn, error);
    if (status != STATUS_OK)
        return status;
    atomic_store_explicit(&index->size, end, memory_order_release);
    *out_added = (size_t)(end - from);
    return STATUS_OK;
}

static bool is_to_be_built(const struct ledger_index *index)
{
    return index->build != NULL ||
           (ledger_index_size(index) == 0 && head_of(index) >= index->build_from);
}

/* From an empty table: one that was left half built is not. */
static enum status begin_build(struct ledger_index *index, struct error *error)
{
    enum status status = clear(index, error);

    index->build_at = 0;
    index->build_end = head_of(index);
    if (status != STATUS_OK)
        return status;
    return index_build_new(index->directory, index->run_pairs, &index->build, error);
}

/* The next events into the build, up to what cannot be read. */
static enum status take_in(struct ledger_index *index, size_t limit, struct error *error)
{
    uint64_t left = index->build_end - index->build_at;
    uint64_t end = index->build_at + (left < limit ? left : limit);
    enum status status = STATUS_OK;

    while (status == STATUS_OK && index->build_at < end) {
        AUTO_ARENA arena = arena_new(READ_ARENA_BYTES);
        struct list records = {NULL, 0};
        enum status read = read_slice(index, index->build_at, end, arena, &records, error);
        for (size_t i = 0; i < records.count && status == STATUS_OK; i++)
            status = index_build_add(index->build, (const struct record *)records.items + i, error);
        index->build_at += records.count;
        if (read != STATUS_OK)
            index->build_end = end = index->build_at;
        if (read != STATUS_OK && end == 0)
            return read;
    }
    if (status == STATUS_OK && index->build_at == index->build_end)
        status = index_build_sort(index->build, error);
    return status;
}

/* The mark comes with the last pairs: before, the index has no size. */
static enum status merge_some(struct ledger_index *index, bool *out_is_over, struct error *error)
{
    AUTO_TXN txn = NULL;
    struct store_cursor *cursor = NULL;
    enum status status = store_begin(index->env, true, &txn, error);

    if (status == STATUS_OK)
        status = store_cursor_open(txn, index->tables[INDEX_PAIRS], &cursor, error);
    if (status == STATUS_OK)
        status = index_build_merge(index->build, cursor, MERGE_PAIRS, out_is_over, error);
    store_cursor_close(&cursor);
    if (status == STATUS_OK && *out_is_over)
        status = ledger_index_erase(index, txn, 0, error);
    if (status == STATUS_OK && *out_is_over)
        status = write_mark(index, txn, index->build_end, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_INDEX, error);
    return status == STATUS_OK ? store_commit(&txn, error) : status;
}

static void end_build(struct ledger_index *index)
{
    index_build_free(index->build);
    index->build = NULL;
}

/* A step of it. Where it fails, for lack of room for instance, the index is made the slow way. */
static enum status
build_some(struct ledger_index *index, size_t limit, size_t *out_added, struct error *error)
{
    bool is_over = false;
    enum status status = index->build == NULL ? begin_build(index, error) : STATUS_OK;

    if (status == STATUS_OK && !index_build_is_sorted(index->build))
        status = take_in(index, limit, error);
    else if (status == STATUS_OK)
        status = merge_some(index, &is_over, error);
    if (status != STATUS_OK)
        index->build_from = UINT64_MAX;
    if (is_over && status == STATUS_OK)
        atomic_store_explicit(&index->size, index->build_end, memory_order_release);
    if (is_over || status != STATUS_OK)
        end_build(index);
    *out_added = limit;
    return status;
}

/* The damaged file lies aside then, and a new one begins. */
static void begin_anew(struct ledger_index *index, struct error *error)
{
    struct set_aside_name kept;
    struct error why;
    enum status status;

    must(pthread_rwlock_wrlock(&index->in_use) == 0);
    store_close(index->env);
    index->env = NULL;
    atomic_store_explicit(&index->size, 0, memory_order_release);
    status = set_aside(index->directory, "index.mdb", &kept, &why);
    if (status == STATUS_OK)
        status = load(index, &why);
    must(pthread_rwlock_unlock(&index->in_use) == 0);
    if (status == STATUS_OK)
        error_context(error, "index.mdb lies aside as %s and is built again", kept.text);
    else
        error_context(error, "index.mdb cannot be built again (%.200s)", why.text);
}

static enum status load_again(struct ledger_index *index, struct error *error)
{
    enum status status;

    must(pthread_rwlock_wrlock(&index->in_use) == 0);
    status = load(index, error);
    must(pthread_rwlock_unlock(&index->in_use) == 0);
    return status;
}

enum status ledger_index_catch_up(
    struct ledger_index *index, size_t limit, size_t *out_added, struct error *error)
{
    struct error why = {0};
    enum status status = index->env == NULL ? load_again(index, &why) : STATUS_OK;

    if (status == STATUS_OK && is_to_be_built(index))
        status = build_some(index, limit, out_added, &why);
    else if (status == STATUS_OK)
        status = add_events(index, limit, out_added, &why);
    if (status == STATUS_CORRUPT && !text_is(text_from(why.code), "ledger_damaged"))
        begin_anew(index, &why);
    if (status != STATUS_OK && error != NULL)
        *error = why;
    return status;
}
