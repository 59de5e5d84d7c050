/*
 * Finding events of retired streams: when it is worth looking at all, and how the ledger's index is asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/history.h"

#include "core/base/must.h"
#include "eventlog/ledger_index.h"

enum status history_find(
    const struct decision *decision,
    const struct history_query *query,
    const struct record **out,
    size_t *out_count,
    struct error *error)
{
    struct history_query bounded = *query;

    *out_count = 0;
    bounded.size = model_retired_size(decision->model);
    if (bounded.size == 0)
        return STATUS_OK;
    must(decision->history != NULL);
    return decision->history->find(
        decision->history, &bounded, decision->arena, out, out_count, error);
}

enum status history_revision(
    const struct decision *decision, struct uuid stream, uint64_t *out, struct error *error)
{
    const struct history_query query = {.stream = stream, .newest_first = true, .limit = 1};
    const struct record *record;
    size_t count;
    enum status status;

    *out = model_revision(decision->model, stream);
    if (*out > 0)
        return STATUS_OK;
    status = history_find(decision, &query, &record, &count, error);
    if (status == STATUS_OK && count > 0)
        *out = (uint64_t)record->entry.revision;
    return status;
}

/* Their keys; how many. */
static size_t keys_of(const struct event_type *const *types, struct index_key *out)
{
    size_t count = 0;

    while (types != NULL && types[count] != NULL) {
        must(count < HISTORY_MOST_TYPES);
        out[count] =
            (struct index_key){LEDGER_INDEX_TYPE, bytes_of_text(text_from(types[count]->name))};
        count++;
    }
    return count;
}

static enum status read_all(
    struct ledger *ledger,
    const struct position *positions,
    size_t count,
    struct arena *arena,
    struct record *out,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = ledger_read_one(ledger, positions[i], arena, &out[i], error);
    return status;
}

/* The lists of stream and types are merged by leaps, so that what a stream has of other types costs little; an
 * unknown stream has no list, and is known as such by that. */
static enum status find_on_ledger(
    const struct history *history,
    const struct history_query *query,
    struct arena *arena,
    const struct record **out,
    size_t *out_count,
    struct error *error)
{
    const struct ledger_history *place = (const struct ledger_history *)history;
    const struct index_key stream = {
        LEDGER_INDEX_STREAM, {query->stream.bytes, sizeof(query->stream.bytes)}};
    struct index_key types[HISTORY_MOST_TYPES];
    const struct index_any all[] = {{&stream, 1}, {types, keys_of(query->types, types)}};
    struct index_search search = {
        .all = all,
        .count = all[1].count > 0 ? 2 : 1,
        .end = query->size,
        .newest_first = query->newest_first,
        .work = SIZE_MAX,
    };
    struct position *positions = arena_array(arena, query->limit, sizeof(*positions));
    struct record *records = arena_array(arena, query->limit, sizeof(*records));
    enum status status =
        ledger_index_search(place->index, &search, query->limit, positions, out_count, error);

    if (status == STATUS_OK)
        status = read_all(place->ledger, positions, *out_count, arena, records, error);
    *out = records;
    return status;
}

struct ledger_history ledger_history_of(struct ledger *ledger, struct ledger_index *index)
{
    return (struct ledger_history){{find_on_ledger}, ledger, index};
}
