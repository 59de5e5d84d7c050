/*
 * Copying what is stored, and appending what was copied.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_copy.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/store/ledger_internal.h"

#include <string.h>

enum { MOST_AT_ONCE = 1000, SCRATCH_BYTES = 64 << 20, DROPS_BYTES = 256 << 20 };

/* Out. */

/* The three tables, walked side by side. */
struct copying {
    const struct ledger_view *view;
    struct store_cursor *entries;
    struct store_cursor *bodies;
    struct store_cursor *hashes;
    struct arena *scratch; /* of one event */
    struct drop_check drops;
};

static enum status find(
    struct store_cursor *cursor,
    uint64_t wanted,
    uint64_t at,
    struct bytes *value,
    struct error *error)
{
    struct store_number number = store_number(wanted);
    struct bytes key = store_number_key(&number);
    enum status status = store_cursor_move(cursor, STORE_SEEK, &key, value, error);

    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && !bytes_equal(key, store_number_key(&number))))
        return ledger_damaged(error, at, "a part of it is missing");
    return status;
}

static bool is_digest(struct bytes stored, struct digest computed)
{
    return stored.size == DIGEST_SIZE && memcmp(stored.data, computed.bytes, DIGEST_SIZE) == 0;
}

static enum status check_mark(
    struct copying *copying, uint64_t at, const struct stored_event *event, struct error *error)
{
    struct entry entry;
    enum status status;

    arena_reset(copying->scratch);
    status = entry_decode((struct position){at}, event->entry, copying->scratch, &entry, error);
    return status == STATUS_OK ? ledger_check_drop(&copying->drops, at, &entry, event->body, error)
                               : status;
}

/* An entry that fits its leaf ends with the digest of its body. */
static enum status check_body(
    struct copying *copying, uint64_t at, const struct stored_event *event, struct error *error)
{
    struct bytes entry = event->entry;
    bool fits = false;

    if (stored_event_is_dropped(event))
        return check_mark(copying, at, event, error);
    if (entry.size > DIGEST_SIZE) {
        struct bytes end = {entry.data + entry.size - DIGEST_SIZE, DIGEST_SIZE};

        fits = is_digest(end, sha256(event->body));
    }
    return fits ? STATUS_OK : ledger_damaged(error, at, "the body does not fit its digest");
}

static enum status
read_event(struct copying *copying, uint64_t at, struct stored_event *out, struct error *error)
{
    struct bytes leaf = {NULL, 0};
    enum status status = find(copying->entries, at, at, &out->entry, error);

    if (status == STATUS_OK)
        status = find(copying->bodies, at, at, &out->body, error);
    if (status == STATUS_OK)
        status = find(copying->hashes, tree_stored_index(0, at), at, &leaf, error);
    if (status != STATUS_OK)
        return status;
    if (!is_digest(leaf, tree_leaf(out->entry)))
        return ledger_damaged(error, at, "the entry does not fit its hash");
    return check_body(copying, at, out, error);
}

static enum status copy_events(
    struct copying *copying,
    uint64_t *next,
    uint64_t end,
    size_t budget_bytes,
    struct buf *out,
    struct error *error)
{
    size_t began = out->size;
    enum status status = STATUS_OK;

    for (int i = 0; status == STATUS_OK && i < MOST_AT_ONCE && *next < end; i++) {
        struct stored_event event = {.entry = {NULL, 0}};

        status = read_event(copying, *next, &event, error);
        if (status != STATUS_OK)
            break;
        buf_add_sized(out, event.entry);
        buf_add_sized(out, event.body);
        if (buf_is_full(out))
            return error_set(error, STATUS_TOO_LARGE, "the events do not fit the copier's memory");
        ++*next;
        if (out->size - began >= budget_bytes)
            break;
    }
    return status;
}

enum status ledger_copy(
    struct ledger *ledger,
    uint64_t *next,
    uint64_t end,
    size_t budget_bytes,
    struct buf *out,
    struct error *error)
{
    AUTO_ARENA scratch = arena_new(SCRATCH_BYTES);
    AUTO_ARENA dropping = arena_new(DROP_CHECK_BYTES);
    AUTO_TXN txn = NULL;
    AUTO_CURSOR entries = NULL;
    AUTO_CURSOR bodies = NULL;
    AUTO_CURSOR hashes = NULL;
    struct copying copying = {.view = ledger_view(ledger), .scratch = scratch};
    enum status status;

    must(*next <= end && end <= ledger_size(ledger));
    status = store_begin(copying.view->env, false, &txn, error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, copying.view->tables[LEDGER_ENTRIES], &entries, error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, copying.view->tables[LEDGER_BODIES], &bodies, error);
    if (status == STATUS_OK)
        status = store_cursor_open(txn, copying.view->tables[LEDGER_HASHES], &hashes, error);
    if (status != STATUS_OK)
        return status;
    copying.entries = entries;
    copying.bodies = bodies;
    copying.hashes = hashes;
    copying.drops =
        (struct drop_check){.view = copying.view, .txn = txn, .arena = dropping, .ledger = ledger};
    return copy_events(&copying, next, end, budget_bytes, out, error);
}

