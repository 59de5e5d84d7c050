/*
 * Why an entity is as it is: which events, in order, set which fields; and of each field that it has, which
 * event set it last. GET …/explain.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/entity.h"
#include "api/evidence/moment.h"
#include "api/evidence/timeline.h"
#include "eventlog/ledger_read.h"

enum { MOST_MOMENT = 64, MOST_FIELDS = 64, NAME_SIZE = 64 };

struct explain_input {
    struct entity_input entity;
    struct text at;
    int64_t after;
    int64_t limit;
};
static const struct field explain_input_fields[] = {
    {TEXT(explain_input, at), .tag = 4, .flags = ONE_LINE, .min = 1, .max = MOST_MOMENT,
     .doc =
         "The moment: a position, a time of recording (RFC 3339, or a date, which means to its end) "
         "or back from now (-2h); now, when absent."},
    {INT64(explain_input, after), .tag = 5, .max = INT64_MAX,
     .doc = "Go on behind this position: next of the page before."},
    {INT64(explain_input, limit), .tag = 6, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 1000,
     .fallback = 100, .doc = "Greatest number of events."},
};
const struct shape explain_input_shape =
    SHAPE_WITH(explain_input, "Entity that is explained.", .base = &entity_input_shape);

enum { STEP_MADE = 1, STEP_CHANGED, STEP_REMOVED };
static const char *const effect_names[] = {"made", "changed", "removed", NULL};

struct explained_step {
    const struct recorded_event *event;
    struct enum_value effect;
    struct list fields;
    struct opt_bool has_forgotten;
};
static const struct field explained_step_fields[] = {
    {OBJECT(explained_step, event, recorded_event),
     .doc = "The event; null where it is of another workspace."},
    {ENUM(explained_step, effect, effect_names), .flags = REQUIRED, .doc = "What became of it."},
    {OBJECTS(explained_step, fields, field_change), .flags = REQUIRED,
     .doc = "Fields that the event set; of a removal those that were lost."},
    {BOOL(explained_step, has_forgotten), .flags = REQUIRED,
     .doc = "Does something in the event belong to a person who was forgotten? That is null."},
};
static const struct shape explained_step_shape =
    SHAPE(explained_step, "What one event did to an entity.");

struct field_origin {
    struct text field;
    int64_t position;
};
static const struct field field_origin_fields[] = {
    {TEXT(field_origin, field), .flags = REQUIRED, .doc = "Name of the field."},
    {INT64(field_origin, position),
     .doc = "Position of the event that set it last; null where that is of another workspace."},
};
static const struct shape field_origin_shape =
    SHAPE(field_origin, "Where a field's value is from.");

struct entity_explanation {
    struct text kind;
    struct uuid id;
    const struct moment *at;
    struct list steps;
    struct list fields;
    int64_t next;
    int64_t changes;
    int64_t no_body;
    int64_t ledger_size;
    struct enum_value time;
};
static const struct field entity_explanation_fields[] = {
    {TEXT(entity_explanation, kind), .flags = REQUIRED, .doc = "What it is."},
    {UUID(entity_explanation, id), .flags = REQUIRED, .doc = "Id of the entity."},
    {OBJECT(entity_explanation, at, moment), .flags = REQUIRED,
     .doc = "The moment that was asked for."},
    {OBJECTS(entity_explanation, steps, explained_step), .flags = REQUIRED,
     .doc = "Events that changed its row, oldest first."},
    {OBJECTS(entity_explanation, fields, field_origin), .flags = REQUIRED,
     .doc = "Of each field that is not null at the moment: which event set it last."},
    {INT64(entity_explanation, next),
     .doc = "Where to go on (after); null where there are no more steps."},
    {INT64(entity_explanation, changes), .flags = REQUIRED, .doc = "Number of all steps."},
    {INT64(entity_explanation, no_body),
     .doc =
         "Position of its first event whose body was dropped, on record: what only that said is null."},
    {INT64(entity_explanation, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {ENUM(entity_explanation, time, moment_time_names), .flags = REQUIRED,
     .doc = "What times mean: when events were recorded."},
};
const struct shape entity_explanation_shape =
    SHAPE(entity_explanation, "Which events made an entity what it is.");

/* A page of steps, and where fields are from, on the way. */
struct explaining {
    struct call *call;
    const struct entity *entity;
    int64_t after; /* absent: from the first */
    size_t limit;
    struct explained_step *steps;
    size_t count;
    int64_t last; /* position of the page's last step */
    bool has_more;
    int64_t set_at[MOST_FIELDS]; /* absent: by nobody, or by an event that is not shown */
};

