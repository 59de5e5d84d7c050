/*
 * The stored form back to structs: read value by value (packed.h) and fitted to the table kind by
 * kind. What arrives may be damaged or hostile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/packed.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_pack.h"

#include <string.h>

static bool
unpack_shape(const struct shape *shape, struct packed *from, struct arena *arena, void *out);
static bool
unpack_field(const struct field *field, struct packed *from, struct arena *arena, void *out);

/* The next value, if it is of the type. An array or a map that is not stays open: then nothing more
 * is read. */
static bool next_is(struct packed *from, enum packed_type type, struct packed_value *out)
{
    return packed_next(from, out) && out->type == type;
}

static bool unpack_uuid(struct packed *from, struct uuid *out)
{
    struct packed_value value;

    if (!next_is(from, PACKED_BYTES, &value) || value.content.size != sizeof(out->bytes))
        return false;
    memcpy(out->bytes, value.content.data, sizeof(out->bytes));
    return true;
}

static bool unpack_text(struct packed *from, struct arena *arena, struct text *out)
{
    struct packed_value value;

    if (!next_is(from, PACKED_TEXT, &value))
        return false;
    *out = text_copy(arena, text_of_bytes(value.content));
    return true;
}

static bool unpack_bytes(struct packed *from, struct arena *arena, struct bytes *out)
{
    struct packed_value value;

    if (!next_is(from, PACKED_BYTES, &value))
        return false;
    *out = bytes_of_text(text_copy(arena, text_of_bytes(value.content)));
    return true;
}

static bool unpack_int64(struct packed *from, int64_t *out)
{
    struct packed_value value;

    if (!next_is(from, PACKED_INT, &value))
        return false;
    *out = value.number;
    return true;
}

static bool unpack_double(struct packed *from, double *out)
{
    struct packed_value value;

    if (!next_is(from, PACKED_DOUBLE, &value))
        return false;
    *out = value.real;
    return true;
}

static bool unpack_bool(struct packed *from, struct opt_bool *out)
{
    struct packed_value value;

    if (!packed_next(from, &value) || (value.type != PACKED_TRUE && value.type != PACKED_FALSE))
        return false;
    *out = opt_bool_of(value.type == PACKED_TRUE);
    return true;
}

static bool unpack_enum(const struct field *field, struct packed *from, struct enum_value *out)
{
    struct packed_value value;

    if (!next_is(from, PACKED_TEXT, &value))
        return false;
    *out = enum_from(field->names, text_of_bytes(value.content));
    return out->is != 0;
}

/* Box and digest, or nil for the digest. */
static bool unpack_personal(struct packed *from, struct arena *arena, struct personal *out)
{
    struct packed_value value;

    if (!next_is(from, PACKED_ARRAY, &value) || value.count != 2 ||
        !unpack_bytes(from, arena, &out->box) || !packed_next(from, &value))
        return false;
    if (value.type == PACKED_BYTES)
        out->digest = bytes_copy(arena, value.content);
    else if (value.type != PACKED_NIL)
        return false;
    packed_close(from);
    return true;
}

static bool
unpack_object(const struct field *field, struct packed *from, struct arena *arena, void *out)
{
    void *object = arena_take(arena, field->shape->size);

    if (!unpack_shape(field->shape, from, arena, object))
        return false;
    field_put_object(field, out, object);
    return true;
}

static bool
unpack_list(const struct field *field, struct packed *from, struct arena *arena, struct list *out)
{
    size_t size = list_item_size(field);
    struct field item = list_item_field(field);
    struct packed_value value;
    char *items;

    if (!next_is(from, PACKED_ARRAY, &value) || !arena_has_room(arena, value.count, size))
        return false;
    items = arena_array(arena, value.count, size);
    for (size_t i = 0; i < value.count; i++) {
        bool fits = field->item == KIND_OBJECT
                        ? unpack_shape(field->shape, from, arena, items + i * size)
                        : unpack_field(&item, from, arena, items + i * size);
        if (!fits)
            return false;
    }
    packed_close(from);
    *out = (struct list){items, value.count};
    return true;
}

