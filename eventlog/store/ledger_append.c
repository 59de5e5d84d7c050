/*
 * Appending a batch: entries, bodies, the hashes that they complete, bodies that it drops, and the mark,
 * in one synced transaction. What fails before the commit has stored nothing; what fails in it may have, so that
 * is the end of writing.
 *
 * A full disk is met between batches, where it can be refused, and never inside a commit: room is
 * reserved ahead. LMDB goes by the last page that its newest meta page names, so that a file with
 * blocks beyond is nothing to it.
 *
 *   0 ────── used ──────────────── allocated ─ ─ ─ ─ the volume's free space ─ ─ ─ ─ |reserve|
 *             └─ refilled to 64 MiB when under 32 ─┘
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/failpoint.h"
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>

static enum status refuse_stopped(const struct ledger *ledger, struct error *error)
{
    return error_set_code(
        error, STATUS_UNAVAILABLE, "ledger_stopped",
        "the ledger takes no more writes until the next start, because: %s", ledger->stop.text);
}

static enum status check_sizes(const struct ledger_draft *drafts, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        must(bytes_are_present(drafts[i].body));
        if (drafts[i].body.size > BODY_MAX_BYTES)
            return error_set_code(
                error, STATUS_TOO_LARGE, "event_too_large",
                "an event has %zu bytes, more than the %d that one may have", drafts[i].body.size,
                BODY_MAX_BYTES);
    }
    return STATUS_OK;
}

static enum status
append_hashes(struct ledger_batch *batch, struct digest leaf, struct error *error)
{
    struct tree_reader reader = ledger_tree_reader(&batch->hashes);
    uint64_t at = tree_stored_index(0, batch->next);
    struct digest hashes[64];
    size_t count;
    enum status status = failpoint_pass(FAILPOINT_HASH, error);

    if (!tree_append(&reader, batch->next, leaf, hashes, &count))
        return ledger_damaged(error, batch->next, "a hash that it builds on cannot be read");
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct store_number key = store_number(at + i);
        status = store_append(
            batch->txn, batch->view->tables[LEDGER_HASHES], store_number_key(&key),
            (struct bytes){hashes[i].bytes, DIGEST_SIZE}, error);
    }
    return status;
}

static void
complete_draft(const struct ledger_batch *batch, struct ledger_draft *draft, struct buf *packed)
{
    must(draft->entry.recorded_at.us > batch->last.us);
    draft->digest = sha256(draft->body);
    draft->entry.position = (int64_t)batch->next;
    draft->entry.body_digest = (struct bytes){draft->digest.bytes, DIGEST_SIZE};
    buf_clear(packed);
    entry_pack(&draft->entry, packed);
    must(!buf_is_full(packed) && packed->size <= ENTRY_MAX_BYTES);
}

static enum status
drop_bodies(const struct ledger_batch *batch, const struct list *drops, struct error *error)
{
    const int64_t *positions = drops->items;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < drops->count; i++)
        status =
            ledger_drop_body(batch->view, batch->txn, (uint64_t)positions[i], batch->next, error);
    return status;
}

enum status
ledger_batch_add(struct ledger_batch *batch, const struct batch_item *item, struct error *error)
{
    struct store_number number = store_number(batch->next);
    struct bytes key = store_number_key(&number);
    enum status status;

    status = store_append(batch->txn, batch->view->tables[LEDGER_ENTRIES], key, item->entry, error);
    if (status == STATUS_OK)
        status =
            store_append(batch->txn, batch->view->tables[LEDGER_BODIES], key, item->body, error);
    if (status == STATUS_OK)
        status = append_hashes(batch, tree_leaf(item->entry), error);
    if (status == STATUS_OK)
        status = drop_bodies(batch, &item->drops, error);
    batch->next++;
    batch->last = item->recorded_at;
    return status;
}

static enum status write_mark(struct ledger_batch *batch, struct error *error)
{
    struct tree_reader reader = ledger_tree_reader(&batch->hashes);
    struct digest root;
    struct ledger_mark mark = {
        .format = LEDGER_FORMAT,
        .size = (int64_t)batch->next,
        .root = {root.bytes, DIGEST_SIZE},
        .last_recorded_at = batch->last,
    };

    if (!tree_root(&reader, batch->next, &root))
        return ledger_damaged(error, batch->next - 1, "a hash below its root cannot be read");
    return ledger_mark_write(batch->view, batch->txn, &mark, error);
}

static enum status
write_batch(struct ledger_batch *batch, const struct batch_source *source, struct error *error)
{
    enum status status = failpoint_pass(FAILPOINT_APPEND, error);

    if (status == STATUS_OK)
        status = ledger_hashes_open(batch->view, batch->txn, &batch->hashes, error);
    if (status == STATUS_OK)
        status = source->fill(batch, source->context, error);
    if (status == STATUS_OK)
        status = write_mark(batch, error);
    ledger_hashes_end(&batch->hashes);
    return status;
}

/* Nothing of the batch was stored. A full map leaves the ledger whole and open. */
static enum status
fail_before_commit(struct ledger *ledger, enum status status, struct error *error)
{
    if (status == STATUS_FULL)
        return status;
    ledger_stop(ledger, error);
    return refuse_stopped(ledger, error);
}

