/*
 * From files to events, and what they add up to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/backup_check.h"

#include "core/base/heap.h"
#include "core/files/compressor.h"
#include "eventlog/checkpoint.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger_copy.h"
#include "eventlog/tree.h"
#include "replay/backup_range.h"

#include <stdlib.h>
#include <string.h>

enum { SCRATCH_BYTES = 64 << 20 };

/* Files. */

void backup_source_init(struct backup_source *source)
{
    *source = (struct backup_source){.key = NULL};
    buf_init(&source->stored, 2 * RANGE_FILE_MAX_BYTES);
    buf_init(&source->opened, RANGE_FILE_MAX_BYTES);
}

void backup_source_fini(struct backup_source *source)
{
    backup_stores_close(&source->stores);
    envelope_key_free(source->key);
    buf_fini(&source->stored);
    buf_fini(&source->opened);
}

static enum status damaged(struct error *error, struct text name, const char *why)
{
    return error_set_code(
        error, STATUS_CORRUPT, "backup_damaged", "%.*s is damaged: %s", TEXT_ARGS(name), why);
}

static enum status get_file(
    struct backup_source *source,
    struct file_store *store,
    const struct backup_part *part,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 12);
    enum status status;

    buf_clear(&source->stored);
    status = file_store_get(store, part->name, &source->stored, error);
    if (status == STATUS_NOT_FOUND)
        return error_set_code(
            error, STATUS_CORRUPT, "backup_incomplete",
            "%.*s is missing in %s, and the backup needs it", TEXT_ARGS(part->name),
            file_store_place(store));
    if (status != STATUS_OK && status != STATUS_TOO_LARGE)
        return status;
    if (status == STATUS_TOO_LARGE || source->stored.size != (size_t)part->size)
        return damaged(error, part->name, "it has another size than the manifest says");
    if (!text_equal(backup_digest(arena, sha256(buf_bytes(&source->stored))), part->digest))
        return damaged(error, part->name, "its bytes are not those that the manifest says");
    return STATUS_OK;
}

enum status backup_load(
    struct backup_source *source,
    struct file_store *store,
    const struct backup_part *part,
    struct bytes *out,
    struct error *error)
{
    struct error why;
    enum status status = get_file(source, store, part, error);

    if (status != STATUS_OK)
        return status;
    *out = buf_bytes(&source->stored);
    if (!text_ends_with(part->name, text_lit(".cms")))
        return STATUS_OK;
    if (source->key == NULL)
        return error_set_code(
            error, STATUS_INVALID, "backup_encrypted",
            "%.*s is encrypted: name the private key by --decrypt-with", TEXT_ARGS(part->name));
    buf_clear(&source->opened);
    if (envelope_open(source->key, *out, &source->opened, &why) != STATUS_OK)
        return error_set_code(
            error, STATUS_INVALID, "wrong_key",
            "%.*s is encrypted for another key than that of "
            "--decrypt-with",
            TEXT_ARGS(part->name));
    *out = buf_bytes(&source->opened);
    return STATUS_OK;
}

enum status backup_load_range(
    struct backup_source *source,
    const struct backup_range *range,
    struct buf *out,
    struct error *error)
{
    const struct backup_part part = {range->name, range->size, range->digest};
    const struct range wanted = {(uint64_t)range->from, (uint64_t)range->to};
    struct bytes content;
    struct error why;
    enum status status = backup_load(source, source->stores.data, &part, &content, error);

    if (status == STATUS_OK && range_read(content, &wanted, out, &why) != STATUS_OK)
        return damaged(error, range->name, why.text);
    return status;
}

enum status backup_load_rows(
    struct backup_source *source,
    struct file_store *store,
    const struct backup_part *part,
    struct buf *out,
    struct error *error)
{
    struct bytes content;
    struct error why;
    enum status status = backup_load(source, store, part, &content, error);

    buf_clear(out);
    if (status == STATUS_OK && compressor_expand(content, out, &why) != STATUS_OK)
        return damaged(error, part->name, why.text);
    return status;
}

/* Events. */

struct checking {
    const struct backup_manifest *manifest;
    const struct backup_goal *goal;
    struct arena *arena;   /* of what is kept */
    struct arena *scratch; /* of one event */
    struct backup_facts *facts;
    struct log_identity identity; /* so far */
    struct checkpoint signed_head;
    struct tree_growth growth;
    struct timestamp last;
    struct backup_drop *marks; /* bodies that were gone when it was made, and by whom */
    size_t mark_count;
    size_t mark_room;
    size_t drop_room;
    size_t destroyed_room;
};

