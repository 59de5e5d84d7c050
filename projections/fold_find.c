/*
 * Which events may concern a row.
 *
 *   index: stream with its id, types that reach farther ─┐
 *   ledger: what the index does not have yet ────────────┼─► positions, rising
 *   ledger: the event of its id, by the time in the id ──┤
 *           that which the first of its stream follows from ┘  (an id that is made of an event's)
 *                                      none at all: those that name it, of types that its projector handles
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/ledger_index.h"
#include "eventlog/ledger_read.h"
#include "eventlog/timeline.h"
#include "projections/fold_internal.h"

#include <string.h>

enum {
    MOST_TYPES = 256,
    MOST_UNINDEXED = 20000,
    FIRST_FEW = 16,
    AT_ONCE = 1024,
    MOST_STEPS = 8 * FOLD_MOST_EVENTS
};

/* Conditions that an event must meet, and the positions of those that do. */
struct finding {
    struct folding *folding;
    struct watched *watched;
    struct index_any all[2];
    size_t count;
    size_t limit;
    bool needs_few; /* the one that makes the row is among the first */
    struct uuid
        cause; /* event that the first of the stream follows from, where that made the row */
    struct position *at;
    size_t at_count;
    size_t at_capacity;
};

/* Room for so many more positions. */
static void make_room(struct finding *finding, size_t count)
{
    struct position *larger;

    if (finding->at_capacity - finding->at_count >= count)
        return;
    finding->at_capacity = 2 * finding->at_capacity + count;
    larger = arena_array(finding->folding->found, finding->at_capacity, sizeof(*larger));
    if (finding->at_count > 0)
        memcpy(larger, finding->at, finding->at_count * sizeof(*larger));
    finding->at = larger;
}

enum status fold_spend(struct folding *folding, size_t events, struct error *error)
{
    if (events <= folding->left) {
        folding->left -= events;
        return STATUS_OK;
    }
    return error_set_code(
        error, STATUS_TOO_LARGE, "history_too_long",
        "It takes more than %d events to tell how this row of %s stood", FOLD_MOST_EVENTS,
        folding->fold->table->name);
}

static struct index_key id_key(enum ledger_index_kind kind, const struct uuid *id)
{
    return (struct index_key){kind, {id->bytes, sizeof(id->bytes)}};
}

static struct index_key type_key(const struct event_type *type)
{
    return (struct index_key){LEDGER_INDEX_TYPE, bytes_of_text(text_from(type->name))};
}

/* The stream of its id; with the types that reach farther. */
static void ask_for_own(struct finding *finding, bool with_reaching)
{
    const struct watched *watched = finding->watched;
    const struct event_type *const *reaching = watched->projector->reaching;
    struct index_key *keys = arena_array(finding->folding->found, MOST_TYPES, sizeof(*keys));
    size_t count = 0;

    keys[count++] = id_key(LEDGER_INDEX_STREAM, &watched->key);
    for (size_t i = 0; with_reaching && reaching[i] != NULL; i++) {
        must(count < MOST_TYPES);
        keys[count++] = type_key(reaching[i]);
    }
    finding->all[0] = (struct index_any){keys, count};
    finding->count = 1;
}

/* Those that name it, of the projector's types. */
static void ask_for_naming(struct finding *finding)
{
    const struct folding *folding = finding->folding;
    const struct watched *watched = finding->watched;
    struct index_key *name = arena_one(folding->found, struct index_key);
    struct index_key *types = arena_array(folding->found, MOST_TYPES, sizeof(*types));
    size_t count = 0;

    for (size_t i = 0; i < folding->listeners.count; i++) {
        if ((watched->writers >> folding->listeners.items[i].order & 1) == 0)
            continue;
        must(count < MOST_TYPES);
        types[count++] = type_key(folding->listeners.items[i].type);
    }
    *name = id_key(LEDGER_INDEX_ENTITY, &watched->key);
    finding->all[0] = (struct index_any){name, 1};
    finding->all[1] = (struct index_any){types, count};
    finding->count = 2;
}

static bool meets_all(const struct finding *finding, const struct record *record)
{
    for (size_t i = 0; i < finding->count; i++) {
        if (!index_key_finds(finding->all[i].keys, finding->all[i].count, record))
            return false;
    }
    return true;
}

/* What the index does not have yet, event by event. */
static enum status scan(struct finding *finding, uint64_t from, struct error *error)
{
    struct folding *folding = finding->folding;
    uint64_t end = finding->watched->end;
    enum status status = STATUS_OK;

    if (from < end && end - from > MOST_UNINDEXED)
        return error_set_code(
            error, STATUS_UNAVAILABLE, "index_behind",
            "The index lacks the last %llu events: it is being built again",
            (unsigned long long)(end - from));
    for (uint64_t at = from; status == STATUS_OK && at < end; at++) {
        struct record record;
        arena_reset(folding->batch);
        status = ledger_read_one(
            folding->sources->ledger, (struct position){at}, folding->batch, &record, error);
        if (status != STATUS_OK || !meets_all(finding, &record))
            continue;
        make_room(finding, 1);
        finding->at[finding->at_count++] = (struct position){at};
    }
    return status;
}

static bool has_enough(const struct finding *finding)
{
    return finding->at_count >= finding->limit;
}

