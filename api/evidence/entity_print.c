/*
 * Rows as evidence shows them: every column, those that the server keeps for itself too; what is sealed
 * is null, and said to be so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/entity.h"
#include "core/base/buf.h"
#include "core/shape/shape_json.h"

enum { MOST_VALUE_BYTES = 32 << 20, NAME_SIZE = 64 };

static const struct field field_change_fields[] = {
    {TEXT(field_change, field), .flags = REQUIRED, .doc = "Name of the field."},
    {JSON(field_change, before), .flags = JSON_ANY, .doc = "Its value before."},
    {JSON(field_change, after), .flags = JSON_ANY, .doc = "Its value after."},
    {BOOL(field_change, is_sealed), .flags = REQUIRED,
     .doc = "Is something personal or secret in it? What is so stays sealed, and is null."},
};
const struct shape field_change_shape = SHAPE(field_change, "A field of a row, before and after.");

/* Appends the value, or null where it is sealed: true then. */
static bool print_value(const struct field *field, const void *row, struct buf *out)
{
    size_t start = out->size;
    bool is_box = field->kind == KIND_BYTES && !field_is_absent(field, row);

    if (!is_box)
        shape_json_write_field(field, row, out);
    if (!is_box && !fold_is_sealed((struct text){out->data + start, out->size - start}))
        return false;
    buf_truncate(out, start);
    buf_add_c(out, "null");
    return true;
}

/* Absent where there is no row. */
static struct json
value_of(const struct field *field, const void *row, struct arena *arena, bool *is_sealed)
{
    AUTO_BUF out = {0};

    if (row == NULL)
        return (struct json){{NULL, 0}};
    buf_init(&out, MOST_VALUE_BYTES);
    *is_sealed |= print_value(field, row, &out);
    return (struct json){text_copy(arena, buf_text(&out))};
}

static struct text name_of(const struct field *field, struct arena *arena)
{
    char name[NAME_SIZE];

    field_json_name(field, name);
    return text_copy(arena, text_from(name));
}

uint64_t entity_differences(const struct entity *entity, const void *before, const void *after)
{
    const struct shape *shape = entity->table->shape;
    uint64_t bits = 0;

    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        bool differs = before != NULL && after != NULL
                           ? !field_equal(field, before, after)
                           : !field_is_absent(field, before != NULL ? before : after);
        bits |= (uint64_t)differs << i;
    }
    return bits;
}

struct list entity_changes(
    const struct entity *entity, const void *before, const void *after, struct arena *arena)
{
    const struct shape *shape = entity->table->shape;
    struct field_change *changes = arena_array(arena, shape_count(shape), sizeof(*changes));
    uint64_t bits = before == after ? 0 : entity_differences(entity, before, after);
    size_t count = 0;

    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        bool is_sealed = false;
        if ((bits >> i & 1) == 0)
            continue;
        changes[count].field = name_of(field, arena);
        changes[count].before = value_of(field, before, arena, &is_sealed);
        changes[count].after = value_of(field, after, arena, &is_sealed);
        changes[count++].is_sealed = opt_bool_of(is_sealed);
    }
    return (struct list){changes, count};
}

struct json entity_print(
    const struct entity *entity, const void *row, struct arena *arena, struct list *out_sealed)
{
    const struct shape *shape = entity->table->shape;
    struct text *sealed = arena_array(arena, shape_count(shape), sizeof(*sealed));
    size_t count = 0;
    AUTO_BUF out = {0};

    buf_init(&out, MOST_VALUE_BYTES);
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        struct text name = name_of(field, arena);
        buf_add_char(&out, i == 0 ? '{' : ',');
        json_write_text(&out, name);
        buf_add_char(&out, ':');
        if (print_value(field, row, &out))
            sealed[count++] = name;
    }
    buf_add_char(&out, '}');
    *out_sealed = (struct list){sealed, count};
    return (struct json){text_copy(arena, buf_text(&out))};
}
