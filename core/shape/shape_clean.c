/*
 * Is every text of a struct clean UTF-8? Asked where text is about to be stored for ever; and made so
 * where it was stored before anybody asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_check.h"

#include <string.h>

static bool items_are_clean(const struct field *field, const struct list *list)
{
    size_t item_size = list_item_size(field);
    bool is_clean = true;

    if (field->item != KIND_TEXT && field->item != KIND_OBJECT)
        return true;
    for (size_t i = 0; i < list->count && is_clean; i++) {
        const void *item = list_item(list, item_size, i);
        is_clean = field->item == KIND_TEXT ? text_is_clean_utf8(*(const struct text *)item)
                                            : shape_unclean(field->shape, item) == NULL;
    }
    return is_clean;
}

static bool is_clean(const struct field *field, const void *at)
{
    const void *object;

    switch (field->kind) {
    case KIND_TEXT:
        return text_is_clean_utf8(*(const struct text *)at);
    case KIND_JSON:
        return text_is_clean_utf8(((const struct json *)at)->text);
    case KIND_PERSONAL:
        return text_is_clean_utf8(((const struct personal *)at)->text);
    case KIND_OBJECT:
        object = *(const void *const *)at;
        return object == NULL || shape_unclean(field->shape, object) == NULL;
    case KIND_LIST:
        return items_are_clean(field, at);
    case KIND_UUID:
    case KIND_BYTES:
    case KIND_TIMESTAMP:
    case KIND_INT64:
    case KIND_DOUBLE:
    case KIND_BOOL:
    case KIND_ENUM:
    case KIND_COUNT:
        break;
    }
    return true;
}

const struct field *shape_unclean(const struct shape *shape, const void *value)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (!is_clean(field, field_at(field, value)))
            return field;
    }
    return NULL;
}

static void clean_items(const struct field *field, struct arena *arena, struct list *list)
{
    size_t item_size = list_item_size(field);
    char *items;

    if (items_are_clean(field, list))
        return;
    items = arena_array(arena, list->count, item_size);
    memcpy(items, list->items, list->count * item_size);
    for (size_t i = 0; i < list->count; i++) {
        void *item = items + i * item_size;
        if (field->item == KIND_TEXT)
            *(struct text *)item = text_cleaned(arena, *(struct text *)item);
        else
            shape_clean(field->shape, arena, item);
    }
    list->items = items;
}

static void clean_object(const struct field *field, struct arena *arena, const void **object)
{
    void *copy;

    if (*object == NULL || shape_unclean(field->shape, *object) == NULL)
        return;
    copy = arena_take(arena, field->shape->size);
    memcpy(copy, *object, field->shape->size);
    shape_clean(field->shape, arena, copy);
    *object = copy;
}

static void clean_field(const struct field *field, struct arena *arena, void *at)
{
    struct text *text = at; /* a text, and the first member of json and personal */

    if (field->kind == KIND_OBJECT)
        clean_object(field, arena, at);
    else if (field->kind == KIND_LIST)
        clean_items(field, arena, at);
    else if (!is_clean(field, at))
        *text = text_cleaned(arena, *text);
}

void shape_clean(const struct shape *shape, struct arena *arena, void *value)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        clean_field(field, arena, field_in(field, value));
    }
}
