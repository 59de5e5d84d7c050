/*
 * Every stored byte again, by as many threads as there are processors, each a part at a time; then the parts
 * in order, for what an entry must be among all before it.
 *
 *   parts ──threads (ledger_verify_part.c)──► sound by itself ──► times rise, revisions have no gap
 *
 * Before that, LMDB's own pages: a free list that names a page in use would let the next write go over
 * what is there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/run/thread.h"
#include "eventlog/store/ledger_verify_part.h"
#include "eventlog/store/pages.h"

#include <string.h>
#include <unistd.h>

enum { MOST_THREADS = 16, PROGRESS_EVERY_US = 100 * US_PER_MS, KEPT_ARENA_BYTES = 1 << 20 };

struct verifying {
    struct ledger *ledger;
    struct ledger_mark mark;
    uint64_t size;
    uint64_t next; /* position that no part has yet */
    struct timestamp last;
    struct map *revisions; /* stream → its newest, as a number */
    struct verify_part parts[MOST_THREADS];
    size_t part_count;
};

static size_t thread_count(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (processors < 1)
        return 1;
    return processors > MOST_THREADS ? MOST_THREADS : (size_t)processors;
}

static void make_parts(struct verifying *v)
{
    v->part_count = thread_count();
    for (size_t i = 0; i < v->part_count; i++)
        v->parts[i] = (struct verify_part){
            .ledger = v->ledger,
            .entries = heap_array(VERIFY_PART_ENTRIES, sizeof(*v->parts[i].entries)),
        };
}

static void free_parts(struct verifying *v)
{
    for (size_t i = 0; i < v->part_count; i++)
        heap_free(v->parts[i].entries);
}

/* A stream's events are numbered without a gap. */
static bool is_next_revision(struct verifying *v, const struct verified_entry *entry)
{
    uintptr_t before = (uintptr_t)map_get(v->revisions, entry->stream);

    if ((uint64_t)entry->revision != (uint64_t)before + 1)
        return false;
    map_put(v->revisions, entry->stream, (void *)(before + 1));
    return true;
}

/* What is wrong with an entry among the others, or NULL. */
static const char *order_fault(struct verifying *v, const struct verified_entry *entry)
{
    if (entry->recorded_at.us <= v->last.us)
        return "the entry is not later than the one before";
    v->last = entry->recorded_at;
    if (!is_next_revision(v, entry))
        return "the revision is not the next of its stream";
    return NULL;
}

/* The next part in order. */
static enum status join(struct verifying *v, const struct verify_part *part, struct error *error)
{
    for (size_t i = 0; i < part->count; i++) {
        const char *fault = order_fault(v, &part->entries[i]);
        if (fault != NULL)
            return ledger_damaged(error, part->from + i, fault);
    }
    if (part->status != STATUS_OK && error != NULL)
        *error = part->error;
    return part->status;
}

/* Hands out a part to each thread; gives their number. */
static size_t share_out(struct verifying *v)
{
    size_t count = 0;

    for (; count < v->part_count && v->next < v->size; count++) {
        struct verify_part *part = &v->parts[count];
        uint64_t left = v->size - v->next;
        part->from = v->next;
        part->end = v->next + (left < VERIFY_PART_ENTRIES ? left : VERIFY_PART_ENTRIES);
        v->next = part->end;
    }
    return count;
}

/* A part for each thread, the last one for this. */
static enum status verify_some(struct verifying *v, struct error *error)
{
    struct thread *threads[MOST_THREADS] = {NULL};
    size_t count = share_out(v);
    enum status status = STATUS_OK;

    for (size_t i = 0; i + 1 < count; i++)
        threads[i] = thread_start("verifier", verify_part_run, &v->parts[i]);
    verify_part_run(&v->parts[count - 1]);
    for (size_t i = 0; i + 1 < count; i++)
        thread_join(threads[i]);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = join(v, &v->parts[i], error);
    return status;
}

/* Of the stored hashes, which have all been found to be right: of as many as were looked at, which may be
 * more than were there when the ledger was opened. */
static enum status verify_root(const struct verifying *v, struct error *error)
{
    AUTO_HASHES hashes = {0};
    struct tree_reader reader;
    struct digest root;
    enum status status = ledger_hashes_begin(v->ledger, &hashes, error);

    if (status != STATUS_OK)
        return status;
    reader = ledger_tree_reader(&hashes);
    if (tree_root(&reader, v->size, &root) &&
        memcmp(root.bytes, v->mark.root.data, DIGEST_SIZE) == 0)
        return STATUS_OK;
    return error_set_code(
        error, STATUS_CORRUPT, "ledger_damaged",
        "the root over the %llu entries of ledger.mdb is not the stored one",
        (unsigned long long)v->size);
}

/* Size and root at one time: what is appended later is not looked at. */
static enum status snapshot(struct verifying *v, struct arena *arena, struct error *error)
{
    struct ledger_view *view = ledger_view(v->ledger);
    AUTO_TXN txn = NULL;
    enum status status = store_begin(view->env, false, &txn, error);

    if (status == STATUS_OK)
        status = ledger_mark_read(view, txn, arena, &v->mark, error);
    if (status == STATUS_OK)
        v->size = (uint64_t)v->mark.size;
    return status;
}

enum status ledger_verify(
    struct ledger *ledger,
    void (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error)
{
    AUTO_ARENA kept = arena_new(KEPT_ARENA_BYTES);
    struct verifying v = {.ledger = ledger, .revisions = map_new()};
    int64_t told_us = monotonic_us();
    struct pages_usage usage;
    enum status status = store_check_pages(ledger_view(ledger)->env, &usage, error);

    make_parts(&v);
    if (status == STATUS_OK)
        status = snapshot(&v, kept, error);
    while (status == STATUS_OK && v.next < v.size) {
        status = verify_some(&v, error);
        if (progress != NULL && monotonic_us() - told_us >= PROGRESS_EVERY_US) {
            told_us = monotonic_us();
            progress(v.next, v.size, context);
        }
    }
    if (status == STATUS_OK)
        status = verify_root(&v, error);
    if (status == STATUS_OK && progress != NULL)
        progress(v.size, v.size, context);
    free_parts(&v);
    map_free(v.revisions);
    return status;
}
