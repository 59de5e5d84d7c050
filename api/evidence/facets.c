/*
 * What the events that pass a filter have: their types, actors, workspaces and outcomes, with counts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/timeline.h"

#include <stdlib.h>

enum { WORK = 50000, AT_ONCE = 1000, MOST_VALUES = 1000, BATCH_ARENA_BYTES = 16 << 20 };

struct facet_value {
    struct text value;
    int64_t count;
};
static const struct field facet_value_fields[] = {
    {TEXT(facet_value, value), .doc = "The value; null where events have none."},
    {INT64(facet_value, count), .flags = REQUIRED, .doc = "Number of events that have it."},
};
static const struct shape facet_value_shape =
    SHAPE(facet_value, "A value, and how often it is there.");

struct facets {
    struct list types;
    struct list actors;
    struct list workspaces;
    struct list outcomes;
    int64_t events;
    struct opt_bool is_whole;
    int64_t searched_from;
    int64_t searched_end;
    int64_t ledger_size;
};
static const struct field facets_fields[] = {
    {OBJECTS(facets, types, facet_value), .flags = REQUIRED, .doc = "Types, most frequent first."},
    {OBJECTS(facets, actors, facet_value), .flags = REQUIRED,
     .doc = "Ids of users and nodes, most frequent first."},
    {OBJECTS(facets, workspaces, facet_value), .flags = REQUIRED,
     .doc = "Ids of workspaces, most frequent first."},
    {OBJECTS(facets, outcomes, facet_value), .flags = REQUIRED, .doc = "Done and refused."},
    {INT64(facets, events), .flags = REQUIRED, .doc = "Number of events that were counted."},
    {BOOL(facets, is_whole), .flags = REQUIRED,
     .doc = "Was all counted? False where that would have cost too much, or there are more than a "
            "thousand values: further ones are counted in events alone."},
    {INT64(facets, searched_from), .flags = REQUIRED, .doc = "First position that was searched."},
    {INT64(facets, searched_end), .flags = REQUIRED, .doc = "Position behind the last one."},
    {INT64(facets, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
};
const struct shape facets_shape = SHAPE(facets, "What events of the timeline have.");

/* Values that were met so far. A value has 16 bytes, or is a text that lives as long. */
struct tally {
    struct facet_value *values;
    size_t count;
    bool is_full;
};

static void note(struct arena *arena, struct tally *tally, struct text value)
{
    for (size_t i = 0; i < tally->count; i++) {
        if (text_equal(tally->values[i].value, value)) {
            tally->values[i].count++;
            return;
        }
    }
    if (tally->count == MOST_VALUES) {
        tally->is_full = true;
        return;
    }
    tally->values[tally->count++] = (struct facet_value){text_copy(arena, value), 1};
}

static void note_id(struct arena *arena, struct tally *tally, struct uuid id)
{
    char printed[UUID_TEXT_SIZE];

    uuid_print(id, printed);
    note(arena, tally, uuid_is_present(id) ? text_from(printed) : (struct text){NULL, 0});
}

struct tallies {
    struct tally types;
    struct tally actors;
    struct tally workspaces;
    struct tally outcomes;
    int64_t events;
};

static int compare(const void *a, const void *b)
{
    const struct facet_value *left = a;
    const struct facet_value *right = b;

    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return text_compare(left->value, right->value);
}

static struct list sorted(const struct tally *tally)
{
    qsort(tally->values, tally->count, sizeof(*tally->values), compare);
    return (struct list){tally->values, tally->count};
}

static void note_event(struct arena *arena, struct tallies *tallies, const struct entry *entry)
{
    const struct enum_value outcome = {entry->outcome};

    note(arena, &tallies->types, entry->type);
    note_id(arena, &tallies->actors, entry->actor_id);
    note_id(arena, &tallies->workspaces, entry->workspace);
    note(arena, &tallies->outcomes, text_from(enum_name(outcome_names, outcome)));
    tallies->events++;
}

static enum status count(
    struct call *call, struct timeline_search *search, struct tallies *tallies, struct error *error)
{
    AUTO_ARENA batch = arena_new(BATCH_ARENA_BYTES);
    enum status status = STATUS_OK;

    search->work = WORK;
    while (status == STATUS_OK && search->work > 0 && search->from < search->end) {
        const struct timeline_event *events = NULL;
        size_t found = 0;
        arena_reset(batch);
        status = timeline_find(
            call->services->ledger, call->services->index, search, AT_ONCE, batch, &events, &found,
            error);
        for (size_t i = 0; i < found && status == STATUS_OK; i++)
            note_event(call->arena, tallies, &events[i].entry);
    }
    return status;
}

static void answer(
    struct call *call,
    const struct tallies *tallies,
    const struct timeline_search *whole,
    const struct timeline_search *left)
{
    bool is_full = tallies->types.is_full || tallies->actors.is_full || tallies->workspaces.is_full;
    bool is_over = left->from >= left->end;
    const struct facets facets = {
        .types = sorted(&tallies->types),
        .actors = sorted(&tallies->actors),
        .workspaces = sorted(&tallies->workspaces),
        .outcomes = sorted(&tallies->outcomes),
        .events = tallies->events,
        .is_whole = opt_bool_of(is_over && !is_full),
        .searched_from = (int64_t)(whole->newest_first && !is_over ? left->end : whole->from),
        .searched_end = (int64_t)(whole->newest_first || is_over ? whole->end : left->from),
        .ledger_size = (int64_t)call->ledger_size,
    };

    call_answer_shape(call, 200, &facets_shape, &facets);
}

static struct tally new_tally(struct arena *arena)
{
    return (struct tally){.values = arena_array(arena, MOST_VALUES, sizeof(struct facet_value))};
}

void facets_handle(struct call *call)
{
    const struct timeline_request *request = call->input;
    struct timeline_question question;
    struct timeline_search whole;
    struct error error;
    struct tallies tallies = {
        .types = new_tally(call->arena),
        .actors = new_tally(call->arena),
        .workspaces = new_tally(call->arena),
        .outcomes = new_tally(call->arena),
    };
    enum status status = timeline_ask(call, &request->input, &question, &error);

    whole = question.search;
    if (status == STATUS_OK)
        status = count(call, &question.search, &tallies, &error);
    if (status == STATUS_OK)
        answer(call, &tallies, &whole, &question.search);
    else
        call_answer_error(call, &error);
}
