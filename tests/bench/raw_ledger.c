/*
 * The rival: LMDB by its own functions, appending in the order of keys, three tables, default
 * flags. It decides nothing, packs nothing, seals nothing; the left siblings of the tree come from
 * memory. Its file gets its blocks beforehand, as the ledger's does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/raw_ledger.h"

#include "core/base/heap.h"
#include "core/base/timestamp.h"
#include "eventlog/store/env.h"
#include "eventlog/tree.h"

#include <lmdb.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum table { ENTRIES, BODIES, HASHES, TABLES };
static const char *const table_names[TABLES] = {"entries", "bodies", "hashes"};

#define MAP_BYTES ((size_t)1 << 40)

struct source {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi tables[TABLES];
};

struct rival {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi tables[TABLES];
    struct digest *hashes; /* all that were stored */
    uint64_t hash_count;
    uint64_t capacity;
    uint64_t size;
};

static enum status raw_error(int rc, const char *doing, struct error *error)
{
    return rc == 0 ? STATUS_OK
                   : error_set(
                         error, STATUS_INTERNAL, "raw LMDB cannot %s: %s", doing, mdb_strerror(rc));
}

static int open_env(const char *path, unsigned flags, MDB_env **out)
{
    int rc = mdb_env_create(out);

    if (rc == 0)
        rc = mdb_env_set_mapsize(*out, MAP_BYTES);
    if (rc == 0)
        rc = mdb_env_set_maxdbs(*out, TABLES + 1);
    if (rc == 0)
        rc = mdb_env_open(*out, path, MDB_NOSUBDIR | MDB_NOTLS | flags, 0600);
    return rc;
}

static int open_tables(MDB_txn *txn, unsigned flags, MDB_dbi tables[TABLES])
{
    int rc = 0;

    for (int i = 0; rc == 0 && i < TABLES; i++)
        rc = mdb_dbi_open(txn, table_names[i], flags, &tables[i]);
    return rc;
}

static int open_source(const char *home, struct source *source)
{
    char path[PATH_MAX];
    int rc;

    snprintf(path, sizeof(path), "%s/ledger.mdb", home);
    rc = open_env(path, MDB_RDONLY, &source->env);
    if (rc == 0)
        rc = mdb_txn_begin(source->env, NULL, MDB_RDONLY, &source->txn);
    if (rc == 0)
        rc = open_tables(source->txn, 0, source->tables);
    return rc;
}

static void close_source(struct source *source)
{
    if (source->txn != NULL)
        mdb_txn_abort(source->txn);
    if (source->env != NULL)
        mdb_env_close(source->env);
}

static int open_rival(const char *directory, size_t reserve_bytes, struct rival *rival)
{
    char path[PATH_MAX];
    mdb_filehandle_t file = -1;
    int rc;

    snprintf(path, sizeof(path), "%s/raw.mdb", directory);
    rc = open_env(path, 0, &rival->env);
    if (rc == 0)
        rc = mdb_env_get_fd(rival->env, &file);
    if (rc == 0)
        rc = posix_fallocate(file, 0, (off_t)reserve_bytes);
    if (rc == 0)
        rc = mdb_txn_begin(rival->env, NULL, 0, &rival->txn);
    if (rc != 0)
        return rc;
    rc = open_tables(rival->txn, MDB_CREATE, rival->tables);
    if (rc == 0)
        rc = mdb_txn_commit(rival->txn);
    else
        mdb_txn_abort(rival->txn);
    rival->txn = NULL;
    return rc;
}

static void close_rival(struct rival *rival)
{
    if (rival->txn != NULL)
        mdb_txn_abort(rival->txn);
    if (rival->env != NULL)
        mdb_env_close(rival->env);
    heap_free(rival->hashes);
}

static bool read_hash(void *context, uint64_t stored_index, struct digest *out)
{
    const struct rival *rival = context;

    if (stored_index >= rival->hash_count)
        return false;
    *out = rival->hashes[stored_index];
    return true;
}

static int append(struct rival *rival, enum table table, uint64_t at, MDB_val value)
{
    struct store_number number = store_number(at);
    MDB_val key = {sizeof(number.bytes), number.bytes};

    return mdb_put(rival->txn, rival->tables[table], &key, &value, MDB_APPEND);
}

static int append_hashes(struct rival *rival, struct bytes entry)
{
    const struct tree_reader reader = {read_hash, rival};
    struct digest added[64];
    size_t count = 0;
    int rc = 0;

    if (!tree_append(&reader, rival->size, tree_leaf(entry), added, &count))
        return MDB_CORRUPTED;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        uint64_t at = rival->hash_count++;
        rival->hashes[at] = added[i];
        rc = append(rival, HASHES, at, (MDB_val){DIGEST_SIZE, &rival->hashes[at]});
    }
    return rc;
}

