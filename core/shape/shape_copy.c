/*
 * Copying and comparing structs by their shape, everything they point at included.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/shape/shape.h"
#include "core/shape/shape_internal.h"

#include <math.h>
#include <string.h>

static void
copy_field(const struct field *field, struct arena *arena, const void *value, void *out);

static struct list copy_list(const struct field *field, struct arena *arena, const void *value)
{
    const struct list *list = field_list(field, value);
    size_t size = list_item_size(field);
    struct field item = list_item_field(field);
    char *items;

    if (list->items == NULL)
        return (struct list){NULL, 0};
    items = arena_array(arena, list->count, size);
    for (size_t i = 0; i < list->count; i++) {
        if (field->item == KIND_OBJECT)
            shape_copy(field->shape, arena, list_item(list, size, i), items + i * size);
        else
            copy_field(&item, arena, list_item(list, size, i), items + i * size);
    }
    return (struct list){items, list->count};
}

static const void *copy_object(const struct field *field, struct arena *arena, const void *value)
{
    const void *object = field_object(field, value);
    void *copy;

    if (object == NULL)
        return NULL;
    copy = arena_take(arena, field->shape->size);
    shape_copy(field->shape, arena, object, copy);
    return copy;
}

static struct personal copy_personal(struct arena *arena, const struct personal *p)
{
    return (struct personal){
        text_copy(arena, p->text), bytes_copy(arena, p->box), bytes_copy(arena, p->digest)};
}

static void copy_field(const struct field *field, struct arena *arena, const void *value, void *out)
{
    switch (field->kind) {
    case KIND_TEXT:
    case KIND_BYTES:
    case KIND_JSON:
        *(struct text *)field_in(field, out) = text_copy(arena, field_text(field, value));
        break;
    case KIND_PERSONAL:
        *(struct personal *)field_in(field, out) =
            copy_personal(arena, field_personal(field, value));
        break;
    case KIND_OBJECT:
        field_put_object(field, out, copy_object(field, arena, value));
        break;
    case KIND_LIST:
        *(struct list *)field_in(field, out) = copy_list(field, arena, value);
        break;
    case KIND_UUID:
    case KIND_TIMESTAMP:
    case KIND_INT64:
    case KIND_DOUBLE:
    case KIND_BOOL:
    case KIND_ENUM:
        memcpy(field_in(field, out), field_at(field, value), field->size);
        break;
    case KIND_COUNT:
        must(field->kind < KIND_COUNT);
    }
}

void shape_copy(const struct shape *shape, struct arena *arena, const void *value, void *out)
{
    for (size_t i = 0; i < shape_count(shape); i++)
        copy_field(shape_field_at(shape, i), arena, value, out);
}

static bool lists_equal(const struct field *field, const struct list *a, const struct list *b)
{
    size_t size = list_item_size(field);
    struct field item = list_item_field(field);

    if (a->items == NULL || b->items == NULL)
        return a->items == b->items;
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const void *x = list_item(a, size, i);
        const void *y = list_item(b, size, i);
        if (field->item == KIND_OBJECT ? !shape_equal(field->shape, x, y)
                                       : !field_equal(&item, x, y))
            return false;
    }
    return true;
}

static bool objects_equal(const struct field *field, const void *a, const void *b)
{
    const void *x = field_object(field, a);
    const void *y = field_object(field, b);

    if (x == NULL || y == NULL)
        return x == y;
    return shape_equal(field->shape, x, y);
}

static bool doubles_equal(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b;
}

static bool personals_equal(const struct personal *a, const struct personal *b)
{
    return text_equal(a->text, b->text) && bytes_equal(a->box, b->box) &&
           bytes_equal(a->digest, b->digest);
}

bool field_equal(const struct field *field, const void *a, const void *b)
{
    switch (field->kind) {
    case KIND_TEXT:
    case KIND_BYTES:
    case KIND_JSON:
        return text_equal(field_text(field, a), field_text(field, b));
    case KIND_PERSONAL:
        return personals_equal(field_personal(field, a), field_personal(field, b));
    case KIND_OBJECT:
        return objects_equal(field, a, b);
    case KIND_LIST:
        return lists_equal(field, field_list(field, a), field_list(field, b));
    case KIND_DOUBLE:
        return doubles_equal(field_double(field, a), field_double(field, b));
    case KIND_UUID:
    case KIND_TIMESTAMP:
    case KIND_INT64:
    case KIND_BOOL:
    case KIND_ENUM:
        return memcmp(field_at(field, a), field_at(field, b), field->size) == 0;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
    return false;
}

/* Most fields are not merely equal but the same bytes at the same address. */
static bool is_same(const struct field *field, const void *a, const void *b)
{
    return memcmp(field_at(field, a), field_at(field, b), field->size) == 0 ||
           field_equal(field, a, b);
}

uint64_t shape_update(const struct shape *shape, struct arena *arena, const void *value, void *out)
{
    uint64_t changed = 0;

    must(shape_count(shape) <= 64);
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (is_same(field, value, out))
            continue;
        copy_field(field, arena, value, out);
        changed |= UINT64_C(1) << i;
    }
    return changed;
}

bool shape_equal(const struct shape *shape, const void *a, const void *b)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        if (!field_equal(shape_field_at(shape, i), a, b))
            return false;
    }
    return true;
}