static bool
unpack_field(const struct field *field, struct packed *from, struct arena *arena, void *out)
{
    void *at = field_in(field, out);

    switch (field->kind) {
    case KIND_UUID:
        return unpack_uuid(from, at);
    case KIND_TEXT:
    case KIND_JSON:
        return unpack_text(from, arena, at);
    case KIND_BYTES:
        return unpack_bytes(from, arena, at);
    case KIND_TIMESTAMP:
    case KIND_INT64:
        return unpack_int64(from, at);
    case KIND_DOUBLE:
        return unpack_double(from, at);
    case KIND_BOOL:
        return unpack_bool(from, at);
    case KIND_ENUM:
        return unpack_enum(field, from, at);
    case KIND_PERSONAL:
        return unpack_personal(from, arena, at);
    case KIND_OBJECT:
        return unpack_object(field, from, arena, out);
    case KIND_LIST:
        return unpack_list(field, from, arena, at);
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
    return false;
}

/* Most fields of entries are ids. */
static bool is_absent(const struct field *field, const void *value)
{
    uint64_t halves[2];

    if (field->kind != KIND_UUID)
        return field_is_absent(field, value);
    memcpy(halves, field_at(field, value), sizeof(halves));
    return (halves[0] | halves[1]) == 0;
}

/* What is absent is not written, or as nil. */
static bool
unpack_present(const struct field *field, struct packed *from, struct arena *arena, void *out)
{
    if (!unpack_field(field, from, arena, out))
        return false;
    from->is_loose |= is_absent(field, out);
    return true;
}

/* Nobody would write it again. */
static bool skip_unknown(struct packed *from)
{
    from->is_loose = true;
    return packed_skip(from);
}

/* Tags rise, or one value could be stored in several ways. */
static bool
unpack_map(const struct shape *shape, struct packed *from, struct arena *arena, void *out)
{
    struct packed_value map;
    struct packed_value tag;
    int64_t last = 0;

    if (!next_is(from, PACKED_MAP, &map))
        return false;
    for (size_t i = 0; i < map.count; i++) {
        const struct field *field;
        if (!next_is(from, PACKED_INT, &tag) || tag.number <= last || tag.number > UINT16_MAX)
            return false;
        last = tag.number;
        field = shape_field_of_tag(shape, (uint16_t)last);
        if (field == NULL ? !skip_unknown(from) : !unpack_present(field, from, arena, out))
            return false;
    }
    packed_close(from);
    return true;
}

static bool
unpack_array(const struct shape *shape, struct packed *from, struct arena *arena, void *out)
{
    struct packed_value array;

    if (!next_is(from, PACKED_ARRAY, &array) || array.count != shape_count(shape))
        return false;
    for (size_t i = 0; i < array.count; i++) {
        bool is_absent = packed_is_nil(from);
        if (is_absent ? !packed_skip(from)
                      : !unpack_present(shape_field_at(shape, i), from, arena, out))
            return false;
    }
    packed_close(from);
    return true;
}

static bool
unpack_shape(const struct shape *shape, struct packed *from, struct arena *arena, void *out)
{
    shape_clear(shape, out);
    return shape->form == FORM_ARRAY ? unpack_array(shape, from, arena, out)
                                     : unpack_map(shape, from, arena, out);
}

static enum status unpack(
    const struct shape *shape,
    struct packed *from,
    struct arena *arena,
    void *out,
    struct error *error)
{
    void *value = arena_take(arena, shape->size);
    bool fits = unpack_shape(shape, from, arena, value) && from->left == 0;

    if (arena_is_full(arena))
        return error_set(error, STATUS_TOO_LARGE, "%s: larger than its arena", shape->name);
    if (!fits)
        return error_set(error, STATUS_CORRUPT, "%s: packed fields do not fit", shape->name);
    memcpy(out, value, shape->size);
    return STATUS_OK;
}

enum status shape_unpack(
    const struct shape *shape,
    struct bytes packed,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct packed from = {.at = packed.data, .left = packed.size};

    return unpack(shape, &from, arena, out, error);
}

enum status shape_unpack_canonical(
    const struct shape *shape,
    struct bytes packed,
    struct arena *arena,
    void *out,
    struct error *error)
{
    struct packed from = {.at = packed.data, .left = packed.size};
    enum status status = unpack(shape, &from, arena, out, error);

    if (status == STATUS_OK && from.is_loose)
        return error_set(error, STATUS_CORRUPT, "%s: not in canonical form", shape->name);
    return status;
}
