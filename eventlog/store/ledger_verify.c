/*
 * Every stored byte again, by a thread a processor, each a part at a time; meanwhile the parts that are
 * done in order, for what an entry must be among all before it.
 *
 *   parts ─► threads (ledger_verify_part.c) ─► sound by itself ─► times rise, revisions have no gap
 *     ▲                                                                 │
 *     └──────────────────────────── the next range ─────────────────────┘
 *
 * Before that, LMDB's own pages: a free list that names a page in use would let the next write go over
 * what is there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/map.h"
#include "core/base/must.h"
#include "core/run/queue.h"
#include "core/run/thread.h"
#include "eventlog/store/ledger_verify_part.h"
#include "eventlog/store/pages.h"

#include <unistd.h>

enum {
    MOST_THREADS = 16,
    PARTS_EACH = 3,     /* so that no thread waits for the one whose part comes next */
    LOOK_US = US_PER_S, /* the longest that a thread waits at once */
    FETCH_AHEAD = 8,    /* entries */
    PROGRESS_EVERY_US = 100 * US_PER_MS,
    KEPT_ARENA_BYTES = 1 << 20
};

struct verifying {
    struct ledger *ledger;
    struct ledger_mark mark;
    uint64_t size;
    uint64_t next;   /* position that no part has yet */
    uint64_t joined; /* … up to which all is sound */
    struct timestamp last;
    struct map *revisions; /* stream → its newest, as a number */
    struct verify_part parts[MOST_THREADS * PARTS_EACH];
    size_t part_count;
    struct queue *to_do; /* parts */
    struct queue *done;
    struct thread *threads[MOST_THREADS];
    size_t thread_count;
};

static size_t processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    if (count < 1)
        return 1;
    return count > MOST_THREADS ? MOST_THREADS : (size_t)count;
}

static void run_thread(void *context)
{
    struct verifying *v = context;

    while (!queue_is_closed(v->to_do)) {
        struct queue_item *item = queue_take(v->to_do, LOOK_US);
        if (item == NULL)
            continue;
        verify_part_run((struct verify_part *)item);
        must(queue_put(v->done, item));
    }
}

/* Gives the part the next range, if there is one. */
static void hand_out(struct verifying *v, struct verify_part *part)
{
    uint64_t left = v->size - v->next;

    part->is_done = false;
    if (left == 0)
        return;
    part->from = v->next;
    part->end = v->next + (left < VERIFY_PART_ENTRIES ? left : VERIFY_PART_ENTRIES);
    v->next = part->end;
    must(queue_put(v->to_do, &part->queued));
}

static void start(struct verifying *v)
{
    v->thread_count = processors();
    v->part_count = v->thread_count * PARTS_EACH;
    v->to_do = queue_new(v->part_count);
    v->done = queue_new(v->part_count);
    for (size_t i = 0; i < v->part_count; i++) {
        v->parts[i] = (struct verify_part){
            .ledger = v->ledger,
            .entries = heap_array(VERIFY_PART_ENTRIES, sizeof(*v->parts[i].entries)),
        };
        hand_out(v, &v->parts[i]);
    }
    for (size_t i = 0; i < v->thread_count; i++)
        v->threads[i] = thread_start("verifier", run_thread, v);
}

/* What is under way is waited for; what no thread has yet is left. */
static void stop(struct verifying *v)
{
    queue_close(v->to_do);
    for (size_t i = 0; i < v->thread_count; i++)
        thread_join(v->threads[i]);
    queue_take_all(v->to_do, 0);
    queue_take_all(v->done, 0);
    queue_free(v->to_do);
    queue_free(v->done);
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
        size_t soon = i + FETCH_AHEAD < part->count ? i + FETCH_AHEAD : i;
        const char *fault;
        map_fetch(v->revisions, part->entries[soon].stream);
        fault = order_fault(v, &part->entries[i]);
        if (fault != NULL)
            return ledger_damaged(error, part->from + i, fault);
    }
    if (part->status != STATUS_OK && error != NULL)
        *error = part->error;
    return part->status;
}

static void wait_for(struct verifying *v, const struct verify_part *part)
{
    while (!part->is_done) {
        struct verify_part *done = (struct verify_part *)queue_take(v->done, LOOK_US);
        if (done != NULL)
            done->is_done = true;
    }
}

struct telling {
    void (*progress)(uint64_t done, uint64_t size, void *context);
    void *context;
    int64_t told_us;
};

static void tell_progress(struct telling *telling, const struct verifying *v)
{
    int64_t now_us = monotonic_us();

    if (telling->progress == NULL || now_us - telling->told_us < PROGRESS_EVERY_US)
        return;
    telling->told_us = now_us;
    telling->progress(v->joined, v->size, telling->context);
}

/* The parts come round in the order of their ranges. */
static enum status verify_parts(struct verifying *v, struct telling *telling, struct error *error)
{
    enum status status = STATUS_OK;

    start(v);
    for (size_t i = 0; status == STATUS_OK && v->joined < v->size; i++) {
        struct verify_part *part = &v->parts[i % v->part_count];
        wait_for(v, part);
        status = join(v, part, error);
        v->joined = part->end;
        hand_out(v, part);
        tell_progress(telling, v);
    }
    stop(v);
    return status;
}

/* Of the stored hashes, which have all been found to be right: of as many as were looked at, which may be
 * more than were there when the ledger was opened. */
static enum status verify_root(const struct verifying *v, struct error *error)
{
    AUTO_HASHES hashes = {0};
    enum status status = ledger_hashes_begin(v->ledger, &hashes, error);

    return status == STATUS_OK ? ledger_hashes_check_root(&hashes, &v->mark, error) : status;
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
    struct telling telling = {progress, context, monotonic_us()};
    struct pages_usage usage;
    enum status status = store_check_pages(ledger_view(ledger)->env, &usage, error);

    if (status == STATUS_OK)
        status = snapshot(&v, kept, error);
    if (status == STATUS_OK)
        status = verify_parts(&v, &telling, error);
    if (status == STATUS_OK)
        status = verify_root(&v, error);
    if (status == STATUS_OK && progress != NULL)
        progress(v.size, v.size, context);
    map_free(v.revisions);
    return status;
}
