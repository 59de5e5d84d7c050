/*
 * The mark: one packed record that says what the last commit left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"
#include "eventlog/store/ledger_internal.h"

enum { MARK_MAX_BYTES = 256 };

static const struct bytes mark_key = {(const uint8_t *)"mark", 4};

static const struct field ledger_mark_fields[] = {
    {INT64(ledger_mark, format), .tag = 1, .flags = REQUIRED, .doc = "Format of the file."},
    {INT64(ledger_mark, size), .tag = 2, .flags = REQUIRED, .doc = "Number of entries."},
    {BYTES(ledger_mark, root), .tag = 3, .flags = REQUIRED, .doc = "Root of the tree over them."},
    {TIMESTAMP(ledger_mark, last_recorded_at), .tag = 4, .doc = "When the last one was recorded."},
};
const struct shape ledger_mark_shape = SHAPE(ledger_mark, "What the last commit left.");

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
    struct bytes packed;
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
