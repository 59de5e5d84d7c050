/*
 * Pages of the timeline, from ledger and index alone: they are answered while PostgreSQL is away.
 *
 *   question ─► timeline_find() ─► rows ─► answer, with where to go on and how far was searched
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/timeline.h"

#include "api/call.h"
#include "api/evidence/timeline_filter.h"
#include "eventlog/ledger_read.h"

struct event_actor {
    struct enum_value kind;
    struct uuid id;
    struct uuid session;
};
static const struct field event_actor_fields[] = {
    {ENUM(event_actor, kind, actor_kind_names), .flags = REQUIRED, .doc = "Kind of who did it."},
    {UUID(event_actor, id), .doc = "User or node."},
    {UUID(event_actor, session), .doc = "Session that it was done in."},
};
static const struct shape event_actor_shape = SHAPE(event_actor, "Who did it.");

struct timeline_row {
    int64_t position;
    struct uuid event_id;
    struct timestamp recorded_at;
    struct text type;
    struct enum_value outcome;
    struct uuid workspace;
    const struct event_actor *actor;
    struct uuid stream;
    int64_t revision;
    struct uuid command_id;
    struct uuid correlation;
    struct uuid causation;
    struct opt_bool has_body;
};
static const struct field timeline_row_fields[] = {
    {INT64(timeline_row, position), .flags = REQUIRED, .doc = "Position in the ledger."},
    {UUID(timeline_row, event_id), .flags = REQUIRED, .doc = "Id of the event."},
    {TIMESTAMP(timeline_row, recorded_at), .flags = REQUIRED,
     .doc = "When it was recorded, by the ledger's clock, which never goes back."},
    {TEXT(timeline_row, type), .flags = REQUIRED, .doc = "Type of the event."},
    {ENUM(timeline_row, outcome, outcome_names), .flags = REQUIRED, .doc = "Done, or refused."},
    {UUID(timeline_row, workspace), .doc = "Its workspace; null where it concerns the platform."},
    {OBJECT(timeline_row, actor, event_actor), .flags = REQUIRED, .doc = "Who did it."},
    {UUID(timeline_row, stream), .flags = REQUIRED, .doc = "What it is about."},
    {INT64(timeline_row, revision), .flags = REQUIRED, .doc = "Number of the event in its stream."},
    {UUID(timeline_row, command_id), .flags = REQUIRED, .doc = "Id of the order that led to it."},
    {UUID(timeline_row, correlation), .doc = "What it belongs to, as callers and logs say it."},
    {UUID(timeline_row, causation), .doc = "Id of the event that caused it."},
    {BOOL(timeline_row, has_body), .flags = REQUIRED,
     .doc = "Is its body kept? False where it was dropped, on record."},
};
static const struct shape timeline_row_shape = SHAPE(timeline_row, "An event of the timeline.");

/* Of recorded times alone: what an agent's clock said stands in the fields of its events. */
static const char *const time_names[] = {"recordedAt", NULL};

struct timeline_page {
    struct list events;
    struct text next;
    int64_t searched_from;
    int64_t searched_to;
    int64_t ledger_size;
    struct enum_value time;
};
static const struct field timeline_page_fields[] = {
    {OBJECTS(timeline_page, events, timeline_row), .flags = REQUIRED,
     .doc = "The events, in order."},
    {TEXT(timeline_page, next),
     .doc = "Where to go on (after); null where all has been searched. A page may be short, even "
            "empty, and not the last: then the search has cost all that it may."},
    {INT64(timeline_page, searched_from), .doc = "First position that was searched."},
    {INT64(timeline_page, searched_to), .doc = "Last position that was searched."},
    {INT64(timeline_page, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {ENUM(timeline_page, time, time_names), .flags = REQUIRED,
     .doc = "What times mean: when events were recorded."},
};
const struct shape timeline_page_shape = SHAPE(timeline_page, "A page of the timeline.");

static struct timeline_row make_row(const struct timeline_event *event, struct arena *arena)
{
    const struct entry *entry = &event->entry;
    struct event_actor *actor = arena_one(arena, struct event_actor);

    *actor = (struct event_actor){{entry->actor_kind}, entry->actor_id, entry->actor_session};
    return (struct timeline_row){
        .position = entry->position,
        .event_id = entry->event_id,
        .recorded_at = entry->recorded_at,
        .type = entry->type,
        .outcome = {entry->outcome},
        .workspace = entry->workspace,
        .actor = actor,
        .stream = entry->stream,
        .revision = entry->revision,
        .command_id = entry->command_id,
        .correlation = entry->correlation,
        .causation = entry->causation,
        .has_body = opt_bool_of(event->has_body),
    };
}

/* What the search has taken out of what it was to search. */
static void tell_searched(
    const struct timeline_search *whole,
    const struct timeline_search *left,
    struct timeline_page *page)
{
    uint64_t from = whole->newest_first ? left->end : whole->from;
    uint64_t end = whole->newest_first ? whole->end : left->from;

    if (left->from >= left->end)
        from = whole->from;
    page->searched_from = page->searched_to = INT64_ABSENT;
    if (left->from >= left->end && !whole->newest_first)
        end = left->end;
    if (from >= end)
        return;
    page->searched_from = (int64_t)from;
    page->searched_to = (int64_t)end - 1;
}

static void answer(
    struct call *call,
    const struct timeline_question *question,
    const struct timeline_search *whole,
    const struct list *events)
{
    const struct timeline_event *items = events->items;
    struct timeline_row *rows = arena_array(call->arena, events->count + 1, sizeof(*rows));
    struct timeline_page page = {
        .events = {rows, events->count},
        .next = timeline_cursor_make(question, call->arena),
        .ledger_size = (int64_t)call->ledger_size,
        .time = {1},
    };

    for (size_t i = 0; i < events->count; i++)
        rows[i] = make_row(&items[i], call->arena);
    tell_searched(whole, &question->search, &page);
    call_answer_shape(call, 200, &timeline_page_shape, &page);
}

void timeline_handle(struct call *call)
{
    const struct services *services = call->services;
    const struct timeline_input *input = call->input;
    const struct timeline_sources sources = {
        services->ledger, services->keyring, ledger_now(services->ledger)};
    struct timeline_question question;
    const struct timeline_event *events = NULL;
    struct timeline_search whole;
    size_t count = 0;
    struct error error;
    enum status status;

    call->ledger_size = ledger_size(services->ledger);
    status = timeline_filter_read(&sources, input, call->arena, &question, &error);
    if (status == STATUS_OK) {
        question.search.filter = &question.filter;
        whole = question.search;
        status = timeline_find(
            services->ledger, services->index, &question.search, (size_t)input->limit, call->arena,
            &events, &count, &error);
    }
    if (status == STATUS_OK)
        answer(call, &question, &whole, &(struct list){events, count});
    else
        call_answer_error(call, &error);
}
