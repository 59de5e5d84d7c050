/*
 * What of a record is indexed. Entities are found by walking the event's shape, so that a new type
 * of event needs nothing here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/store/ledger_index_internal.h"

enum { DEPTH_MAX = 16 };

struct indexing {
    const struct ledger_index *index;
    struct store_txn *txn;
    uint8_t position[8];
    enum status status;
    struct error *error;
};

void index_key(struct key *out, enum ledger_index_kind kind, struct bytes key)
{
    if (key.size > STORE_MAX_KEY_BYTES - 1)
        key.size = STORE_MAX_KEY_BYTES - 1;
    key_clear(out);
    key_add_u8(out, (uint8_t)kind);
    key_add(out, key);
}

static void add(struct indexing *indexing, enum ledger_index_kind kind, struct bytes key)
{
    struct key stored;

    if (indexing->status != STATUS_OK || key.size == 0)
        return;
    index_key(&stored, kind, key);
    indexing->status = store_put(
        indexing->txn, indexing->index->tables[INDEX_PAIRS], key_bytes(&stored),
        (struct bytes){indexing->position, sizeof(indexing->position)}, indexing->error);
}

static void add_uuid(struct indexing *indexing, enum ledger_index_kind kind, const struct uuid *id)
{
    if (uuid_is_present(*id))
        add(indexing, kind, (struct bytes){id->bytes, sizeof(id->bytes)});
}

static void
add_entities(struct indexing *indexing, const struct shape *shape, const void *value, int depth);

static void
add_list(struct indexing *indexing, const struct field *field, const struct list *list, int depth)
{
    for (size_t i = 0; i < list->count; i++) {
        if (field->item == KIND_UUID)
            add_uuid(indexing, LEDGER_INDEX_ENTITY, (const struct uuid *)list->items + i);
        else if (field->item == KIND_OBJECT)
            add_entities(
                indexing, field->shape, (const char *)list->items + i * field->shape->size,
                depth + 1);
    }
}

static void
add_entities(struct indexing *indexing, const struct shape *shape, const void *value, int depth)
{
    must(depth <= DEPTH_MAX);
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const void *at = field_at(field, value);

        if (field_is_absent(field, value))
            continue;
        if (field->kind == KIND_UUID)
            add_uuid(indexing, LEDGER_INDEX_ENTITY, at);
        else if (field->kind == KIND_OBJECT)
            add_entities(indexing, field->shape, *(const void *const *)at, depth + 1);
        else if (field->kind == KIND_LIST)
            add_list(indexing, field, at, depth);
    }
}

enum status index_record(
    const struct ledger_index *index,
    struct store_txn *txn,
    const struct record *record,
    struct error *error)
{
    struct indexing indexing = {.index = index, .txn = txn, .status = STATUS_OK, .error = error};
    const struct entry *entry = &record->entry;

    be64_write(indexing.position, record->position.value);
    add_uuid(&indexing, LEDGER_INDEX_STREAM, &entry->stream);
    add_uuid(&indexing, LEDGER_INDEX_WORKSPACE, &entry->workspace);
    add_uuid(&indexing, LEDGER_INDEX_ACTOR, &entry->actor_id);
    add_uuid(&indexing, LEDGER_INDEX_CORRELATION, &entry->correlation);
    add(&indexing, LEDGER_INDEX_TYPE, bytes_of_text(entry->type));
    if (record->has_body && record->body.origin != NULL)
        add(&indexing, LEDGER_INDEX_ORIGIN, record->body.origin->address.digest);
    if (record->has_body && record->type != NULL)
        add_entities(&indexing, record->type->shape, record->event, 0);
    return indexing.status;
}
