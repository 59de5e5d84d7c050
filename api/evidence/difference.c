/*
 * What changed of an entity between two moments: GET …/difference. One fold, to the later moment: what the
 * first event behind the earlier one found is how it was then.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/evidence/entity.h"
#include "api/evidence/moment.h"
#include "api/evidence/timeline.h"
#include "eventlog/ledger_read.h"

enum { MOST_MOMENT = 64 };

struct difference_input {
    struct entity_input entity;
    struct text from;
    struct text to;
};
static const struct field difference_input_fields[] = {
    {TEXT(difference_input, from), .tag = 4, .flags = REQUIRED | ONE_LINE, .min = 1,
     .max = MOST_MOMENT,
     .doc =
         "The earlier moment: a position, a time of recording (RFC 3339, or a date, which means to "
         "its end) or back from now (-2h)."},
    {TEXT(difference_input, to), .tag = 5, .flags = ONE_LINE, .min = 1, .max = MOST_MOMENT,
     .doc = "The later moment, in the same forms; now, when absent."},
};
const struct shape difference_input_shape = SHAPE_WITH(
    difference_input, "Entity, and the moments that are compared.", .base = &entity_input_shape);

struct entity_difference {
    struct text kind;
    struct uuid id;
    const struct moment *from;
    const struct moment *to;
    struct opt_bool was_there;
    struct opt_bool is_there;
    struct list fields;
    int64_t changes;
    int64_t ledger_size;
    struct enum_value time;
};
static const struct field entity_difference_fields[] = {
    {TEXT(entity_difference, kind), .flags = REQUIRED, .doc = "What it is."},
    {UUID(entity_difference, id), .flags = REQUIRED, .doc = "Id of the entity."},
    {OBJECT(entity_difference, from, moment), .flags = REQUIRED, .doc = "The earlier moment."},
    {OBJECT(entity_difference, to, moment), .flags = REQUIRED, .doc = "The later moment."},
    {BOOL(entity_difference, was_there), .flags = REQUIRED,
     .doc = "Was there such an entity at the earlier moment?"},
    {BOOL(entity_difference, is_there), .flags = REQUIRED,
     .doc = "Was there one at the later moment?"},
    {OBJECTS(entity_difference, fields, field_change), .flags = REQUIRED,
     .doc =
         "Fields of its row that are another; all where it was not there at one of the moments."},
    {INT64(entity_difference, changes), .flags = REQUIRED,
     .doc = "Number of events between them that changed it; explain has them."},
    {INT64(entity_difference, ledger_size), .flags = REQUIRED, .doc = "Size of the ledger."},
    {ENUM(entity_difference, time, moment_time_names), .flags = REQUIRED,
     .doc = "What times mean: when events were recorded."},
};
const struct shape entity_difference_shape =
    SHAPE(entity_difference, "What changed of an entity between two moments.");

/* What is kept on the way from one moment to the other. */
struct comparing {
    struct call *call;
    const struct entity *entity;
    uint64_t from; /* size of the ledger at the earlier moment */
    const void *before;
    int64_t changes; /* behind it */
};

static void compare_again(void *context)
{
    struct comparing *comparing = context;

    comparing->before = NULL;
    comparing->changes = 0;
}

/* The row as the first event behind the earlier moment found it. */
static void compare_step(const struct fold_step *step, void *context)
{
    struct comparing *comparing = context;
    const struct shape *shape = comparing->entity->table->shape;
    void *copy;

    if (step->record->position.value < comparing->from)
        return;
    if (comparing->changes++ > 0 || step->before == NULL)
        return;
    copy = arena_take(comparing->call->arena, shape->size);
    shape_copy(shape, comparing->call->arena, step->before, copy);
    comparing->before = copy;
}

static enum status compare(
    struct call *call,
    const struct entity *entity,
    struct entity_difference *out,
    struct error *error)
{
    struct comparing comparing = {call, entity, moment_size(out->from), NULL, 0};
    const struct entity_watcher watcher = {compare_again, compare_step, &comparing};
    struct entity_view view;
    enum status status = entity_look(call, entity, moment_size(out->to), &watcher, &view, error);

    if (status != STATUS_OK)
        return status;
    if (view.changes == 0)
        return entity_refuse_missing(call, entity, &view, error);
    if (comparing.changes == 0)
        comparing.before = view.row;
    out->was_there = opt_bool_of(comparing.before != NULL);
    out->is_there = opt_bool_of(view.row != NULL);
    out->fields = entity_changes(entity, comparing.before, view.row, call->arena);
    out->changes = comparing.changes;
    return STATUS_OK;
}

static enum status read_moments(
    struct ledger *ledger,
    const struct difference_input *input,
    struct moment *from,
    struct moment *to,
    struct error *error)
{
    enum status status = moment_read(ledger, input->from, "from", from, error);

    if (status == STATUS_OK)
        status = moment_read(ledger, input->to, "to", to, error);
    if (status != STATUS_OK || from->position <= to->position)
        return status;
    return error_set_field(error, "invalid_filter", "to", "must not lie before from");
}

void difference_handle(struct call *call)
{
    const struct difference_input *input = call->input;
    struct ledger *ledger = call->services->ledger;
    struct moment from;
    struct moment to;
    const struct entity entity = entity_of(&input->entity);
    struct entity_difference difference = {.from = &from, .to = &to, .time = {1}};
    struct error error;
    enum status status;

    call->ledger_size = ledger_size(ledger);
    status = read_moments(ledger, input, &from, &to, &error);
    if (status == STATUS_OK)
        status = compare(call, &entity, &difference, &error);
    if (status != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    difference.kind = entity.kind;
    difference.id = entity.id;
    difference.ledger_size = (int64_t)call->ledger_size;
    call_answer_shape(call, 200, &entity_difference_shape, &difference);
}
