/*
 * Pages of the timeline, from ledger and index alone: they are answered while PostgreSQL is away.
 *
 *   question ─► timeline_find() ─► rows ─► answer, with where to go on and how far was searched
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/timeline.h"

#include "api/call.h"
#include "api/evidence/recorded_event.h"
#include "api/evidence/timeline_filter.h"
#include "eventlog/ledger_read.h"

/* Of recorded times alone: what an agent's clock said stands in the fields of its events. */
static const char *const time_names[] = {"recordedAt", NULL};

struct timeline_page {
    struct list events;
    struct text next;
    struct text later;
    int64_t searched_from;
    int64_t searched_to;
    int64_t ledger_size;
    struct enum_value time;
};
static const struct field timeline_page_fields[] = {
    {OBJECTS(timeline_page, events, recorded_event), .flags = REQUIRED,
     .doc = "The events, in order."},
    {TEXT(timeline_page, next),
     .doc = "Where to go on (after); null where all has been searched. A page may be short, even "
            "empty, and not the last: then the search has cost all that it may."},
    {TEXT(timeline_page, later),
     .doc =
         "Where to go on (after) with what is recorded from now on, too: oldest first, and without "
         "an end of the window; else null."},
    {INT64(timeline_page, searched_from), .doc = "First position that was searched."},
    {INT64(timeline_page, searched_to), .doc = "Last position that was searched."},
    {INT64(timeline_page, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {ENUM(timeline_page, time, time_names), .flags = REQUIRED,
     .doc = "What times mean: when events were recorded."},
};
const struct shape timeline_page_shape = SHAPE(timeline_page, "A page of the timeline.");

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

enum status timeline_ask(
    struct call *call,
    const struct timeline_input *input,
    struct timeline_question *out,
    struct error *error)
{
    const struct services *services = call->services;
    const struct timeline_sources sources = {
        services->ledger, services->keyring, ledger_now(services->ledger),
        call->access.workspace_id};
    enum status status;

    call->ledger_size = ledger_size(services->ledger);
    *out = (struct timeline_question){.search = {.from = 0}};
    status = timeline_filter_read(&sources, input, call->arena, out, error);
    out->search.filter = &out->filter;
    return status;
}

static void answer(
    struct call *call,
    const struct timeline_question *question,
    const struct timeline_search *whole,
    const struct list *events)
{
    const struct timeline_event *items = events->items;
    struct recorded_event *rows = arena_array(call->arena, events->count + 1, sizeof(*rows));
    struct timeline_page page = {
        .events = {rows, events->count},
        .next = timeline_cursor_next(question, call->arena),
        .later = timeline_cursor_later(question, call->arena),
        .ledger_size = (int64_t)call->ledger_size,
        .time = {1},
    };

    for (size_t i = 0; i < events->count; i++)
        rows[i] = recorded_event_of(&items[i], call->arena);
    tell_searched(whole, &question->search, &page);
    call_answer_shape(call, 200, &timeline_page_shape, &page);
}

void timeline_answer(struct call *call, const struct timeline_input *input)
{
    const struct services *services = call->services;
    struct timeline_question question;
    const struct timeline_event *events = NULL;
    struct timeline_search whole;
    size_t count = 0;
    struct error error;
    enum status status = timeline_ask(call, input, &question, &error);

    whole = question.search;
    if (status == STATUS_OK)
        status = timeline_find(
            services->ledger, services->index, &question.search, (size_t)input->limit, call->arena,
            &events, &count, &error);
    if (status == STATUS_OK)
        answer(call, &question, &whole, &(struct list){events, count});
    else
        call_answer_error(call, &error);
}

void timeline_handle(struct call *call)
{
    const struct timeline_request *request = call->input;

    timeline_answer(call, &request->input);
}
