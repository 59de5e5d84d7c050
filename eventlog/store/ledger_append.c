/*
 * Appending a batch: entries, bodies, the hashes that they complete, and the mark, in one synced
 * transaction. What fails before the commit has stored nothing; what fails in it may have, so that
 * is the end of writing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"

struct batch {
    const struct ledger_view *view;
    struct store_txn *txn;
    struct ledger_hashes hashes;
    struct buf packed; /* reused for every entry */
    uint64_t next;
    struct timestamp last;
};

static enum status refuse_stopped(const struct ledger *log, struct error *error)
{
    return error_set_code(
        error, STATUS_UNAVAILABLE, "ledger_stopped",
        "the ledger takes no more writes until the next start, because: %s", log->stop.text);
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

static enum status append_hashes(struct batch *batch, struct digest leaf, struct error *error)
{
    struct tree_reader reader = ledger_tree_reader(&batch->hashes);
    uint64_t at = tree_stored_index(0, batch->next);
    struct digest hashes[64];
    size_t count;
    enum status status = STATUS_OK;

    if (!tree_append(&reader, batch->next, leaf, hashes, &count))
        return ledger_damaged(error, batch->next, "a hash that it builds on cannot be read");
    for (size_t i = 0; i < count && status == STATUS_OK; i++, at++)
        status = store_append(
            batch->txn, batch->view->tables[LEDGER_HASHES], store_integer(&at),
            (struct bytes){hashes[i].bytes, DIGEST_SIZE}, error);
    return status;
}

static void complete_draft(struct batch *batch, struct ledger_draft *draft)
{
    must(draft->entry.recorded_at.us > batch->last.us);
    draft->digest = sha256(draft->body);
    draft->entry.position = (int64_t)batch->next;
    draft->entry.body_digest = (struct bytes){draft->digest.bytes, DIGEST_SIZE};
    buf_clear(&batch->packed);
    entry_pack(&draft->entry, &batch->packed);
    must(!buf_is_full(&batch->packed) && batch->packed.size <= ENTRY_MAX_BYTES);
}

static enum status
append_draft(struct batch *batch, struct ledger_draft *draft, struct error *error)
{
    struct bytes key = store_integer(&batch->next);
    struct bytes entry;
    enum status status;

    complete_draft(batch, draft);
    entry = buf_bytes(&batch->packed);
    status = store_append(batch->txn, batch->view->tables[LEDGER_ENTRIES], key, entry, error);
    if (status == STATUS_OK)
        status =
            store_append(batch->txn, batch->view->tables[LEDGER_BODIES], key, draft->body, error);
    if (status == STATUS_OK)
        status = append_hashes(batch, tree_leaf(entry), error);
    batch->next++;
    batch->last = draft->entry.recorded_at;
    return status;
}

static enum status write_mark(struct batch *batch, struct error *error)
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
write_batch(struct batch *batch, struct ledger_draft *drafts, size_t count, struct error *error)
{
    enum status status = STATUS_OK;

    buf_init(&batch->packed, ENTRY_MAX_BYTES + 1);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = append_draft(batch, &drafts[i], error);
    if (status == STATUS_OK)
        status = write_mark(batch, error);
    buf_fini(&batch->packed);
    return status;
}

/* Nothing of the batch was stored. A full map leaves the ledger whole and open. */
static enum status fail_before_commit(struct ledger *log, enum status status, struct error *error)
{
    if (status == STATUS_FULL)
        return status;
    ledger_stop(log, error);
    return refuse_stopped(log, error);
}

static enum status fail_in_commit(struct ledger *log, struct error *error)
{
    ledger_stop(log, error);
    return error_set_code(
        error, STATUS_UNAVAILABLE, "outcome_unknown",
        "whether this was stored will only be known after the next start, because: %s",
        log->stop.text);
}

static void publish(struct ledger *log, const struct batch *batch, size_t count, uint64_t took_us)
{
    atomic_store_explicit(&log->last_us, batch->last.us, memory_order_release);
    atomic_store_explicit(&log->size, batch->next, memory_order_release);
    atomic_fetch_add_explicit(&log->commits, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&log->events, count, memory_order_relaxed);
    atomic_store_explicit(&log->last_commit_us, took_us, memory_order_relaxed);
    atomic_fetch_add_explicit(&log->total_commit_us, took_us, memory_order_relaxed);
}

enum status
ledger_append(struct ledger *log, struct ledger_draft *drafts, size_t count, struct error *error)
{
    AUTO_TXN txn = NULL;
    struct batch batch = {
        .view = &log->own, .next = ledger_size(log), .last = ledger_last_timestamp(log)};
    struct error cause; /* `error` may be NULL, but why we stopped must be known */
    int64_t began_us;
    enum status status;

    must(!log->is_read_only && count > 0);
    if (ledger_is_stopped(log, NULL))
        return refuse_stopped(log, error);
    status = check_sizes(drafts, count, error);
    if (status != STATUS_OK)
        return status;
    status = store_begin(log->own.env, true, &txn, &cause);
    batch.txn = txn;
    batch.hashes = (struct ledger_hashes){txn, log->own.tables[LEDGER_HASHES]};
    if (status == STATUS_OK)
        status = write_batch(&batch, drafts, count, &cause);
    if (status != STATUS_OK) {
        store_abort(&txn);
        status = fail_before_commit(log, status, &cause);
    } else {
        began_us = monotonic_us();
        status = store_commit(&txn, &cause);
        if (status == STATUS_OK)
            publish(log, &batch, count, (uint64_t)(monotonic_us() - began_us));
        else
            status = fail_in_commit(log, &cause);
    }
    if (status != STATUS_OK && error != NULL)
        *error = cause;
    return status;
}
