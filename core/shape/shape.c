/*
 * Looking at shapes: finding fields, naming them, telling what is absent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape.h"

#include "core/base/must.h"
#include "core/shape/shape_internal.h"

#include <math.h>
#include <string.h>

enum { JSON_NAME_SIZE = 64 };

const struct field *shape_field(const struct shape *shape, struct text name)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (text_is(name, field->name) || field_json_name_is(field, name))
            return field;
    }
    return NULL;
}

const struct field *shape_field_of_tag(const struct shape *shape, uint16_t tag)
{
    /* Most tables count their tags from 1 without a gap. */
    if (tag >= 1 && tag <= shape_count(shape) && shape_field_at(shape, (size_t)tag - 1)->tag == tag)
        return shape_field_at(shape, (size_t)tag - 1);
    for (size_t i = 0; tag != 0 && i < shape_count(shape); i++) {
        if (shape_field_at(shape, i)->tag == tag)
            return shape_field_at(shape, i);
    }
    return NULL;
}

bool shape_has_kind(const struct shape *shape, enum kind kind)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        if (shape_field_at(shape, i)->kind == kind)
            return true;
    }
    return false;
}

/* The next character of a JSON name: "_x" reads as "X". */
static char next_name_char(const char **at)
{
    char c = *(*at)++;

    if (c == '_' && **at != '\0') {
        c = *(*at)++;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
    }
    return c;
}

void field_json_name(const struct field *field, char out[64])
{
    const char *at = field->name;
    size_t size = 0;

    while (*at != '\0') {
        must(size < JSON_NAME_SIZE - 1);
        out[size++] = next_name_char(&at);
    }
    out[size] = '\0';
}

bool field_json_name_is(const struct field *field, struct text name)
{
    const char *at = field->name;

    for (size_t i = 0; i < name.size; i++) {
        if (*at == '\0' || next_name_char(&at) != name.data[i])
            return false;
    }
    return *at == '\0';
}

bool field_is_absent(const struct field *field, const void *value)
{
    switch (field->kind) {
    case KIND_UUID:
        return !uuid_is_present(*(const struct uuid *)field_at(field, value));
    case KIND_TEXT:
    case KIND_BYTES:
    case KIND_JSON:
        return field_text(field, value).data == NULL;
    case KIND_TIMESTAMP:
    case KIND_BOOL:
    case KIND_ENUM:
        return field_int64(field, value) == 0;
    case KIND_INT64:
        return field_int64(field, value) == INT64_ABSENT;
    case KIND_DOUBLE:
        return isnan(field_double(field, value));
    case KIND_PERSONAL:
        return field_personal(field, value)->text.data == NULL &&
               field_personal(field, value)->box.data == NULL;
    case KIND_OBJECT:
        return field_object(field, value) == NULL;
    case KIND_LIST:
        return field_list(field, value)->items == NULL;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
    return true;
}

void field_clear(const struct field *field, void *value)
{
    memset(field_in(field, value), 0, field->size);
    if (field->kind == KIND_INT64)
        *(int64_t *)field_in(field, value) = INT64_ABSENT;
    if (field->kind == KIND_DOUBLE)
        *(double *)field_in(field, value) = (double)NAN;
}

/* Absent is zero but for two kinds. */
void shape_clear(const struct shape *shape, void *value)
{
    memset(value, 0, shape->size);
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (field->kind == KIND_INT64 || field->kind == KIND_DOUBLE)
            field_clear(field, value);
    }
}

const char *enum_name(const char *const *names, struct enum_value value)
{
    if (value.is < 1)
        return NULL;
    for (int64_t i = 0; names[i] != NULL; i++) {
        if (i + 1 == value.is)
            return names[i];
    }
    return NULL;
}

struct enum_value enum_from(const char *const *names, struct text name)
{
    for (int64_t i = 0; names[i] != NULL; i++) {
        if (text_is(name, names[i]))
            return (struct enum_value){i + 1};
    }
    return (struct enum_value){0};
}

static size_t kind_size(enum kind kind)
{
    switch (kind) {
    case KIND_UUID:
        return sizeof(struct uuid);
    case KIND_TEXT:
        return sizeof(struct text);
    case KIND_INT64:
        return sizeof(int64_t);
    case KIND_ENUM:
        return sizeof(struct enum_value);
    case KIND_BYTES:
    case KIND_TIMESTAMP:
    case KIND_DOUBLE:
    case KIND_BOOL:
    case KIND_JSON:
    case KIND_PERSONAL:
    case KIND_OBJECT:
    case KIND_LIST:
    case KIND_COUNT:
        break;
    }
    return 0;
}

size_t list_item_size(const struct field *list)
{
    size_t size = list->item == KIND_OBJECT ? list->shape->size : kind_size(list->item);

    must(size > 0);
    return size;
}

struct field list_item_field(const struct field *list)
{
    struct field item = *list;

    item.kind = list->item;
    item.offset = 0;
    item.size = (uint32_t)list_item_size(list);
    item.min = item.kind == KIND_INT64 ? INT64_MIN : 0;
    item.max = 0;
    item.flags &= TRIM | LOWER | EMAIL | ONE_LINE | MANY_LINES;
    return item;
}
