/*
 * What was forgotten, in the index: where an erased person came from is no longer found, nor are origins whose time
 * is over. Their events stay in the lists of all else, whose keys say nothing of anybody.
 *
 *   person_erased   ─► lists of the person as actor and as entity ─► events ─► origin sealed for them?
 *   origins_dropped ─► the same of each person, from month to month;          … under one of the keys?
 *                      of agents or strangers, from day to day                 ─► its pair goes
 *
 * An event that erases reaches those before it only, so that an index that is made anew is the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_read.h"
#include "eventlog/seal.h"
#include "eventlog/store/ledger_index_internal.h"

#include <string.h>

enum { POSITIONS_AT_ONCE = 1000, RECORD_ARENA_BYTES = 128 << 20 };

struct erasing {
    const struct ledger_index *index;
    struct store_txn *txn;
    struct arena *arena; /* of a record that something goes of */
    struct arena *told;  /* of the event that tells */
    struct uuid person;  /* whose origins go, … */
    struct bytes keys;   /* … or, where there are any, those that these have sealed */
    struct error *error;
};

static bool goes(const struct erasing *erasing, struct bytes box)
{
    struct bytes keys = erasing->keys;

    if (keys.size == 0)
        return uuid_equal(keyring_box_subject(box), erasing->person);
    for (size_t at = 0; at < keys.size && box.size >= EVENT_KEY_BYTES; at += EVENT_KEY_BYTES) {
        if (memcmp(keys.data + at, box.data, EVENT_KEY_BYTES) == 0)
            return true;
    }
    return false;
}

