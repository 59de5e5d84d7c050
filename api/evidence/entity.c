/*
 * Looking at entities.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/entity.h"

#include "api/call.h"
#include "eventlog/ledger_read.h"
#include "migrations/tables.h"

static const struct field entity_input_fields[] = {
    {ENUM(entity_input, kind, table_entities), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "What it is."},
    {UUID(entity_input, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the entity."},
    {UUID(entity_input, workspace_id), .tag = 3, .flags = FROM_PATH,
     .doc = "Workspace of the entity."},
};
const struct shape entity_input_shape = SHAPE(entity_input, "Entity that is asked for.");

struct entity entity_of(const struct entity_input *input)
{
    size_t index = (size_t)input->kind.is - 1;

    return (struct entity){
        table_catalog[index], text_from(table_entities[index]), input->id, input->workspace_id};
}

bool entity_shows(const struct entity *entity, const struct entry *entry)
{
    return !uuid_is_present(entity->workspace) || uuid_equal(entity->workspace, entry->workspace);
}

/* Does the row belong to the workspace, as it says itself, or as the event that made it says? */
static bool is_of_workspace(const struct entity *entity, const void *row, const struct entry *entry)
{
    const struct field *field = shape_field(entity->table->shape, text_lit("workspace_id"));

    if (!uuid_is_present(entity->workspace))
        return true;
    if (field != NULL)
        return uuid_equal(entity->workspace, *(const struct uuid *)field_at(field, row));
    if (text_is(entity->kind, "workspace"))
        return uuid_equal(entity->workspace, entity->id);
    return uuid_equal(entity->workspace, entry->workspace);
}

struct looking {
    const struct entity *entity;
    const struct entity_watcher *watcher;
    struct entity_view *view;
    bool is_visible; /* the row, as it was last */
};

static void begin_again(void *context)
{
    struct looking *looking = context;

    *looking->view = (struct entity_view){
        .made_at = INT64_ABSENT,
        .changed_at = INT64_ABSENT,
        .no_body = INT64_ABSENT,
        .has_forgotten = OPT_FALSE,
    };
    looking->is_visible = false;
    if (looking->watcher != NULL && looking->watcher->again != NULL)
        looking->watcher->again(looking->watcher->context);
}

static void note_step(const struct fold_step *step, void *context)
{
    struct looking *looking = context;
    struct entity_view *view = looking->view;
    const void *row = step->after != NULL ? step->after : step->before;

    view->changes++;
    view->changed_at = step->record->entry.position;
    if (step->before == NULL)
        view->made_at = view->changed_at;
    if (step->has_forgotten)
        view->has_forgotten = OPT_TRUE;
    looking->is_visible = is_of_workspace(looking->entity, row, &step->record->entry);
    if (looking->watcher != NULL && looking->watcher->each != NULL)
        looking->watcher->each(step, looking->watcher->context);
}

static enum status
run(struct call *call,
    struct looking *looking,
    const struct fold *how,
    struct fold_result *out,
    struct error *error)
{
    const struct services *services = call->services;
    const struct fold_sources sources = {services->ledger, services->index, services->keyring};
    struct fold fold = *how;

    fold.table = looking->entity->table;
    fold.key = looking->entity->id;
    fold.again = begin_again;
    fold.each = note_step;
    fold.context = looking;
    return fold_row(&sources, &fold, call->arena, out, error);
}

enum status entity_look(
    struct call *call,
    const struct entity *entity,
    uint64_t size,
    const struct entity_watcher *watcher,
    struct entity_view *out,
    struct error *error)
{
    struct looking looking = {.entity = entity, .watcher = watcher, .view = out};
    struct fold_result result;
    enum status status = run(call, &looking, &(struct fold){.size = size}, &result, error);

    if (status != STATUS_OK)
        return status;
    out->no_body = result.no_body < 0 ? INT64_ABSENT : result.no_body;
    out->row = looking.is_visible ? result.row : NULL;
    if (!looking.is_visible)
        out->changes = 0;
    return STATUS_OK;
}

enum status entity_event(
    struct call *call,
    const struct entity *entity,
    int64_t position,
    const struct recorded_event **out,
    struct error *error)
{
    struct recorded_event *view = arena_one(call->arena, struct recorded_event);
    struct record record;
    enum status status;

