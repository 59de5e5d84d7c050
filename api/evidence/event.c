/*
 * Reading one event, and those before and behind it. Of another workspace than the path names there is
 * none, whatever its position.
 *
 *   causation  ─► the chain of causes     (an event id says when it was recorded, and so where to look)
 *   correlation ─► what else belongs to it, before and behind
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/event.h"

#include "api/call.h"
#include "api/evidence/recorded_event.h"
#include "core/base/encode.h"
#include "core/shape/shape_json.h"
#include "eventlog/ledger_read.h"

enum { MOST_CAUSES = 32, MOST_RELATED = 100, MOST_FIELDS_BYTES = 32 << 20 };

struct event_input {
    struct uuid workspace_id;
    int64_t position;
};
static const struct field event_input_fields[] = {
    {UUID(event_input, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace of the event."},
    {INT64(event_input, position), .tag = 2, .flags = REQUIRED | FROM_PATH, .max = INT64_MAX,
     .doc = "Position in the ledger."},
};
const struct shape event_input_shape = SHAPE(event_input, "Event that is read.");

/* What became of an event's body. */
static const char *const body_names[] = {"kept", "dropped", "unknown", NULL};
enum { BODY_KEPT = 1, BODY_DROPPED = 2, BODY_UNKNOWN = 3 };

struct event_detail {
    struct recorded_event view;
    int64_t schema;
    struct enum_value body;
    struct text body_digest;
    struct json fields;
};
static const struct field event_detail_fields[] = {
    {INT64(event_detail, schema), .flags = REQUIRED, .doc = "Schema of the type."},
    {ENUM(event_detail, body, body_names), .flags = REQUIRED,
     .doc = "Kept; dropped, on record; or unknown, of a type that this program does not know."},
    {TEXT(event_detail, body_digest), .flags = REQUIRED,
     .doc = "SHA-256 of the stored body, in hexadecimal, as the entry has it."},
    {JSON(event_detail, fields),
     .doc = "Fields of the event; what is personal in them is sealed, and null."},
};
const struct shape event_detail_shape =
    SHAPE_WITH(event_detail, "An event with its fields.", .base = &recorded_event_shape);

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

static enum status
answer_missing(const struct event_input *input, uint64_t size, struct error *error)
{
    if (!uuid_is_present(input->workspace_id) && (uint64_t)input->position >= size)
        return error_set_code(
            error, STATUS_NOT_FOUND, "event_not_found",
            "The ledger has size %llu: there is no event %lld.", (unsigned long long)size,
            (long long)input->position);
    return error_set_code(
        error, STATUS_NOT_FOUND, "event_not_found", "Event %lld was not found",
        (long long)input->position);
}

static enum status find(struct call *call, struct record *out, struct error *error)
{
    const struct event_input *input = call->input;
    enum status status;

    call->ledger_size = ledger_size(call->services->ledger);
    if (input->position < 0) {
        error_set_code(error, STATUS_INVALID, "invalid_filter", "position must not be less than 0");
        error_field(error, "position");
        return STATUS_INVALID;
    }
    if ((uint64_t)input->position >= call->ledger_size)
        return answer_missing(input, call->ledger_size, error);
    status = ledger_read_one(
        call->services->ledger, (struct position){(uint64_t)input->position}, call->arena, out,
        error);
    if (status == STATUS_OK && uuid_is_present(input->workspace_id) &&
        !uuid_equal(input->workspace_id, out->entry.workspace))
        return answer_missing(input, call->ledger_size, error);
    return status;
}

static struct recorded_event view_record(struct call *call, const struct record *record)
{
    const struct timeline_event event = {record->entry, record->has_body};

    return recorded_event_of(&event, call->arena);
}

static struct json print_fields(struct call *call, const struct record *record)
{
    AUTO_BUF out = {0};

    buf_init(&out, MOST_FIELDS_BYTES);
    if (record->type == NULL || !record->has_body)
        return (struct json){{NULL, 0}};
    shape_json_write(record->type->shape, record->event, &out);
    return (struct json){text_copy(call->arena, buf_text(&out))};
}

void event_handle(struct call *call)
{
    struct record record = {0};
    struct event_detail detail;
    struct error error;

    if (find(call, &record, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    detail = (struct event_detail){
        .view = view_record(call, &record),
        .schema = record.entry.schema,
        .body = {BODY_KEPT},
        .body_digest = hex_encode(call->arena, record.entry.body_digest),
        .fields = print_fields(call, &record),
    };
    if (!record.has_body)
        detail.body.is = BODY_DROPPED;
    else if (record.type == NULL)
        detail.body.is = BODY_UNKNOWN;
    call_answer_shape(call, 200, &event_detail_shape, &detail);
}

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

/* Of an event, by its id, to the millisecond. */
static struct timestamp recorded_at(struct uuid event_id)
{
    int64_t ms = 0;

    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | event_id.bytes[i];
    return (struct timestamp){ms * US_PER_MS};
}

/* The event of an id, which begins with the millisecond that it was recorded in. False: none that may be
 * seen. */
static enum status find_cause(
    struct call *call,
    struct uuid id,
    struct recorded_event *out,
    bool *out_found,
    struct error *error)
{
    const struct event_input *input = call->input;
    const struct timeline_filter filter = {.workspace = input->workspace_id};
    struct timeline_search search = {.filter = &filter, .work = TIMELINE_WORK};
    struct timestamp at = recorded_at(id);
    struct list events;
    enum status status = timeline_position_at(call->services->ledger, at, &search.from, error);

    *out_found = false;
    if (status == STATUS_OK)
        status = timeline_position_at(
            call->services->ledger, timestamp_plus_us(at, US_PER_MS), &search.end, error);
    if (status == STATUS_OK)
        status = find_related(call, &search, 1000, &events, error);
    for (size_t i = 0; status == STATUS_OK && i < events.count; i++) {
        const struct recorded_event *view = (const struct recorded_event *)events.items + i;
        if (!uuid_equal(view->event_id, id))
            continue;
        *out = *view;
        *out_found = true;
    }
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
    enum status status = find(call, &record, &error);

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
    view = view_record(call, &record);
    call_answer_shape(call, 200, &event_causes_shape, &causes);
}