static void explain_again(void *context)
{
    struct explaining *explaining = context;

    explaining->count = 0;
    explaining->has_more = false;
    for (size_t i = 0; i < MOST_FIELDS; i++)
        explaining->set_at[i] = INT64_ABSENT;
}

static void note_fields(struct explaining *explaining, const struct fold_step *step)
{
    const struct entity *entity = explaining->entity;
    uint64_t bits = entity_differences(entity, step->before, step->after);
    bool is_shown = entity_shows(entity, &step->record->entry);

    for (size_t i = 0; i < MOST_FIELDS; i++) {
        if ((bits >> i & 1) != 0)
            explaining->set_at[i] = is_shown ? step->record->entry.position : INT64_ABSENT;
    }
}

static const struct recorded_event *
view_event(const struct explaining *explaining, const struct record *record)
{
    struct arena *arena = explaining->call->arena;
    struct timeline_event event = {.has_body = record->has_body};
    struct recorded_event *view;

    if (!entity_shows(explaining->entity, &record->entry))
        return NULL;
    shape_copy(&entry_shape, arena, &record->entry, &event.entry);
    view = arena_one(arena, struct recorded_event);
    *view = recorded_event_of(&event, arena);
    return view;
}

static struct enum_value effect_of(const struct fold_step *step)
{
    if (step->before == NULL)
        return (struct enum_value){STEP_MADE};
    return (struct enum_value){step->after == NULL ? STEP_REMOVED : STEP_CHANGED};
}

static void explain_step(const struct fold_step *step, void *context)
{
    struct explaining *explaining = context;
    int64_t position = step->record->entry.position;

    note_fields(explaining, step);
    if (explaining->after != INT64_ABSENT && position <= explaining->after)
        return;
    if (explaining->count == explaining->limit) {
        explaining->has_more = true;
        return;
    }
    explaining->last = position;
    explaining->steps[explaining->count++] = (struct explained_step){
        .event = view_event(explaining, step->record),
        .effect = effect_of(step),
        .fields =
            entity_changes(explaining->entity, step->before, step->after, explaining->call->arena),
        .has_forgotten = opt_bool_of(step->has_forgotten),
    };
}

static struct list list_origins(const struct explaining *explaining, const void *row)
{
    const struct shape *shape = explaining->entity->table->shape;
    struct arena *arena = explaining->call->arena;
    struct field_origin *origins = arena_array(arena, shape_count(shape), sizeof(*origins));
    size_t count = 0;

    for (size_t i = 0; row != NULL && i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char name[NAME_SIZE];
        if (field_is_absent(field, row))
            continue;
        field_json_name(field, name);
        origins[count++] =
            (struct field_origin){text_copy(arena, text_from(name)), explaining->set_at[i]};
    }
    return (struct list){origins, count};
}

static enum status explain(
    struct call *call,
    const struct entity *entity,
    struct entity_explanation *out,
    struct error *error)
{
    const struct explain_input *input = call->input;
    struct explaining *explaining = arena_one(call->arena, struct explaining);
    const struct entity_watcher watcher = {explain_again, explain_step, explaining};
    struct entity_view view;
    enum status status;

    explaining->call = call;
    explaining->entity = entity;
    explaining->after = input->after;
    explaining->limit = (size_t)input->limit;
    explaining->steps = arena_array(call->arena, explaining->limit, sizeof(*explaining->steps));
    status = entity_look(call, entity, moment_size(out->at), &watcher, &view, error);
    if (status == STATUS_OK && view.changes == 0)
        status = entity_refuse_missing(call, entity, &view, error);
    if (status != STATUS_OK)
        return status;
    out->steps = (struct list){explaining->steps, explaining->count};
    out->fields = list_origins(explaining, view.row);
    out->next = explaining->has_more ? explaining->last : INT64_ABSENT;
    out->changes = view.changes;
    out->no_body = view.no_body;
    return STATUS_OK;
}

void explain_handle(struct call *call)
{
    const struct explain_input *input = call->input;
    struct ledger *ledger = call->services->ledger;
    struct moment at;
    const struct entity entity = entity_of(&input->entity);
    struct entity_explanation explanation = {.at = &at, .time = {1}};
    struct error error;
    enum status status;

    call->ledger_size = ledger_size(ledger);
    status = moment_read(ledger, input->at, "at", &at, &error);
    if (status == STATUS_OK)
        status = explain(call, &entity, &explanation, &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    explanation.kind = entity.kind;
    explanation.id = entity.id;
    explanation.ledger_size = (int64_t)call->ledger_size;
    call_answer_shape(call, 200, &entity_explanation_shape, &explanation);
}
