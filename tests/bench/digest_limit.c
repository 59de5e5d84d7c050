/*
 * Copying the bytes, then the clock, then the threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/digest_limit.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/timestamp.h"
#include "core/run/thread.h"
#include "eventlog/store/env.h"
#include "eventlog/tree.h"

#include <stdint.h>
#include <unistd.h>

enum { MOST_EVENTS = 1000000, MOST_THREADS = 64, TABLES = 2 };

/* Values of one table, one behind the other. */
struct values {
    struct buf bytes;
    size_t *ends;
    size_t count;
};

struct copied {
    struct values entries;
    struct values bodies;
};

static enum status copy_values(
    struct store_txn *txn, struct store_table table, struct values *out, struct error *error)
{
    AUTO_CURSOR cursor = NULL;
    struct bytes key = {NULL, 0};
    struct bytes value = {NULL, 0};
    enum status status = store_cursor_open(txn, table, &cursor, error);

    buf_init(&out->bytes, SIZE_MAX / 2);
    out->ends = heap_array(MOST_EVENTS, sizeof(*out->ends));
    for (; status == STATUS_OK && out->count < MOST_EVENTS; out->count++) {
        status = store_cursor_move(
            cursor, out->count == 0 ? STORE_FIRST : STORE_NEXT, &key, &value, error);
        if (status != STATUS_OK)
            break;
        buf_add(&out->bytes, value.data, value.size);
        out->ends[out->count] = out->bytes.size;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status copy(const struct place *home, struct copied *out, struct error *error)
{
    static const struct store_table_spec specs[TABLES] = {{"entries", 0}, {"bodies", 0}};
    const struct store_settings settings = {
        .directory = home->path,
        .name = "ledger.mdb",
        .map_bytes = STORE_LEDGER_MAP_BYTES,
        .most_tables = 16,
        .is_read_only = true};
    struct store_table tables[TABLES];
    struct store_env *env = NULL;
    struct store_txn *txn = NULL;
    enum status status = store_open(&settings, &env, error);

    if (status == STATUS_OK)
        status = store_tables(env, specs, TABLES, tables, error);
    if (status == STATUS_OK)
        status = store_begin(env, false, &txn, error);
    if (status == STATUS_OK)
        status = copy_values(txn, tables[0], &out->entries, error);
    if (status == STATUS_OK)
        status = copy_values(txn, tables[1], &out->bodies, error);
    store_abort(&txn);
    store_close(env);
    if (status == STATUS_OK && (out->entries.count == 0 || out->entries.count != out->bodies.count))
        return error_set(error, STATUS_INVALID, "the ledger has no events, or not each has a body");
    return status;
}

static struct bytes value_at(const struct values *values, size_t at)
{
    size_t from = at == 0 ? 0 : values->ends[at - 1];

    return (struct bytes){(const uint8_t *)values->bytes.data + from, values->ends[at] - from};
}

/* One thread's. */
struct share {
    const struct copied *copied;
    size_t from;
    size_t end;
    struct digest node; /* the last: so that nothing is left out */
};

static void digest_share(void *context)
{
    struct share *share = context;

    for (size_t i = share->from; i < share->end; i++) {
        struct digest leaf = tree_leaf(value_at(&share->copied->entries, i));
        struct digest body = sha256(value_at(&share->copied->bodies, i));
        share->node = tree_node(leaf, body);
    }
}

static double time_digests(const struct copied *copied)
{
    struct thread *threads[MOST_THREADS] = {NULL};
    struct share shares[MOST_THREADS];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = processors < 1 ? 1 : (size_t)processors;
    int64_t began_us = monotonic_us();

    count = count > MOST_THREADS ? MOST_THREADS : count;
    for (size_t i = 0; i < count; i++) {
        size_t events = copied->entries.count;
        shares[i] = (struct share){copied, events * i / count, events * (i + 1) / count, {{0}}};
        threads[i] = thread_start("digests", digest_share, &shares[i]);
    }
    for (size_t i = 0; i < count; i++)
        thread_join(threads[i]);
    return (double)copied->entries.count * US_PER_S / (double)(monotonic_us() - began_us);
}

static void free_values(struct values *values)
{
    buf_fini(&values->bytes);
    heap_free(values->ends);
}

enum status digest_limit_run(const struct place *home, double *out, struct error *error)
{
    struct copied copied = {.entries = {.count = 0}};
    enum status status = copy(home, &copied, error);

    if (status == STATUS_OK)
        *out = time_digests(&copied);
    free_values(&copied.entries);
    free_values(&copied.bodies);
    return status;
}
