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

enum owner {
    OWNER_NONE,  /* no workspace yet */
    OWNER_OURS,  /* that which is asked in, or all are asked */
    OWNER_THEIRS /* another one, or the platform */
};

/* Whose a row is, as it says itself, or as the event that made it says. */
static enum owner owner_of(const struct entity *entity, const void *row, const struct entry *entry)
{
    const struct field *field = shape_field(entity->table->shape, text_lit("workspace_id"));
    struct uuid workspace = entry->workspace;

    if (!uuid_is_present(entity->workspace))
        return OWNER_OURS;
    if (field != NULL)
        workspace = *(const struct uuid *)field_at(field, row);
    else if (text_is(entity->kind, "workspace"))
        workspace = entity->id;
    if (field != NULL && !uuid_is_present(workspace))
        return OWNER_NONE;
    return uuid_equal(entity->workspace, workspace) ? OWNER_OURS : OWNER_THEIRS;
}

struct looking {
    const struct entity *entity;
    const struct entity_watcher *watcher;
    struct entity_view *view;
    enum owner owner; /* of the row, as it was last */
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
    looking->owner = OWNER_THEIRS;
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
    looking->owner = owner_of(looking->entity, row, &step->record->entry);
    if (looking->watcher != NULL && looking->watcher->each != NULL)
        looking->watcher->each(step, looking->watcher->context);
}

/* Folds it. What is not ours is not there. */
static enum status
run(struct call *call,
    struct looking *looking,
    const struct fold *how,
    bool *out_traceable,
    struct error *error)
{
    const struct services *services = call->services;
    const struct fold_sources sources = {services->ledger, services->index, services->keyring};
    struct fold fold = *how;
    struct fold_result result;
    enum status status;

    fold.table = looking->entity->table;
    fold.key = looking->entity->id;
    fold.again = begin_again;
    fold.each = note_step;
    fold.context = looking;
    status = fold_row(&sources, &fold, call->arena, &result, error);
    if (status != STATUS_OK)
        return status;
    looking->view->no_body = result.no_body < 0 ? INT64_ABSENT : result.no_body;
    looking->view->row = looking->owner == OWNER_OURS ? result.row : NULL;
    if (looking->owner != OWNER_OURS)
        looking->view->changes = 0;
    *out_traceable = result.is_traceable;
    return STATUS_OK;
}

/* What there is of it behind the event that made it. */
struct beginning {
    struct entity_view view;
    enum owner owner;
    bool is_traceable;
};

static enum status look_for_begin(
    struct call *call, const struct entity *entity, struct beginning *out, struct error *error)
{
    const struct fold fold = {.size = call->ledger_size, .is_until_made = true};
    struct looking looking = {.entity = entity, .view = &out->view};
    enum status status = run(call, &looking, &fold, &out->is_traceable, error);

    out->owner = looking.owner;
    return status;
}

/* In a workspace its beginning is looked at first: of others' not even the length of a history is told. */
enum status entity_look(
    struct call *call,
    const struct entity *entity,
    uint64_t size,
    const struct entity_watcher *watcher,
    struct entity_view *out,
    struct error *error)
{
    struct looking looking = {.entity = entity, .watcher = watcher, .view = out};
    struct beginning beginning = {.owner = OWNER_OURS};
    bool ignored = false;
    enum status status = STATUS_OK;

    if (uuid_is_present(entity->workspace))
        status = look_for_begin(call, entity, &beginning, error);
    if (status == STATUS_OK && beginning.owner == OWNER_THEIRS)
        *out = beginning.view;
    else if (status == STATUS_OK)
        status = run(call, &looking, &(struct fold){.size = size}, &ignored, error);
    return status;
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
    struct beginning later = {.is_traceable = true};
    enum status status;

    if (view->changes > 0)
        return refuse_gone(call, entity, view, error);
    status = entity_event(call, entity, view->no_body, &event, error);
    if (status == STATUS_OK && event != NULL)
        return refuse_no_body(call, entity, view->no_body, error);
    if (status == STATUS_OK)
        status = look_for_begin(call, entity, &later, error);
    if (status == STATUS_OK && later.view.row != NULL)
        status = entity_event(call, entity, later.view.made_at, &event, error);
    if (status != STATUS_OK)
        return status;
    return event != NULL ? refuse_with(call, entity, event, error)
                         : refuse_never(call, entity, later.is_traceable, error);
}

enum status entity_must_be(struct call *call, const struct entity *entity, struct error *error)
{
    struct beginning begin = {.is_traceable = true};
    struct entity_view view = {.changes = 0};
    enum status status = look_for_begin(call, entity, &begin, error);

    if (status != STATUS_OK || begin.owner == OWNER_OURS)
        return status;
    if (begin.owner == OWNER_NONE) /* it may have come to be of one */
        status = entity_look(call, entity, call->ledger_size, NULL, &view, error);
    if (status != STATUS_OK || view.changes > 0)
        return status;
    return refuse_never(call, entity, begin.is_traceable, error);
}
