/*
 * Values by reference: a field is found by its place in its struct. For an object the values are
 * copied into a struct made on the spot, which a shape with the names of the details writes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/details.h"

#include "core/base/must.h"
#include "projections/json_of.h"

#include <string.h>

enum { DETAILS_MAX = 16 };

/* A field and the struct that it is of. */
struct value {
    const struct field *field;
    const void *in;
};

static const struct text absent_text;
static const struct field text_field = {.kind = KIND_TEXT, .size = sizeof(struct text)};
static const struct field id_field = {.kind = KIND_UUID, .size = sizeof(struct uuid)};
static const struct field count_field = {.kind = KIND_INT64, .size = sizeof(int64_t)};

static struct value value_in(const struct shape *shape, const void *in, uint32_t offset)
{
    size_t i = 0;

    while (i < shape->count && shape->fields[i].offset != offset)
        i++;
    must(i < shape->count);
    return (struct value){&shape->fields[i], in};
}

static const void *value_at(struct value value)
{
    return field_at(value.field, value.in);
}

static bool is_absent(struct value value)
{
    return field_is_absent(value.field, value.in);
}

static struct value in_event(const struct value_context *context, const struct value_ref *ref)
{
    return value_in(context->record->type->shape, context->record->event, ref->offset);
}

static struct value count_of(const struct value_context *context, struct value value)
{
    const struct list *list = value_at(value);
    int64_t *count = arena_one(context->arena, int64_t);

    *count = (int64_t)list->count;
    return (struct value){&count_field, count};
}

static struct value first_of(struct value value)
{
    const struct list *list = value_at(value);

    must(value.field->item == KIND_UUID);
    return (struct value){&id_field, list->count == 0 ? &UUID_NONE : list->items};
}

static struct value fixed(const struct value_context *context, const char *text)
{
    struct text *copy = arena_one(context->arena, struct text);

    *copy = text_from(text);
    return (struct value){&text_field, copy};
}

static struct value value_of(const struct value_context *context, const struct value_ref *ref)
{
    switch (ref->source) {
    case VALUE_EVENT:
        return in_event(context, ref);
    case VALUE_ROW:
        if (context->row == NULL)
            break;
        return value_in(context->row_shape, context->row, ref->offset);
    case VALUE_ENTRY:
        return value_in(&entry_shape, &context->record->entry, ref->offset);
    case VALUE_COUNT:
        return count_of(context, in_event(context, ref));
    case VALUE_FIRST:
        return first_of(in_event(context, ref));
    case VALUE_FIXED:
        return fixed(context, ref->name);
    case VALUE_NONE:
        break;
    }
    return (struct value){&text_field, &absent_text};
}

static struct text id_text(struct arena *arena, struct uuid id)
{
    char text[UUID_TEXT_SIZE];

    if (!uuid_is_present(id))
        return absent_text;
    uuid_print(id, text);
    return text_copy(arena, text_from(text));
}

struct text value_text(const struct value_context *context, const struct value_ref *ref)
{
    struct value value = value_of(context, ref);
    const void *at = value_at(value);

    if (value.field->kind == KIND_UUID)
        return id_text(context->arena, *(const struct uuid *)at);
    if (value.field->kind == KIND_PERSONAL)
        return ((const struct personal *)at)->text;
    must(value.field->kind == KIND_TEXT);
    return *(const struct text *)at;
}

struct uuid value_uuid(const struct value_context *context, const struct value_ref *ref)
{
    struct value value = value_of(context, ref);

    if (is_absent(value))
        return UUID_NONE;
    must(value.field->kind == KIND_UUID);
    return *(const struct uuid *)value_at(value);
}

int64_t value_enum(const struct value_context *context, const struct value_ref *ref)
{
    struct value value = value_of(context, ref);

    if (is_absent(value))
        return 0;
    must(value.field->kind == KIND_ENUM);
    return ((const struct enum_value *)value_at(value))->is;
}

bool value_is_true(const struct value_context *context, const struct value_ref *ref)
{
    struct value value = value_of(context, ref);

    if (is_absent(value))
        return false;
    must(value.field->kind == KIND_BOOL);
    return opt_bool_is_true(*(const struct opt_bool *)value_at(value));
}

static bool is_empty(struct value value)
{
    return value.field->kind == KIND_TEXT && ((const struct text *)value_at(value))->size == 0;
}

static struct value
value_of_detail(const struct value_context *context, const struct detail *detail)
{
    struct value value = value_of(context, &detail->from);

    if (is_absent(value))
        value = value_of(context, &detail->or_from);
    if (detail->is_null_when_empty && is_empty(value))
        return (struct value){&text_field, &absent_text};
    return value;
}

static struct field
field_of_detail(const struct detail *detail, const struct field *original, size_t offset)
{
    struct field field = *original;

    field.name = detail->name;
    field.offset = (uint32_t)offset;
    if (detail->is_omitted_when_absent)
        field.flags |= OMIT_ABSENT;
    return field;
}

struct json details_json(const struct value_context *context, const struct detail *details)
{
    struct value values[DETAILS_MAX];
    struct field fields[DETAILS_MAX];
    struct shape shape = {.name = "details", .fields = fields};
    void *object;

    if (details == NULL)
        return (struct json){0};
    for (const struct detail *detail = details; detail->name != NULL; detail++) {
        size_t i = shape.count++;
        must(i < DETAILS_MAX);
        values[i] = value_of_detail(context, detail);
        fields[i] = field_of_detail(detail, values[i].field, shape.size);
        shape.size += fields[i].size;
    }
    object = arena_take(context->arena, shape.size);
    for (size_t i = 0; i < shape.count; i++)
        memcpy(field_in(&fields[i], object), value_at(values[i]), fields[i].size);
    return json_of(context->arena, &shape, object);
}

static bool is_of(const struct value_ref *ref, const struct shape *shape)
{
    return shape != NULL && strcmp(ref->name, shape->name) == 0;
}

bool value_ref_fits(
    const struct value_ref *ref, const struct event_type *event, const struct shape *row_shape)
{
    switch (ref->source) {
    case VALUE_EVENT:
    case VALUE_COUNT:
    case VALUE_FIRST:
        return is_of(ref, event->shape);
    case VALUE_ROW:
        return is_of(ref, row_shape);
    case VALUE_ENTRY:
        return is_of(ref, &entry_shape);
    case VALUE_FIXED:
    case VALUE_NONE:
        break;
    }
    return true;
}

bool details_fit(
    const struct detail *details, const struct event_type *event, const struct shape *row_shape)
{
    for (; details != NULL && details->name != NULL; details++) {
        if (!value_ref_fits(&details->from, event, row_shape) ||
            !value_ref_fits(&details->or_from, event, row_shape))
            return false;
    }
    return true;
}