static void note_drop(struct checking *checking, uint64_t at, uint64_t by)
{
    struct backup_facts *facts = checking->facts;

    facts->drops =
        heap_grow(facts->drops, facts->drop_count, &checking->drop_room, sizeof(*facts->drops));
    facts->drops[facts->drop_count++] = (struct backup_drop){at, by};
}

static void note_destroyed(struct uuid subject, const uint8_t *key_id, void *context)
{
    struct checking *checking = context;
    struct backup_facts *facts = checking->facts;
    struct backup_destroyed *next;

    facts->destroyed = heap_grow(
        facts->destroyed, facts->destroyed_count, &checking->destroyed_room,
        sizeof(*facts->destroyed));
    next = &facts->destroyed[facts->destroyed_count++];
    keyring_row_name(subject, key_id, next->name);
}

static void note_mark(struct checking *checking, uint64_t at, uint64_t by)
{
    checking->marks = heap_grow(
        checking->marks, checking->mark_count, &checking->mark_room, sizeof(*checking->marks));
    checking->marks[checking->mark_count++] = (struct backup_drop){at, by};
}

static void fold_identity(struct checking *checking, const struct record *record)
{
    struct log_identity now = checking->identity;

    log_identity_fold(checking->scratch, record, &now);
    shape_copy(&log_identity_shape, checking->arena, &now, &checking->identity);
}

/* The few events that say something of the ledger itself. */
static bool is_telling(const struct event_type *type, const struct record *record)
{
    return type != NULL && (type->dropped != NULL || type->each_destroyed != NULL ||
                            type == &ledger_opened_event || log_identity_concerns(record));
}

static void learn(struct checking *checking, const struct record *record)
{
    uint64_t at = record->position.value;

    if (log_identity_concerns(record))
        fold_identity(checking, record);
    if (record->type == &ledger_opened_event && at == 0)
        checking->facts->own_key_ids =
            bytes_copy(checking->arena, ((const struct ledger_opened *)record->event)->key_ids);
    if (record->type->each_destroyed != NULL)
        record->type->each_destroyed(record->event, note_destroyed, checking);
    if (record->type->dropped != NULL) {
        struct list positions = record->type->dropped(record->event);

        for (size_t i = 0; i < positions.count; i++)
            note_drop(checking, (uint64_t)((const int64_t *)positions.items)[i], at);
    }
}

static bool is_wanted(const struct checking *checking, const struct entry *entry)
{
    const struct backup_goal *goal = checking->goal;

    if (goal->position != INT64_ABSENT)
        return entry->position <= goal->position;
    return !timestamp_is_present(goal->time) || entry->recorded_at.us <= goal->time.us;
}

static enum status check_signed(struct checking *checking, struct error *error)
{
    struct note_keys keys = {.count = 0};
    const struct log_key *all = checking->identity.keys.items;
    struct digest root = tree_growth_root(&checking->growth);
    struct checkpoint found;

    for (size_t i = 0; i < checking->identity.keys.count && i < NOTE_MOST_KEYS; i++)
        keys.keys[keys.count++] = note_key_of(checking->identity.origin, all[i].verifier_key);
    if (keys.count == 0 ||
        !checkpoint_verify(checking->arena, checking->manifest->checkpoint, &keys, &found))
        return error_set_code(
            error, STATUS_CORRUPT, "not_signed",
            "the checkpoint of the backup is not signed by the key that its events name");
    if (memcmp(root.bytes, found.root.bytes, DIGEST_SIZE) != 0)
        return error_set_code(
            error, STATUS_CORRUPT, "backup_damaged",
            "the first %llu events of the backup are not those whose root was signed",
            (unsigned long long)found.size);
    return STATUS_OK;
}

/* After each event: what is true of the ledger of that size. */
static enum status
note_size(struct checking *checking, const struct entry *entry, struct error *error)
{
    struct backup_facts *facts = checking->facts;

    if (is_wanted(checking, entry)) {
        facts->size = checking->growth.size;
        facts->at = entry->recorded_at;
        facts->identity = checking->identity;
    }
    return checking->growth.size == checking->signed_head.size ? check_signed(checking, error)
                                                               : STATUS_OK;
}

