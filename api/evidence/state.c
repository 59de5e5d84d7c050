/*
 * How an entity stood at a moment: GET …/state.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/entity.h"
#include "api/evidence/moment.h"
#include "api/evidence/timeline.h"
#include "eventlog/ledger_read.h"

enum { MOST_MOMENT = 64 };

struct state_input {
    struct entity_input entity;
    struct text at;
};
static const struct field state_input_fields[] = {
    {TEXT(state_input, at), .tag = 4, .flags = ONE_LINE, .min = 1, .max = MOST_MOMENT,
     .doc =
         "The moment: a position, a time of recording (RFC 3339, or a date, which means to its end) "
         "or back from now (-2h); now, when absent."},
};
const struct shape state_input_shape = SHAPE_WITH(
    state_input, "Entity, and the moment that is asked for.", .base = &entity_input_shape);

struct entity_state {
    struct text kind;
    struct uuid id;
    const struct moment *at;
    struct json row;
    struct list sealed;
    const struct recorded_event *made;
    const struct recorded_event *changed;
    int64_t changes;
    int64_t no_body;
    struct opt_bool has_forgotten;
    int64_t ledger_size;
    struct enum_value time;
};
static const struct field entity_state_fields[] = {
    {TEXT(entity_state, kind), .flags = REQUIRED, .doc = "What it is."},
    {UUID(entity_state, id), .flags = REQUIRED, .doc = "Id of the entity."},
    {OBJECT(entity_state, at, moment), .flags = REQUIRED, .doc = "The moment that was asked for."},
    {JSON(entity_state, row), .flags = REQUIRED,
     .doc =
         "Its row in the read model, with every column, as this program makes it from the events up to "
         "the moment."},
    {LIST_OF(entity_state, sealed, KIND_TEXT), .flags = REQUIRED,
     .doc = "Fields that are null because something personal or secret in them stays sealed."},
    {OBJECT(entity_state, made, recorded_event),
     .doc = "Event that made it; null where it is of another workspace."},
    {OBJECT(entity_state, changed, recorded_event),
     .doc = "Event that changed it last; null where it is of another workspace."},
    {INT64(entity_state, changes), .flags = REQUIRED,
     .doc = "Number of events that made it what it is; explain has them."},
    {INT64(entity_state, no_body),
     .doc =
         "Position of its first event whose body was dropped, on record: what only that said is null."},
    {BOOL(entity_state, has_forgotten), .flags = REQUIRED,
     .doc = "Did something in its events belong to a person who was forgotten? That is null."},
    {INT64(entity_state, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {ENUM(entity_state, time, moment_time_names), .flags = REQUIRED,
     .doc = "What times mean: when events were recorded."},
};
const struct shape entity_state_shape = SHAPE(entity_state, "An entity as it was at a moment.");

/* Of the moment that `at` names. */
static enum status look(
    struct call *call,
    const struct entity *entity,
    const struct moment *at,
    struct entity_view *view,
    struct error *error)
{
    enum status status = entity_look(call, entity, moment_size(at), NULL, view, error);

    if (status == STATUS_OK && view->row == NULL)
        return entity_refuse_missing(call, entity, view, error);
    return status;
}

static enum status answer_state(
    struct call *call,
    const struct entity *entity,
    const struct moment *at,
    const struct entity_view *view,
    struct error *error)
{
    struct entity_state state = {
        .kind = entity->kind,
        .id = entity->id,
        .at = at,
        .changes = view->changes,
        .no_body = view->no_body,
        .has_forgotten = view->has_forgotten,
        .ledger_size = (int64_t)call->ledger_size,
        .time = {1},
    };
    enum status status = entity_event(call, entity, view->made_at, &state.made, error);

    if (status == STATUS_OK)
        status = entity_event(call, entity, view->changed_at, &state.changed, error);
    if (status != STATUS_OK)
        return status;
    state.row = entity_print(entity, view->row, call->arena, &state.sealed);
    call_answer_shape(call, 200, &entity_state_shape, &state);
    return STATUS_OK;
}

void state_handle(struct call *call)
{
    const struct state_input *input = call->input;
    struct ledger *ledger = call->services->ledger;
    const struct entity entity = entity_of(&input->entity);
    struct entity_view view;
    struct moment at;
    struct error error;
    enum status status;

    call->ledger_size = ledger_size(ledger);
    status = moment_read(ledger, input->at, "at", &at, &error);
    if (status == STATUS_OK)
        status = look(call, &entity, &at, &view, &error);
    if (status == STATUS_OK)
        status = answer_state(call, &entity, &at, &view, &error);
    if (status != STATUS_OK)
        call_answer_error(call, &error);
}
