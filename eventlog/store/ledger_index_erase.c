/*
 * An erased person in the index: where they came from is no longer found. Their events stay in the lists of
 * all else, whose keys say nothing of anybody.
 *
 *   person_erased ─► lists of the person as actor and as entity ─► events ─► origin sealed for them?
 *                                                                          ─► its pair goes
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
    struct arena *arena; /* a record */
    struct uuid person;
    struct error *error;
};

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
    if (!bytes_are_present(origin->address.digest) ||
        !uuid_equal(keyring_box_subject(origin->address.box), erasing->person))
        return STATUS_OK;
    ledger_index_key(&key, LEDGER_INDEX_ORIGIN, origin->address.digest);
    key_write_u64(position, at);
    status = store_delete_value(
        erasing->txn, erasing->index->tables[INDEX_PAIRS],
        (const struct bytes[]){key_bytes(&key), {position, sizeof(position)}}, erasing->error);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* In events before `end`. */
static enum status erase_list(struct erasing *erasing, enum ledger_index_kind kind, uint64_t end)
{
    struct key key;

    ledger_index_key(
        &key, kind, (struct bytes){erasing->person.bytes, sizeof(erasing->person.bytes)});
    return each_position(erasing, &key, 0, end, erase_one);
}

/* Whose event stands there. */
static enum status erase_by(struct erasing *erasing, uint64_t at)
{
    struct record record;
    enum status status;

    arena_reset(erasing->arena);
    status = ledger_read_one(
        erasing->index->ledger, (struct position){at}, erasing->arena, &record, erasing->error);
    if (status != STATUS_OK)
        return status;
    erasing->person = record.entry.stream;
    status = erase_list(erasing, LEDGER_INDEX_ACTOR, at);
    return status == STATUS_OK ? erase_list(erasing, LEDGER_INDEX_ENTITY, at) : status;
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
    struct erasing erasing = {.index = index, .txn = txn, .arena = arena, .error = error};
    enum status status = STATUS_OK;

    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL && status == STATUS_OK; i++) {
            if (area->types[i]->erases)
                status = erase_by_type(&erasing, area->types[i], from);
        }
    }
    return status;
}
