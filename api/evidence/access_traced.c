/*
 * Tracing rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/access_traced.h"

#include "api/call.h"
#include "api/evidence/entity.h"
#include "core/base/must.h"

struct tracing {
    struct call *call;
    const struct entity *entity;
    struct traced *traced;
};

static void forget_steps(void *context)
{
    struct tracing *tracing = context;
    struct traced *traced = tracing->traced;

    *traced = (struct traced){
        .table = tracing->entity->table, .made_at = INT64_ABSENT, .removed_at = INT64_ABSENT};
    for (size_t i = 0; i < TRACED_MOST_FIELDS; i++)
        traced->set_at[i] = INT64_ABSENT;
}

static void note_step(const struct fold_step *step, void *context)
{
    struct tracing *tracing = context;
    const struct entity *entity = tracing->entity;
    struct traced *traced = tracing->traced;
    int64_t position = step->record->entry.position;
    uint64_t bits = entity_differences(entity, step->before, step->after);

    if (step->before == NULL)
        traced->made_at = position;
    if (step->after == NULL) {
        void *last = arena_take(tracing->call->arena, entity->table->shape->size);
        shape_copy(entity->table->shape, tracing->call->arena, step->before, last);
        traced->last = last;
        traced->removed_at = position;
        return;
    }
    for (size_t i = 0; i < TRACED_MOST_FIELDS; i++) {
        if ((bits >> i & 1) != 0)
            traced->set_at[i] = position;
    }
}

enum status traced_look(
    struct call *call,
    const struct table *table,
    struct uuid id,
    uint64_t size,
    struct traced *out,
    struct error *error)
{
    const struct entity entity = {table, text_from(table->name), id, UUID_NONE};
    struct tracing tracing = {call, &entity, out};
    const struct entity_watcher watcher = {forget_steps, note_step, &tracing};
    struct entity_view view = {.row = NULL};
    enum status status;

    forget_steps(&tracing);
    if (!uuid_is_present(id))
        return STATUS_OK;
    status = entity_look(call, &entity, size, &watcher, &view, error);
    if (status == STATUS_OK)
        out->row = view.row;
    return status;
}

int64_t traced_since(const struct traced *traced, const char *name)
{
    const struct shape *shape = traced->table->shape;

    for (size_t i = 0; i < shape_count(shape); i++) {
        if (text_is(text_from(shape_field_at(shape, i)->name), name))
            return traced->set_at[i];
    }
    must(!"a field of the table");
    return INT64_ABSENT;
}