static enum status wrong_event(struct error *error, uint64_t at, const char *why)
{
    return error_set(
        error, STATUS_CORRUPT, "its event at position %llu %s", (unsigned long long)at, why);
}

static enum status
check_event(struct checking *checking, const struct stored_event *event, struct error *error)
{
    uint64_t at = checking->growth.size;
    bool is_dropped = stored_event_is_dropped(event);
    struct record record = {.position = {at}};
    struct error why;

    arena_reset(checking->scratch);
    if (entry_decode(record.position, event->entry, checking->scratch, &record.entry, &why) !=
        STATUS_OK)
        return wrong_event(error, at, why.text);
    if (record.entry.recorded_at.us <= checking->last.us)
        return wrong_event(error, at, "was not recorded after the one before it");
    if (!stored_event_fits(event, &record.entry))
        return wrong_event(error, at, "has another body than its entry says");
    record.type = event_type_named(record.entry.type);
    if (is_dropped) {
        note_mark(checking, at, stored_event_dropped_at(event));
    } else if (is_telling(record.type, &record)) {
        if (record_decode(
                record.position, event->entry, event->body, checking->scratch, &record, &why) !=
            STATUS_OK)
            return wrong_event(error, at, why.text);
        if (record.type == NULL)
            return wrong_event(error, at, "is of a layout that this program does not know");
        learn(checking, &record);
    }
    tree_grow(&checking->growth, tree_leaf(event->entry));
    checking->last = record.entry.recorded_at;
    return note_size(checking, &record.entry, error);
}

/* The root of what is wanted, on the way. */
static void note_root(struct checking *checking)
{
    if (checking->facts->size == checking->growth.size)
        checking->facts->root = tree_growth_root(&checking->growth);
}

static enum status check_events(
    struct checking *checking,
    const struct backup_range *range,
    const struct buf *events,
    struct error *error)
{
    struct bytes rest = buf_bytes(events);
    struct stored_event event;
    struct tree_growth before = checking->growth;
    uint64_t size_before = checking->facts->size;
    struct error why = {0};
    enum status status = STATUS_OK;

    while (status == STATUS_OK && stored_event_next(&rest, &event))
        status = check_event(checking, &event, &why);
    if (status != STATUS_OK && text_is(text_from(why.code), "not_signed")) {
        *error = why;
        return status;
    }
    if (status != STATUS_OK)
        return damaged(error, range->name, why.text);
    if (rest.size != 0 || checking->growth.size != (uint64_t)range->to)
        return damaged(error, range->name, "it does not hold the events that the manifest says");
    /* What is wanted ends in this range: its root comes from the events once more, which is cheaper than one for
     * each event. */
    if (checking->facts->size > size_before && checking->facts->size < checking->growth.size) {
        struct tree_growth after = checking->growth;

        checking->growth = before;
        rest = buf_bytes(events);
        while (checking->growth.size < checking->facts->size && stored_event_next(&rest, &event))
            tree_grow(&checking->growth, tree_leaf(event.entry));
        note_root(checking);
        checking->growth = after;
    }
    note_root(checking);
    return STATUS_OK;
}

static enum status check_range(
    struct checking *checking,
    struct backup_source *source,
    const struct backup_range *range,
    struct buf *events,
    struct error *error)
{
    enum status status = backup_load_range(source, range, events, error);

    if (status == STATUS_OK)
        status = check_events(checking, range, events, error);
    if (status == STATUS_OK &&
        !text_equal(
            backup_digest(checking->scratch, tree_growth_root(&checking->growth)), range->root))
        return damaged(error, range->name, "its events do not lead to the root of the manifest");
    return status;
}

static int by_position(const void *a, const void *b)
{
    const struct backup_drop *left = a;
    const struct backup_drop *right = b;

    if (left->at != right->at)
        return left->at < right->at ? -1 : 1;
    return (left->by > right->by) - (left->by < right->by);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct backup_destroyed));
}

static void sort(struct backup_facts *facts)
{
    if (facts->drop_count > 0)
        qsort(facts->drops, facts->drop_count, sizeof(*facts->drops), by_position);
    if (facts->destroyed_count > 0)
        qsort(facts->destroyed, facts->destroyed_count, sizeof(*facts->destroyed), by_bytes);
}

/* A body that was gone when the backup was made was dropped by an event of it, or by one behind its end. */
static enum status settle_marks(struct checking *checking, struct error *error)
{
    uint64_t by = 0;