/* The next positions of a list, from `from` on and before `end`. */
static enum status list_positions(
    const struct erasing *erasing,
    const struct key *key,
    uint64_t from,
    uint64_t end,
    uint64_t *out,
    size_t *count)
{
    AUTO_CURSOR cursor = NULL;
    struct bytes name = key_bytes(key);
    struct bytes value = {NULL, 0};
    enum status status = store_cursor_open(
        erasing->txn, erasing->index->tables[INDEX_PAIRS], &cursor, erasing->error);

    *count = 0;
    if (status == STATUS_OK)
        status =
            ledger_index_seek(cursor, key, (struct position){from}, false, &value, erasing->error);
    while (status == STATUS_OK && *count < POSITIONS_AT_ONCE && key_read_u64(value.data) < end) {
        out[(*count)++] = key_read_u64(value.data);
        status = store_cursor_move(cursor, STORE_NEXT_VALUE, &name, &value, erasing->error);
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status each_position(
    struct erasing *erasing,
    const struct key *key,
    uint64_t from,
    uint64_t end,
    enum status (*each)(struct erasing *erasing, uint64_t at))
{
    uint64_t positions[POSITIONS_AT_ONCE];
    size_t count = POSITIONS_AT_ONCE;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && count == POSITIONS_AT_ONCE) {
        status = list_positions(erasing, key, from, end, positions, &count);
        for (size_t i = 0; status == STATUS_OK && i < count; i++)
            status = each(erasing, positions[i]);
        if (count > 0)
            from = positions[count - 1] + 1;
    }
    return status;
}

static enum status erase_one(struct erasing *erasing, uint64_t at)
{
    const struct origin *origin;
    struct record record;
    uint8_t position[8];
    struct key key;
    enum status status;

    arena_reset(erasing->arena);
    status = ledger_read_one(
        erasing->index->ledger, (struct position){at}, erasing->arena, &record, erasing->error);
    if (status != STATUS_OK || !record.has_body || record.body.origin == NULL)
        return status;
    origin = record.body.origin;
    if (!bytes_are_present(origin->address.digest) || !goes(erasing, origin->address.box))
        return STATUS_OK;
    ledger_index_key(&key, LEDGER_INDEX_ORIGIN, origin->address.digest);
    key_write_u64(position, at);
    status = store_delete_value(
        erasing->txn, erasing->index->tables[INDEX_PAIRS],
        (const struct bytes[]){key_bytes(&key), {position, sizeof(position)}}, erasing->error);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Events from `first` on and before `end`. */
struct stretch {
    uint64_t first;
    uint64_t end;
};

static enum status erase_list(
    struct erasing *erasing,
    enum ledger_index_kind kind,
    struct bytes of,
    const struct stretch *stretch)
{
    struct key key;

    ledger_index_key(&key, kind, of);
    return each_position(erasing, &key, stretch->first, stretch->end, erase_one);
}

static enum status
erase_person(struct erasing *erasing, struct uuid person, const struct stretch *stretch)
{
    struct bytes id = {person.bytes, sizeof(person.bytes)};
    enum status status;

    erasing->person = person;
    status = erase_list(erasing, LEDGER_INDEX_ACTOR, id, stretch);
    return status == STATUS_OK ? erase_list(erasing, LEDGER_INDEX_ENTITY, id, stretch) : status;
}

/* Each person once: their keys stand beside each other. */
static enum status erase_persons(struct erasing *erasing, const struct stretch *stretch)
{
    struct uuid last = UUID_NONE;
    enum status status = STATUS_OK;

    for (size_t at = 0; at < erasing->keys.size && status == STATUS_OK; at += EVENT_KEY_BYTES) {
        struct uuid person;
        memcpy(person.bytes, erasing->keys.data + at, sizeof(person.bytes));
        if (!uuid_equal(person, last))
            status = erase_person(erasing, person, stretch);
        last = person;
    }
    return status;
}

static enum status
drop_origins(struct erasing *erasing, const struct forgotten_origins *dropped, uint64_t at)
{
    const uint8_t kind = (uint8_t)dropped->actor_kind;
    struct ledger *ledger = erasing->index->ledger;
    struct stretch stretch = {0, at};
    enum status status = ledger_position_at(ledger, dropped->since, &stretch.first, erasing->error);

    if (status == STATUS_OK)
        status = ledger_position_at(ledger, dropped->until, &stretch.end, erasing->error);
    if (status != STATUS_OK)
        return status;
    if (stretch.end > at)
        stretch.end = at;
    erasing->keys = dropped->keys;
    if (kind == ACTOR_USER)
        return erase_persons(erasing, &stretch);
    return erase_list(erasing, LEDGER_INDEX_ACTOR_KIND, (struct bytes){&kind, 1}, &stretch);
}

/* Whose event stands there. */
static enum status erase_by(struct erasing *erasing, uint64_t at)
{
    const struct stretch before = {0, at};
    struct forgotten_origins dropped;
    struct record record;
    enum status status;

    arena_reset(erasing->told);
    status = ledger_read_one(
        erasing->index->ledger, (struct position){at}, erasing->told, &record, erasing->error);
    if (status != STATUS_OK)
        return status;
    if (record.type->forgotten != NULL) {
        record.type->forgotten(record.event, &dropped);
        return drop_origins(erasing, &dropped, at);
    }
    erasing->keys = (struct bytes){NULL, 0};
    return erase_person(erasing, record.entry.stream, &before);
}

/* Of all events of a type, from a position on. */
static enum status
erase_by_type(struct erasing *erasing, const struct event_type *type, uint64_t from)
{
    struct key key;

    ledger_index_key(&key, LEDGER_INDEX_TYPE, bytes_of_text(text_from(type->name)));
    return each_position(erasing, &key, from, UINT64_MAX, erase_by);
}

enum status ledger_index_erase(
    const struct ledger_index *index, struct store_txn *txn, uint64_t from, struct error *error)
{
    AUTO_ARENA arena = arena_new(RECORD_ARENA_BYTES);
    AUTO_ARENA told = arena_new(RECORD_ARENA_BYTES);
    struct erasing erasing = {
        .index = index, .txn = txn, .arena = arena, .told = told, .error = error};
    enum status status = STATUS_OK;

    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL && status == STATUS_OK; i++) {
            if (area->types[i]->erases || area->types[i]->forgotten != NULL)
                status = erase_by_type(&erasing, area->types[i], from);
        }
    }
    return status;
}