/* In. */

bool stored_event_next(struct bytes *rest, struct stored_event *out)
{
    struct bytes left = *rest;
    struct stored_event event;

    if (!bytes_take_sized(&left, ENTRY_MAX_BYTES, &event.entry) ||
        !bytes_take_sized(&left, BODY_MAX_BYTES, &event.body))
        return false;
    *rest = left;
    *out = event;
    return true;
}

uint64_t stored_event_dropped_at(const struct stored_event *event)
{
    must(stored_event_is_dropped(event));
    return store_number_value(event->body.data);
}

bool stored_event_fits(const struct stored_event *event, const struct entry *entry)
{
    if (stored_event_is_dropped(event))
        return stored_event_dropped_at(event) > (uint64_t)entry->position;
    return is_digest(entry->body_digest, sha256(event->body));
}

/* Events that were looked at, as they go into the batch. */
struct arrival {
    struct batch_item *items;
    size_t count;
    struct arena *scratch; /* of one event */
    struct arena *drops;   /* of all */
};

static enum status refuse(uint64_t at, const char *why, struct error *error)
{
    return error_set(
        error, STATUS_CORRUPT, "the event for position %llu %s", (unsigned long long)at, why);
}

static enum status
take_drops(struct arrival *arrival, uint64_t at, struct batch_item *item, struct error *error)
{
    struct record record;
    struct list dropped;
    enum status status = record_decode(
        (struct position){at}, item->entry, item->body, arrival->scratch, &record, error);

    if (status != STATUS_OK)
        return status;
    if (record.type == NULL)
        return refuse(at, "drops bodies in a way that this program does not know", error);
    dropped = record.type->dropped(record.event);
    item->drops.count = dropped.count;
    item->drops.items = memcpy(
        arena_array(arrival->drops, dropped.count + 1, sizeof(int64_t)), dropped.items,
        dropped.count * sizeof(int64_t));
    for (size_t i = 0; i < dropped.count; i++) {
        if ((uint64_t)((const int64_t *)dropped.items)[i] >= at)
            return refuse(at, "drops what is not before it", error);
    }
    return STATUS_OK;
}

static enum status look_at(
    struct arrival *arrival,
    uint64_t at,
    struct timestamp last,
    const struct stored_event *event,
    struct error *error)
{
    struct batch_item *item = &arrival->items[arrival->count];
    const struct event_type *type;
    struct entry entry;
    struct error why;

    arena_reset(arrival->scratch);
    if (entry_decode((struct position){at}, event->entry, arrival->scratch, &entry, &why) !=
        STATUS_OK)
        return refuse(at, why.text, error);
    if (entry.recorded_at.us <= last.us)
        return refuse(at, "was not recorded after the one before it", error);
    if (!stored_event_fits(event, &entry))
        return refuse(at, "has another body than its entry says", error);
    *item = (struct batch_item){event->entry, event->body, entry.recorded_at, {NULL, 0}};
    type = event_type_named(entry.type);
    if (type != NULL && type->dropped != NULL && !stored_event_is_dropped(event))
        return take_drops(arrival, at, item, error);
    return STATUS_OK;
}

static enum status add_arrived(struct ledger_batch *batch, void *context, struct error *error)
{
    const struct arrival *arrival = context;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < arrival->count && status == STATUS_OK; i++)
        status = ledger_batch_add(batch, &arrival->items[i], error);
    return status;
}

enum status ledger_append_stored(
    struct ledger *ledger, const struct stored_event *events, size_t count, struct error *error)
{
    AUTO_ARENA scratch = arena_new(SCRATCH_BYTES);
    AUTO_ARENA drops = arena_new(DROPS_BYTES);
    struct arrival arrival = {.scratch = scratch, .drops = drops};
    uint64_t at = ledger_size(ledger);
    struct timestamp last = ledger_last_timestamp(ledger);
    enum status status = STATUS_OK;

    arrival.items = heap_array(count + 1, sizeof(*arrival.items));
    while (status == STATUS_OK && arrival.count < count) {
        status = look_at(&arrival, at, last, &events[arrival.count], error);
        last = arrival.items[arrival.count].recorded_at;
        arrival.count++;
        at++;
    }
    if (status == STATUS_OK && arena_is_full(drops))
        status =
            error_set(error, STATUS_TOO_LARGE, "the events drop more than can be taken at once");
    if (status == STATUS_OK && count > 0)
        status = ledger_commit_batch(ledger, &(struct batch_source){add_arrived, &arrival}, error);
    heap_free(arrival.items);
    return status;
}