    for (size_t i = 0; i < checking->mark_count; i++) {
        if (checking->marks[i].by >= checking->growth.size)
            note_drop(checking, checking->marks[i].at, checking->marks[i].by);
    }
    sort(checking->facts);
    for (size_t i = 0; i < checking->mark_count; i++) {
        if (!backup_facts_dropped(checking->facts, checking->marks[i].at, &by))
            return error_set_code(
                error, STATUS_CORRUPT, "backup_damaged",
                "the body at position %llu is missing, and no event of the backup has dropped it",
                (unsigned long long)checking->marks[i].at);
    }
    return STATUS_OK;
}

static enum status expect_ledger(const struct checking *checking, struct error *error)
{
    const struct backup_facts *facts = checking->facts;

    if (facts->size == 0)
        return error_set_code(
            error, STATUS_INVALID, "goal_outside", "there is no event up to the time of --to");
    if (checking->goal->position != INT64_ABSENT &&
        facts->size != (uint64_t)checking->goal->position + 1)
        return error_set_code(
            error, STATUS_INVALID, "goal_outside",
            "--to is beyond the backup, whose last event is at position %llu",
            (unsigned long long)checking->growth.size - 1);
    if (!bytes_are_present(facts->own_key_ids))
        return error_set_code(
            error, STATUS_CORRUPT, "backup_damaged", "its first event opens no ledger");
    return STATUS_OK;
}

static enum status check_rows(
    struct backup_source *source,
    struct file_store *store,
    const struct list *parts,
    struct buf *rows,
    struct error *error)
{
    const struct backup_part *all = parts->items;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < parts->count && status == STATUS_OK; i++)
        status = backup_load_rows(source, store, &all[i], rows, error);
    return status;
}

static enum status
check_all(struct checking *checking, struct backup_source *source, struct error *error)
{
    const struct backup_manifest *manifest = checking->manifest;
    const struct backup_range *ranges = manifest->ranges.items;
    AUTO_BUF events = {0};
    enum status status = STATUS_OK;

    buf_init(&events, RANGE_MAX_BYTES);
    for (size_t i = 0; i < manifest->ranges.count && status == STATUS_OK; i++)
        status = check_range(checking, source, &ranges[i], &events, error);
    if (status == STATUS_OK)
        status = check_rows(source, source->stores.data, &manifest->checkpoints, &events, error);
    if (status == STATUS_OK)
        status = check_rows(source, source->stores.keys, &manifest->keys, &events, error);
    if (status != STATUS_OK)
        return status;
    status = settle_marks(checking, error);
    return status == STATUS_OK ? expect_ledger(checking, error) : status;
}

enum status backup_check(
    struct backup_source *source,
    const struct backup_manifest *manifest,
    const struct backup_goal *goal,
    struct arena *arena,
    struct backup_facts *out,
    struct error *error)
{
    AUTO_ARENA scratch = arena_new(SCRATCH_BYTES);
    struct backup_facts facts = {.size = 0};
    struct checking checking = {
        .manifest = manifest, .goal = goal, .arena = arena, .scratch = scratch, .facts = &facts};
    enum status status;

    if (!checkpoint_parse(arena, manifest->checkpoint, &checking.signed_head) ||
        checking.signed_head.size == 0 || checking.signed_head.size > (uint64_t)manifest->size)
        return error_set_code(
            error, STATUS_CORRUPT, "not_signed", "the backup has no checkpoint of its events");
    status = check_all(&checking, source, error);
    heap_free(checking.marks);
    if (status == STATUS_OK)
        *out = facts;
    else
        backup_facts_fini(&facts);
    return status;
}

void backup_facts_fini(struct backup_facts *facts)
{
    heap_free(facts->drops);
    heap_free(facts->destroyed);
    *facts = (struct backup_facts){.size = 0};
}

bool backup_facts_dropped(const struct backup_facts *facts, uint64_t at, uint64_t *out_by)
{
    size_t low = 0;
    size_t high = facts->drop_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (facts->drops[middle].at < at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == facts->drop_count || facts->drops[low].at != at)
        return false;
    *out_by = facts->drops[low].by;
    return true;
}

bool backup_facts_destroyed(const struct backup_facts *facts, struct bytes row_key)
{
    return row_key.size == sizeof(struct backup_destroyed) && facts->destroyed_count > 0 &&
           bsearch(
               row_key.data, facts->destroyed, facts->destroyed_count, sizeof(*facts->destroyed),
               by_bytes) != NULL;
}
