/*
 * What an event stands between. Of another workspace than the path names there is none.
 *
 *   causation   ─► the chain of causes     (an event's id says when it was recorded, and so where it is)
 *   correlation ─► what else belongs to it, before and behind
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/event.h"
#include "eventlog/ledger_read.h"
#include "eventlog/timeline.h"

enum { MOST_CAUSES = 32, MOST_RELATED = 100 };

struct event_causes {
    const struct recorded_event *event;
    struct list causes;
    struct list effects;
    struct list before;
    struct list after;
};
static const struct field event_causes_fields[] = {
    {OBJECT(event_causes, event, recorded_event), .flags = REQUIRED, .doc = "The event itself."},
    {OBJECTS(event_causes, causes, recorded_event), .flags = REQUIRED,
     .doc = "What caused it, then what caused that, and so on; at most 32."},
    {OBJECTS(event_causes, effects, recorded_event), .flags = REQUIRED,
     .doc = "What it caused itself, oldest first; at most 100."},
    {OBJECTS(event_causes, before, recorded_event), .flags = REQUIRED,
     .doc = "What belongs to the same correlation and was before, newest first; at most 100."},
    {OBJECTS(event_causes, after, recorded_event), .flags = REQUIRED,
     .doc = "What belongs to it and came after, oldest first; at most 100. The timeline has all."},
};
const struct shape event_causes_shape = SHAPE(event_causes, "What an event stands between.");

/* Events that pass, as views. */
static enum status find_related(
    struct call *call,
    struct timeline_search *search,
    size_t limit,
    struct list *out,
    struct error *error)
{
    const struct timeline_event *events = NULL;
    struct recorded_event *views = arena_array(call->arena, limit, sizeof(*views));
    size_t count = 0;
    enum status status = timeline_find(
        call->services->ledger, call->services->index, search, limit, call->arena, &events, &count,
        error);

    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        views[i] = recorded_event_of(&events[i], call->arena);
    *out = (struct list){views, count};
    return status;
}

/* The event of an id, if it may be seen: no two are recorded in the same microsecond. */
static enum status find_cause(
    struct call *call,
    struct uuid id,
    struct recorded_event *out,
    bool *out_found,
    struct error *error)
{
    const struct event_input *input = call->input;
    struct ledger *ledger = call->services->ledger;
    struct position at = {0};
    struct record record;
    enum status status = ledger_position_at(ledger, uuid_v7_time(id), &at.value, error);

    *out_found = false;
    if (status != STATUS_OK || at.value >= call->ledger_size)
        return status;
    status = ledger_read_one(ledger, at, call->arena, &record, error);
    if (status != STATUS_OK || !uuid_equal(record.entry.event_id, id) ||
        (uuid_is_present(input->workspace_id) &&
         !uuid_equal(input->workspace_id, record.entry.workspace)))
        return status;
    *out = event_view(&record, call->arena);
    *out_found = true;
    return status;
}

static enum status
find_causes(struct call *call, struct uuid causation, struct list *out, struct error *error)
{
    struct recorded_event *causes = arena_array(call->arena, MOST_CAUSES, sizeof(*causes));
    bool is_found = true;
    size_t count = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && is_found && count < MOST_CAUSES && uuid_is_present(causation)) {
        status = find_cause(call, causation, &causes[count], &is_found, error);
        if (status == STATUS_OK && is_found)
            causation = causes[count++].causation;
    }
    *out = (struct list){causes, count};
    return status;
}

/* What names it as its cause. */
static enum status
find_effects(struct call *call, const struct record *record, struct list *out, struct error *error)
{
    const struct event_input *input = call->input;
    const struct timeline_filter filter = {
        .workspace = input->workspace_id, .causation = record->entry.event_id};
    struct timeline_search search = {
        .filter = &filter,
        .from = record->position.value + 1,
        .end = UINT64_MAX,
        .work = TIMELINE_WORK,
    };

    return find_related(call, &search, MOST_RELATED, out, error);
}

/* What has the same correlation, on one side of the event. */
static enum status find_side(
    struct call *call,
    const struct record *record,
    bool before,
    struct list *out,
    struct error *error)
{
    const struct event_input *input = call->input;
    const struct timeline_filter filter = {
        .workspace = input->workspace_id, .correlation = record->entry.correlation};
    struct timeline_search search = {
        .filter = &filter,
        .from = before ? 0 : record->position.value + 1,
        .end = before ? record->position.value : UINT64_MAX,
        .newest_first = before,
        .work = TIMELINE_WORK,
    };

    *out = (struct list){"", 0};
    if (!uuid_is_present(filter.correlation))
        return STATUS_OK;
    return find_related(call, &search, MOST_RELATED, out, error);
}

void event_causes_handle(struct call *call)
{
    struct record record = {0};
    struct recorded_event view;
    struct event_causes causes = {.event = &view};
    struct error error;
    enum status status = event_find(call, &record, &error);

    if (status == STATUS_OK)
        status = find_causes(call, record.entry.causation, &causes.causes, &error);
    if (status == STATUS_OK)
        status = find_effects(call, &record, &causes.effects, &error);
    if (status == STATUS_OK)
        status = find_side(call, &record, true, &causes.before, &error);
    if (status == STATUS_OK)
        status = find_side(call, &record, false, &causes.after, &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    view = event_view(&record, call->arena);
    call_answer_shape(call, 200, &event_causes_shape, &causes);
}