static enum status fail_in_commit(struct ledger *ledger, struct error *error)
{
    ledger_stop(ledger, error);
    return error_set_code(
        error, STATUS_UNAVAILABLE, "outcome_unknown",
        "whether this was stored will only be known after the next start, because: %s",
        ledger->stop.text);
}

static void publish(struct ledger *ledger, const struct ledger_batch *batch, uint64_t took_us)
{
    uint64_t count = batch->next - ledger_size(ledger);

    atomic_store(&ledger->last_noted_us, monotonic_us());
    atomic_store_explicit(&ledger->last_us, batch->last.us, memory_order_release);
    atomic_store_explicit(&ledger->size, batch->next, memory_order_release);
    atomic_fetch_add_explicit(&ledger->commits, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&ledger->events, count, memory_order_relaxed);
    atomic_store_explicit(&ledger->last_commit_us, took_us, memory_order_relaxed);
    atomic_fetch_add_explicit(&ledger->total_commit_us, took_us, memory_order_relaxed);
}

/* A failure on either side of it: nothing, or all, has been stored then. */
static enum status commit(struct store_txn **txn, struct error *error)
{
    enum status status = failpoint_pass(FAILPOINT_COMMIT, error);

    if (status == STATUS_OK)
        status = store_commit(txn, error);
    if (status == STATUS_OK)
        status = failpoint_pass(FAILPOINT_COMMITTED, error);
    return status;
}

enum status
ledger_commit_batch(struct ledger *ledger, const struct batch_source *source, struct error *error)
{
    AUTO_TXN txn = NULL;
    struct ledger_batch batch = {
        .view = &ledger->own, .next = ledger_size(ledger), .last = ledger_last_timestamp(ledger)};
    struct error cause; /* `error` may be NULL, but why we stopped must be known */
    int64_t began_us;
    enum status status;

    must(!ledger->is_read_only);
    if (ledger_is_stopped(ledger, NULL))
        return refuse_stopped(ledger, error);
    status = store_begin(ledger->own.env, true, &txn, &cause);
    batch.txn = txn;
    if (status == STATUS_OK)
        status = write_batch(&batch, source, &cause);
    if (status != STATUS_OK) {
        store_abort(&txn);
        status = fail_before_commit(ledger, status, &cause);
    } else {
        began_us = monotonic_us();
        status = commit(&txn, &cause);
        if (status == STATUS_OK)
            publish(ledger, &batch, (uint64_t)(monotonic_us() - began_us));
        else
            status = fail_in_commit(ledger, &cause);
    }
    if (status != STATUS_OK && error != NULL)
        *error = cause;
    return status;
}

struct drafts {
    struct ledger_draft *items;
    size_t count;
};

static enum status add_drafts(struct ledger_batch *batch, void *context, struct error *error)
{
    struct drafts *drafts = context;
    AUTO_BUF packed = {0}; /* reused for every entry */
    enum status status = STATUS_OK;