    *out = NULL;
    if (position == INT64_ABSENT)
        return STATUS_OK;
    status = ledger_read_one(
        call->services->ledger, (struct position){(uint64_t)position}, call->arena, &record, error);
    if (status != STATUS_OK || !entity_shows(entity, &record.entry))
        return status;
    *view = recorded_event_of(&(struct timeline_event){record.entry, record.has_body}, call->arena);
    *out = view;
    return STATUS_OK;
}

/* Ends with the event that makes the row, at its first visible sight. */
static enum status look_for_begin(
    struct call *call,
    const struct entity *entity,
    struct entity_view *out,
    bool *out_traceable,
    struct error *error)
{
    const struct fold fold = {.size = call->ledger_size, .is_until_made = true};
    struct looking looking = {.entity = entity, .view = out};
    struct fold_result result;
    enum status status = run(call, &looking, &fold, &result, error);

    if (status != STATUS_OK)
        return status;
    out->row = looking.is_visible ? result.row : NULL;
    *out_traceable = result.is_traceable;
    return STATUS_OK;
}

struct text entity_name(const struct entity *entity, struct arena *arena)
{
    char id[UUID_TEXT_SIZE];

    uuid_print(entity->id, id);
    return text_format(arena, "%.*s %s", TEXT_ARGS(entity->kind), id);
}

static enum status
refuse_never(struct call *call, const struct entity *entity, bool is_traceable, struct error *error)
{
    struct text name = entity_name(entity, call->arena);

    if (!is_traceable)
        return error_set_code(
            error, STATUS_NOT_FOUND, "entity_not_traceable",
            "The id of %.*s is made of several things: it does not lead to its events",
            TEXT_ARGS(name));
    return error_set_code(
        error, STATUS_NOT_FOUND, "entity_not_found", "%.*s was not found", TEXT_ARGS(name));
}

/* With one of its events; `text` takes the entity, its position and its time. */
static enum status refuse_with(
    struct call *call,
    const struct entity *entity,
    const struct recorded_event *event,
    struct error *error)
{
    char time[TIMESTAMP_TEXT_SIZE];
    struct text name = entity_name(entity, call->arena);

    timestamp_print(event->recorded_at, time);
    return error_set_code(
        error, STATUS_NOT_FOUND, "entity_not_yet",
        "%.*s was not there yet: it was made by the event at %lld, recorded at %s", TEXT_ARGS(name),
        (long long)event->position, time);
}

static enum status refuse_gone(
    struct call *call,
    const struct entity *entity,
    const struct entity_view *view,
    struct error *error)
{
    return error_set_code(
        error, STATUS_GONE, "entity_gone",
        "%.*s was there no more: it was removed by the event at %lld",
        TEXT_ARGS(entity_name(entity, call->arena)), (long long)view->changed_at);
}

static enum status refuse_no_body(
    struct call *call, const struct entity *entity, int64_t position, struct error *error)
{
    return error_set_code(
        error, STATUS_GONE, "body_dropped",
        "%.*s cannot be shown: the body of the event at %lld, which made it, was dropped, on record",
        TEXT_ARGS(entity_name(entity, call->arena)), (long long)position);
}

enum status entity_refuse_missing(
    struct call *call,
    const struct entity *entity,
    const struct entity_view *view,
    struct error *error)
{
    const struct recorded_event *event = NULL;
    struct entity_view later;
    bool is_traceable = true;
    enum status status;

    if (view->changes > 0)
        return refuse_gone(call, entity, view, error);
    status = entity_event(call, entity, view->no_body, &event, error);
    if (status == STATUS_OK && event != NULL)
        return refuse_no_body(call, entity, view->no_body, error);
    if (status == STATUS_OK)
        status = look_for_begin(call, entity, &later, &is_traceable, error);
    if (status == STATUS_OK && later.row != NULL)
        status = entity_event(call, entity, later.made_at, &event, error);
    if (status != STATUS_OK)
        return status;
    return event != NULL ? refuse_with(call, entity, event, error)
                         : refuse_never(call, entity, is_traceable, error);
}

enum status entity_must_be(struct call *call, const struct entity *entity, struct error *error)
{
    struct entity_view view;
    bool is_traceable = true;
    enum status status = look_for_begin(call, entity, &view, &is_traceable, error);

    if (status != STATUS_OK || view.row != NULL)
        return status;
    status = entity_look(call, entity, call->ledger_size, NULL, &view, error); /* it came later */
    if (status == STATUS_OK && view.changes == 0)
        return refuse_never(call, entity, is_traceable, error);
    return status;
}
