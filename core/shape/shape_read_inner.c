/*
 * Values with values inside: objects and lists.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_check.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_read.h"
#include "core/shape/shape_read_value.h"

bool read_object(struct reading *reading, const struct place *place, json_t *from, void *out)
{
    const struct shape *shape = place->field->shape;
    struct text path = place_path(reading, place);
    void *object;

    if (!json_is_object(from))
        return refuse(reading, place);
    object = arena_take(reading->arena, shape->size);
    shape_clear(shape, object);
    read_members(
        reading, shape, text_format(reading->arena, "%.*s.", TEXT_ARGS(path)), from, object);
    object_put(place->field, out, object);
    return true;
}

/* Objects in a list are numbered in violations: "rules.2.name must be …". */
static bool
read_objects(struct reading *reading, const struct place *place, json_t *from, char *items)
{
    const struct shape *shape = place->field->shape;
    struct text path = place_path(reading, place);

    for (size_t i = 0; i < json_array_size(from); i++) {
        json_t *item = json_array_get(from, i);
        void *out = items + i * shape->size;
        if (!json_is_object(item)) {
            violate(
                reading, &(struct place){place->prefix, place->field, true}, "must be an object");
            return false;
        }
        shape_clear(shape, out);
        read_members(
            reading, shape, text_format(reading->arena, "%.*s.%zu.", TEXT_ARGS(path), i), item,
            out);
    }
    return true;
}

/* The first bad item is enough: the words are the same for all of them. */
static bool
read_items(struct reading *reading, const struct place *place, json_t *from, char *items)
{
    struct field item_field = list_item_field(place->field);
    struct place item = {place->prefix, &item_field, true};

    for (size_t i = 0; i < json_array_size(from); i++) {
        json_t *value = json_array_get(from, i);
        if (json_is_null(value))
            return refuse(reading, &item);
        if (!read_value(reading, &item, value, items + i * item_field.size))
            return false;
    }
    return true;
}

bool read_list(struct reading *reading, const struct place *place, json_t *from, struct list *out)
{
    const struct field *field = place->field;
    size_t count = json_array_size(from);
    struct list list;
    char *items;
    bool is_good;

    if (!json_is_array(from))
        return refuse(reading, place);
    if (!arena_has_room(reading->arena, count, list_item_size(field)))
        return false; /* reading_end() says so */
    items = arena_array(reading->arena, count, list_item_size(field));
    list = (struct list){items, count};
    is_good = field->item == KIND_OBJECT ? read_objects(reading, place, from, items)
                                         : read_items(reading, place, from, items);
    if (!is_good || !check_list(reading, place, &list))
        return false;
    *out = list;
    return true;
}