    buf_init(&packed, ENTRY_MAX_BYTES + 1);
    for (size_t i = 0; i < drafts->count && status == STATUS_OK; i++) {
        struct ledger_draft *draft = &drafts->items[i];

        complete_draft(batch, draft, &packed);
        status = ledger_batch_add(
            batch,
            &(struct batch_item){
                buf_bytes(&packed), draft->body, draft->entry.recorded_at, draft->drops},
            error);
    }
    return status;
}

enum status
ledger_append(struct ledger *ledger, struct ledger_draft *drafts, size_t count, struct error *error)
{
    struct drafts all = {drafts, count};
    enum status status = STATUS_OK;

    must(count > 0);
    if (!ledger_is_stopped(ledger, NULL))
        status = check_sizes(drafts, count, error);
    if (status != STATUS_OK)
        return status;
    return ledger_commit_batch(ledger, &(struct batch_source){add_drafts, &all}, error);
}

#define AHEAD_BYTES         ((uint64_t)64 << 20)
#define REFILL_BELOW        ((uint64_t)32 << 20)
#define LEAST_RESERVE_BYTES ((uint64_t)512 << 20)

enum { RESERVE_PERCENT = 2, CHECK_EVERY_BATCHES = 64, CHECK_EVERY_US = 100 * US_PER_MS };

/* Least free space of the volume. */
static uint64_t wanted_free(const struct ledger *ledger, const struct statvfs *volume)
{
    uint64_t share = (uint64_t)volume->f_blocks * volume->f_frsize / 100 * RESERVE_PERCENT;

    if (ledger->reserve_bytes != 0)
        return ledger->reserve_bytes;
    return share > LEAST_RESERVE_BYTES ? share : LEAST_RESERVE_BYTES;
}

static enum status check_volume(struct ledger *ledger, struct error *error)
{
    struct statvfs volume;
    uint64_t available;

    if (fstatvfs(store_descriptor(ledger->own.env), &volume) != 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "the volume of ledger.mdb gives no answer: %s",
            strerrordesc_np(errno));
    available = (uint64_t)volume.f_bavail * volume.f_frsize;
    ledger->reserve.is_short = available < wanted_free(ledger, &volume);
    ledger->reserve.batches = 0;
    ledger->reserve.checked_at_us = monotonic_us();
    if (!ledger->reserve.is_short)
        return STATUS_OK;
    return error_set(
        error, STATUS_FULL,
        "the volume of the ledger has %llu MiB left, less than the %llu MiB that are kept free: make "
        "room, or set FLEETLEDGER_RESERVE_BYTES",
        (unsigned long long)(available >> 20),
        (unsigned long long)(wanted_free(ledger, &volume) >> 20));
}

static bool is_check_due(const struct ledger_reserve *reserve)
{
    return reserve->is_short || reserve->checked_at_us == 0 ||
           reserve->batches >= CHECK_EVERY_BATCHES ||
           monotonic_us() - reserve->checked_at_us >= CHECK_EVERY_US;
}

/* Filesystems without fallocate have the volume's reserve alone. */
static enum status allocate_ahead(struct ledger *ledger, struct error *error)
{
    uint64_t used = store_used_bytes(ledger->own.env);
    int rc;

    if (ledger->reserve.allocated_to >= used + REFILL_BELOW)
        return STATUS_OK;
    do {
        rc = fallocate(store_descriptor(ledger->own.env), 0, (off_t)used, (off_t)AHEAD_BYTES) == 0
                 ? 0
                 : errno;
    } while (rc == EINTR);
    if (rc != 0 && rc != EOPNOTSUPP)
        return error_set(
            error, STATUS_FULL,
            "the next %llu MiB of ledger.mdb cannot be reserved: %s. Make room on its volume",
            (unsigned long long)(AHEAD_BYTES >> 20), strerrordesc_np(rc));
    ledger->reserve.allocated_to = used + AHEAD_BYTES;
    return STATUS_OK;
}

enum status ledger_reserve(struct ledger *ledger, struct error *error)
{
    must(!ledger->is_read_only);
    ledger->reserve.batches++;
    if (is_check_due(&ledger->reserve)) {
        enum status status = check_volume(ledger, error);

        if (status != STATUS_OK)
            return status;
    }
    return allocate_ahead(ledger, error);
}