static void make_room(struct rival *rival, uint64_t events)
{
    uint64_t needed = 2 * (rival->size + events);

    if (needed <= rival->capacity)
        return;
    rival->capacity = 2 * needed;
    rival->hashes = heap_resize(rival->hashes, rival->capacity * sizeof(*rival->hashes));
}

static int copy_event(struct rival *rival, const struct source *source, uint64_t from)
{
    struct store_number number = store_number(from);
    MDB_val key = {sizeof(number.bytes), number.bytes};
    MDB_val entry;
    MDB_val body;
    struct digest digest;
    int rc = mdb_get(source->txn, source->tables[ENTRIES], &key, &entry);

    if (rc == 0)
        rc = mdb_get(source->txn, source->tables[BODIES], &key, &body);
    if (rc != 0)
        return rc;
    digest = sha256((struct bytes){body.mv_data, body.mv_size}); /* stands in the entry already */
    (void)digest;
    rc = append(rival, ENTRIES, rival->size, entry);
    if (rc == 0)
        rc = append(rival, BODIES, rival->size, body);
    if (rc == 0)
        rc = append_hashes(rival, (struct bytes){entry.mv_data, entry.mv_size});
    rival->size++;
    return rc;
}

static int
copy_batch(struct rival *rival, const struct source *source, uint64_t from, uint32_t count)
{
    int rc = mdb_txn_begin(rival->env, NULL, 0, &rival->txn);

    make_room(rival, count);
    for (uint32_t i = 0; rc == 0 && i < count; i++)
        rc = copy_event(rival, source, from + i);
    if (rc == 0) {
        rc = mdb_txn_commit(rival->txn);
        rival->txn = NULL;
    }
    return rc;
}

static int copy_all(struct rival *rival, const struct source *source, const struct raw_order *order)
{
    int64_t end_us = monotonic_us() + (int64_t)(order->seconds * US_PER_S);
    uint64_t from = order->first;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < order->batches->count && monotonic_us() < end_us; i++) {
        rc = copy_batch(rival, source, from, order->batches->items[i]);
        from += order->batches->items[i];
    }
    return rc;
}

static size_t file_bytes(const struct source *source)
{
    MDB_envinfo info;
    MDB_stat stat;

    if (mdb_env_info(source->env, &info) != 0 || mdb_env_stat(source->env, &stat) != 0)
        return 1 << 26;
    return (info.me_last_pgno + 1) * stat.ms_psize + (1 << 26);
}

enum status
raw_ledger_run(const struct raw_order *order, double *out_events_per_second, struct error *error)
{
    struct source source = {0};
    struct rival rival = {0};
    int64_t began_us;
    int64_t took_us;
    int rc = open_source(order->from, &source);
    enum status status = raw_error(rc, "read the ledger", error);

    if (status == STATUS_OK) {
        rc = open_rival(order->into, file_bytes(&source), &rival);
        status = raw_error(rc, "be opened", error);
    }
    began_us = monotonic_us();
    if (status == STATUS_OK)
        status = raw_error(copy_all(&rival, &source, order), "be written", error);
    took_us = monotonic_us() - began_us;
    if (status == STATUS_OK && rival.size == 0)
        status = error_set(error, STATUS_INTERNAL, "there was nothing to compare with");
    if (status == STATUS_OK)
        *out_events_per_second = (double)rival.size * US_PER_S / (double)(took_us + 1);
    close_rival(&rival);
    close_source(&source);
    return status;
}

static int flush_for(int file, double seconds, uint64_t *out_count)
{
    static const char block[4096] = {1};
    int64_t end_us = monotonic_us() + (int64_t)(seconds * US_PER_S);
    uint64_t count = 0;

    while (monotonic_us() < end_us) {
        off_t at = (off_t)(count % 1024 * sizeof(block));
        if (pwrite(file, block, sizeof(block), at) != sizeof(block) || fdatasync(file) != 0)
            return -1;
        count++;
    }
    *out_count = count;
    return 0;
}

/* The blocks must have been written once: the first writing of a block changes the file's map. */
static int write_blocks(int file)
{
    static const char block[4096] = {0};

    for (int i = 0; i < 1024; i++) {
        if (pwrite(file, block, sizeof(block), (off_t)i * (off_t)sizeof(block)) != sizeof(block))
            return -1;
    }
    return fsync(file);
}

enum status
disk_flush_run(const char *path, double seconds, double *out_per_second, struct error *error)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    uint64_t count = 0;
    bool is_done = file >= 0 && write_blocks(file) == 0 && flush_for(file, seconds, &count) == 0;

    if (file >= 0)
        close(file);
    unlink(path);
    if (!is_done)
        return error_set(error, STATUS_UNAVAILABLE, "the disk's flush cannot be measured");
    *out_per_second = (double)count / seconds;
    return STATUS_OK;
}
