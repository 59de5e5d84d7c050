/*
 * Dropping bodies. An event names their positions; in the transaction that appends it each body is
 * replaced by a mark, which is the event's position. So a body is gone on record only, and whoever
 * finds a mark can ask the event that it names:
 *
 *   bodies   p ─► mark d          entries, bodies   d ─► an event that drops the type of p, in the
 *                                                        stream of p, and whose positions name p
 *
 * LMDB leaves what was there in pages that are free until they are used again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/ledger_internal.h"

#include <string.h>

enum status ledger_drop_body(
    const struct ledger_view *view,
    struct store_txn *txn,
    uint64_t at,
    uint64_t by,
    struct error *error)
{
    struct store_number number = store_number(at);
    struct store_number mark = store_number(by);

    return store_put(
        txn, view->tables[LEDGER_BODIES], store_number_key(&number), store_number_key(&mark),
        error);
}

/* The event that a mark names. */
static enum status load(struct drop_check *check, uint64_t by, struct error *error)
{
    struct bytes entry = {NULL, 0};
    struct bytes body = {NULL, 0};
    struct record record;
    struct digest digest;
    enum status status;

    if (check->record.type != NULL && check->by == by)
        return STATUS_OK;
    check->record.type = NULL;
    arena_reset(check->arena);
    status = ledger_get_entry(check->view, check->txn, by, &entry, error);
    if (status == STATUS_OK)
        status = ledger_get_body(check->view, check->txn, by, &body, error);
    if (status == STATUS_OK)
        status = record_decode((struct position){by}, entry, body, check->arena, &record, error);
    if (status != STATUS_OK)
        return status;
    digest = sha256(body);
    if (!bytes_equal(record.entry.body_digest, (struct bytes){digest.bytes, DIGEST_SIZE}))
        return ledger_damaged(error, by, "the body does not fit its digest");
    check->record = record;
    check->by = by;
    return STATUS_OK;
}

/* A follower is told of some before it has the event. */
static bool is_to_come(const struct drop_check *check, uint64_t by)
{
    return check->ledger != NULL && check->ledger->is_following && by >= ledger_size(check->ledger);
}

static bool names(const struct record *dropping, uint64_t at)
{
    struct list positions = dropping->type->dropped(dropping->event);
    const int64_t *all = positions.items;

    for (size_t i = 0; i < positions.count; i++) {
        if ((uint64_t)all[i] == at)
            return true;
    }
    return false;
}

static bool is_among(const struct event_type *type, const struct event_type *const *types)
{
    while (*types != NULL && *types != type)
        types++;
    return *types != NULL;
}

/* Are bodies of such events the ones that it drops? */
static bool
concerns(const struct event_type *dropping, struct uuid stream, const struct entry *entry)
{
    const struct event_type *type = event_type_named(entry->type);

    if (type == NULL || dropping->drops == NULL)
        return type != NULL && type->is_droppable;
    return is_among(type, dropping->drops) && uuid_equal(stream, entry->stream);
}

bool stored_event_is_dropped_by(
    const struct record *dropping, uint64_t at, const struct entry *entry)
{
    return dropping->type != NULL && dropping->type->dropped != NULL &&
           concerns(dropping->type, dropping->entry.stream, entry) && names(dropping, at);
}

enum status ledger_check_drop(
    struct drop_check *check,
    uint64_t at,
    const struct entry *entry,
    struct bytes mark,
    struct error *error)
{
    uint64_t by = store_number_value(mark.data);
    enum status status;

    if (by > at && is_to_come(check, by))
        return STATUS_OK;
    status = by > at ? load(check, by, error) : STATUS_CORRUPT;
    if (status != STATUS_OK && status != STATUS_CORRUPT)
        return status;
    if (status == STATUS_CORRUPT || !stored_event_is_dropped_by(&check->record, at, entry))
        return ledger_damaged(error, at, "the body is missing, and no event has dropped it");
    return STATUS_OK;
}

/* Looks at one of them; `txn` is a snapshot. */
static bool may_drop(
    const struct ledger_view *view,
    struct store_txn *txn,
    const struct event_type *type,
    struct uuid stream,
    uint64_t at)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct bytes packed;
    struct bytes body;
    struct entry entry;

    return ledger_get_entry(view, txn, at, &packed, NULL) == STATUS_OK &&
           ledger_get_body(view, txn, at, &body, NULL) == STATUS_OK &&
           ledger_is_dropped(body) == (type->drops == NULL) &&
           entry_decode((struct position){at}, packed, arena, &entry, NULL) == STATUS_OK &&
           concerns(type, stream, &entry);
}

enum status ledger_may_drop(
    struct ledger *ledger,
    const struct event_type *type,
    struct uuid stream,
    const struct list *positions,
    struct error *error)
{
    AUTO_TXN txn = NULL;
    struct ledger_view *view = ledger_view(ledger);
    const int64_t *all = positions->items;
    enum status status = store_begin(view->env, false, &txn, error);

    for (size_t i = 0; status == STATUS_OK && i < positions->count; i++) {
        if (all[i] < 0 || (uint64_t)all[i] >= ledger_size(ledger) ||
            !may_drop(view, txn, type, stream, (uint64_t)all[i]))
            status = error_set_code(
                error, STATUS_INVALID, "body_not_droppable",
                "the body at position %lld is none that this may drop", (long long)all[i]);
    }
    return status;
}
