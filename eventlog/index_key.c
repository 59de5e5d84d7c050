/*
 * The keys of an event. Entities are found by walking its shape, so that a new type of event needs
 * nothing here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/index_key.h"

#include "core/base/must.h"

#include <string.h>

enum { DEPTH_MAX = 16 };

struct visit {
    void (*each)(enum ledger_index_kind kind, struct bytes key, void *context);
    void *context;
};

static void visit(const struct visit *visit, enum ledger_index_kind kind, struct bytes key)
{
    if (key.size > 0)
        visit->each(kind, key, visit->context);
}

static void
visit_uuid(const struct visit *visiting, enum ledger_index_kind kind, const struct uuid *id)
{
    if (uuid_is_present(*id))
        visit(visiting, kind, (struct bytes){id->bytes, sizeof(id->bytes)});
}

static void visit_entities(
    const struct visit *visiting, const struct shape *shape, const void *value, int depth);

static void visit_list(
    const struct visit *visiting, const struct field *field, const struct list *list, int depth)
{
    for (size_t i = 0; i < list->count; i++) {
        if (field->item == KIND_UUID)
            visit_uuid(visiting, LEDGER_INDEX_ENTITY, (const struct uuid *)list->items + i);
        else if (field->item == KIND_OBJECT)
            visit_entities(
                visiting, field->shape, (const char *)list->items + i * field->shape->size,
                depth + 1);
    }
}

static void visit_entities(
    const struct visit *visiting, const struct shape *shape, const void *value, int depth)
{
    must(depth <= DEPTH_MAX);
    for (size_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const void *at = field_at(field, value);

        if (field_is_absent(field, value))
            continue;
        if (field->kind == KIND_UUID)
            visit_uuid(visiting, LEDGER_INDEX_ENTITY, at);
        else if (field->kind == KIND_OBJECT)
            visit_entities(visiting, field->shape, *(const void *const *)at, depth + 1);
        else if (field->kind == KIND_LIST)
            visit_list(visiting, field, at, depth);
    }
}

struct bytes index_key_workspace_type(const struct uuid *workspace, struct text type, uint8_t *room)
{
    struct text name = text_slice(type, 0, INDEX_KEY_MAX - sizeof(workspace->bytes));

    memcpy(room, workspace->bytes, sizeof(workspace->bytes));
    memcpy(room + sizeof(workspace->bytes), name.data, name.size);
    return (struct bytes){room, sizeof(workspace->bytes) + name.size};
}

static void visit_number(const struct visit *visiting, enum ledger_index_kind kind, int64_t number)
{
    const uint8_t byte = (uint8_t)number;

    visit(visiting, kind, (struct bytes){&byte, 1});
}

static void visit_type(const struct visit *visiting, const struct entry *entry)
{
    uint8_t room[INDEX_KEY_MAX];

    visit(visiting, LEDGER_INDEX_TYPE, bytes_of_text(entry->type));
    if (uuid_is_present(entry->workspace))
        visit(
            visiting, LEDGER_INDEX_WORKSPACE_TYPE,
            index_key_workspace_type(&entry->workspace, entry->type, room));
}

static bool is_looked_into(const struct record *record)
{
    return record->has_body && !(record->type != NULL && record->type->is_droppable);
}

struct bytes index_key_origin(const struct record *record)
{
    return is_looked_into(record) && record->body.origin != NULL
               ? record->body.origin->address.digest
               : (struct bytes){NULL, 0};
}

void index_key_each(
    const struct record *record,
    void (*each)(enum ledger_index_kind kind, struct bytes key, void *context),
    void *context)
{
    const struct visit visiting = {each, context};
    const struct entry *entry = &record->entry;

    visit_uuid(&visiting, LEDGER_INDEX_STREAM, &entry->stream);
    visit_uuid(&visiting, LEDGER_INDEX_WORKSPACE, &entry->workspace);
    visit_uuid(&visiting, LEDGER_INDEX_ACTOR, &entry->actor_id);
    visit_uuid(&visiting, LEDGER_INDEX_CORRELATION, &entry->correlation);
    visit_uuid(&visiting, LEDGER_INDEX_CAUSATION, &entry->causation);
    visit_number(&visiting, LEDGER_INDEX_ACTOR_KIND, entry->actor_kind);
    visit_number(&visiting, LEDGER_INDEX_OUTCOME, entry->outcome);
    visit_type(&visiting, entry);
    visit(&visiting, LEDGER_INDEX_ORIGIN, index_key_origin(record));
    if (is_looked_into(record) && record->type != NULL)
        visit_entities(&visiting, record->type->shape, record->event, 0);
}

struct comparing {
    const struct index_key *keys;
    size_t count;
    bool is_found;
};

static void compare(enum ledger_index_kind kind, struct bytes key, void *context)
{
    struct comparing *comparing = context;

    for (size_t i = 0; i < comparing->count && !comparing->is_found; i++)
        comparing->is_found =
            comparing->keys[i].kind == kind && bytes_equal(comparing->keys[i].key, key);
}

bool index_key_finds(const struct index_key *keys, size_t count, const struct record *record)
{
    struct comparing comparing = {keys, count, false};

    index_key_each(record, compare, &comparing);
    return comparing.is_found;
}