static enum status ask_index(struct finding *finding, uint64_t indexed, struct error *error)
{
    uint64_t end = finding->watched->end;
    struct index_search left = {
        .all = finding->all,
        .count = finding->count,
        .end = end < indexed ? end : indexed,
        .work = MOST_STEPS,
    };
    enum status status = STATUS_OK;

    while (status == STATUS_OK && left.from < left.end && left.work > 0 && !has_enough(finding)) {
        size_t count = 0;
        make_room(finding, AT_ONCE);
        status = ledger_index_search(
            finding->folding->sources->index, &left, AT_ONCE, finding->at + finding->at_count,
            &count, error);
        if (status == STATUS_OK)
            finding->at_count += count;
    }
    if (status == STATUS_OK && left.from < left.end && !has_enough(finding))
        return fold_spend(finding->folding, SIZE_MAX, error);
    return status;
}

/* All that meet the conditions: from the index, then from the ledger. */
static enum status search(struct finding *finding, struct error *error)
{
    uint64_t indexed = ledger_index_size(finding->folding->sources->index);
    enum status status = ask_index(finding, indexed, error);

    if (status == STATUS_OK && !has_enough(finding))
        status = scan(finding, indexed, error);
    return status;
}

static void insert(struct finding *finding, uint64_t position)
{
    size_t i = finding->at_count;

    make_room(finding, 1);
    while (i > 0 && finding->at[i - 1].value > position)
        i--;
    if (i > 0 && finding->at[i - 1].value == position)
        return;
    memmove(&finding->at[i + 1], &finding->at[i], (finding->at_count - i) * sizeof(*finding->at));
    finding->at[i] = (struct position){position};
    finding->at_count++;
}

/* The event of an id, which begins with the moment that it was recorded at. */
static enum status find_event(struct finding *finding, struct uuid id, struct error *error)
{
    struct folding *folding = finding->folding;
    struct timestamp at = uuid_v7_time(id);
    uint64_t position = 0;
    enum status status;

    if (!timestamp_is_present(at))
        return STATUS_OK;
    status = ledger_position_at(folding->sources->ledger, at, &position, error);
    while (status == STATUS_OK && position < finding->watched->end) {
        struct record record;
        arena_reset(folding->batch);
        status = ledger_read_one(
            folding->sources->ledger, (struct position){position}, folding->batch, &record, error);
        if (status == STATUS_OK)
            status = fold_spend(folding, 1, error);
        if (status != STATUS_OK || record.entry.recorded_at.us >= at.us + US_PER_MS)
            return status;
        if (uuid_equal(record.entry.event_id, id)) {
            insert(finding, position);
            return STATUS_OK;
        }
        position++;
    }
    return status;
}

static enum status find_own(struct finding *finding, bool with_reaching, struct error *error)
{
    enum status status;

    finding->at_count = 0;
    ask_for_own(finding, with_reaching);
    status = search(finding, error);
    return status == STATUS_OK ? find_event(finding, finding->watched->key, error) : status;
}

/* A row whose id is made of an event's was made by what the first event of its stream follows from. */
static enum status find_cause(struct finding *finding, struct error *error)
{
    struct folding *folding = finding->folding;
    struct record first;
    enum status status;

    if (uuid_version(finding->watched->key) != 8 || finding->at_count == 0)
        return STATUS_OK;
    arena_reset(folding->batch);
    status =
        ledger_read_one(folding->sources->ledger, finding->at[0], folding->batch, &first, error);
    if (status == STATUS_OK)
        finding->cause = first.entry.causation;
    return status == STATUS_OK ? find_event(finding, finding->cause, error) : status;
}

/* Events that reach farther change rows that others have made, or one whose id is nobody's. */
static bool needs_reaching(const struct finding *finding)
{
    if (finding->watched->projector->reaching == NULL)
        return false;
    if (finding->at_count == 0)
        return uuid_version(finding->watched->key) == 8;
    return !finding->needs_few;
}

/* The own ones again, with those. Events that only name the row are in no stream of its own: they stay. */
static enum status find_reaching(struct finding *finding, bool is_named, struct error *error)
{
    const struct finding before = *finding;
    enum status status;

    finding->at = NULL;
    finding->at_capacity = 0;
    status = find_own(finding, true, error);
    if (status == STATUS_OK)
        status = find_event(finding, finding->cause, error);
    for (size_t i = 0; is_named && i < before.at_count; i++)
        insert(finding, before.at[i].value);
    return status;
}

enum status fold_find(struct folding *folding, struct watched *watched, struct error *error)
{
    bool is_asked_for = watched == folding->watched;
    bool needs_few = folding->fold->is_until_made && is_asked_for;
    struct finding finding = {
        .folding = folding,
        .watched = watched,
        .limit = needs_few ? FIRST_FEW : folding->left + 1,
        .needs_few = needs_few,
    };
    enum status status = find_own(&finding, false, error);
    bool is_named = status == STATUS_OK && finding.at_count == 0 && is_asked_for;

    if (is_named) {
        ask_for_naming(&finding);
        status = search(&finding, error);
    }
    if (status == STATUS_OK)
        status = find_cause(&finding, error);
    if (status == STATUS_OK && needs_reaching(&finding))
        status = find_reaching(&finding, is_named, error);
    if (status != STATUS_OK)
        return status;
    watched->at = finding.at;
    watched->count = finding.at_count;
    watched->is_found = true;
    return finding.at_count > folding->left ? fold_spend(folding, SIZE_MAX, error) : STATUS_OK;
}
