/*
 * The stored form back to structs. What arrives may be damaged or hostile: it is walked first
 * (shape_walk.h), then decoded by msgpack-c, then fitted to the table kind by kind.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_pack.h"
#include "core/shape/shape_walk.h"

#include <msgpack.h>

#include <string.h>

static bool
unpack_shape(const struct shape *shape, const msgpack_object *from, struct arena *arena, void *out);
static bool
unpack_field(const struct field *field, const msgpack_object *from, struct arena *arena, void *out);

static bool unpack_uuid(const msgpack_object *from, struct uuid *out)
{
    if (from->type != MSGPACK_OBJECT_BIN || from->via.bin.size != sizeof(out->bytes))
        return false;
    memcpy(out->bytes, from->via.bin.ptr, sizeof(out->bytes));
    return true;
}

/* msgpack-c may leave no pointer behind an empty text, which here would read as absent. */
static struct text raw_copy(struct arena *arena, const char *data, size_t size)
{
    return text_copy(arena, size == 0 ? text_lit("") : (struct text){data, size});
}

static bool unpack_text(const msgpack_object *from, struct arena *arena, struct text *out)
{
    if (from->type != MSGPACK_OBJECT_STR)
        return false;
    *out = raw_copy(arena, from->via.str.ptr, from->via.str.size);
    return true;
}

static bool unpack_bytes(const msgpack_object *from, struct arena *arena, struct bytes *out)
{
    if (from->type != MSGPACK_OBJECT_BIN)
        return false;
    *out = bytes_of_text(raw_copy(arena, from->via.bin.ptr, from->via.bin.size));
    return true;
}

static bool unpack_int64(const msgpack_object *from, int64_t *out)
{
    if (from->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
        *out = from->via.i64;
        return true;
    }
    if (from->type != MSGPACK_OBJECT_POSITIVE_INTEGER || from->via.u64 > INT64_MAX)
        return false;
    *out = (int64_t)from->via.u64;
    return true;
}

static bool unpack_double(const msgpack_object *from, double *out)
{
    if (from->type != MSGPACK_OBJECT_FLOAT64)
        return false;
    *out = from->via.f64;
    return true;
}

static bool unpack_bool(const msgpack_object *from, struct opt_bool *out)
{
    if (from->type != MSGPACK_OBJECT_BOOLEAN)
        return false;
    *out = opt_bool_of(from->via.boolean);
    return true;
}

static bool
unpack_enum(const struct field *field, const msgpack_object *from, struct enum_value *out)
{
    if (from->type != MSGPACK_OBJECT_STR)
        return false;
    *out = enum_from(field->names, (struct text){from->via.str.ptr, from->via.str.size});
    return out->is != 0;
}

static bool unpack_personal(const msgpack_object *from, struct arena *arena, struct personal *out)
{
    const msgpack_object *pair = from->via.array.ptr;

    if (from->type != MSGPACK_OBJECT_ARRAY || from->via.array.size != 2)
        return false;
    if (pair[1].type != MSGPACK_OBJECT_NIL && !unpack_bytes(&pair[1], arena, &out->digest))
        return false;
    return unpack_bytes(&pair[0], arena, &out->box);
}

static bool
unpack_object(const struct field *field, const msgpack_object *from, struct arena *arena, void *out)
{
    void *object = arena_take(arena, field->shape->size);

    if (!unpack_shape(field->shape, from, arena, object))
        return false;
    field_put_object(field, out, object);
    return true;
}

static bool unpack_list(
    const struct field *field, const msgpack_object *from, struct arena *arena, struct list *out)
{
    size_t size = list_item_size(field);
    struct field item = list_item_field(field);
    char *items;

    if (from->type != MSGPACK_OBJECT_ARRAY || !arena_has_room(arena, from->via.array.size, size))
        return false;
    items = arena_array(arena, from->via.array.size, size);
    for (size_t i = 0; i < from->via.array.size; i++) {
        const msgpack_object *one = &from->via.array.ptr[i];
        bool fits = field->item == KIND_OBJECT
                        ? unpack_shape(field->shape, one, arena, items + i * size)
                        : unpack_field(&item, one, arena, items + i * size);
        if (!fits)
            return false;
    }
    *out = (struct list){items, from->via.array.size};
    return true;
}

static bool
unpack_field(const struct field *field, const msgpack_object *from, struct arena *arena, void *out)
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

/* Tags rise, or one value could be stored in several ways. */
static bool
unpack_map(const struct shape *shape, const msgpack_object *from, struct arena *arena, void *out)
{
    uint64_t last = 0;

    if (from->type != MSGPACK_OBJECT_MAP)
        return false;
    for (size_t i = 0; i < from->via.map.size; i++) {
        const msgpack_object_kv *pair = &from->via.map.ptr[i];
        const struct field *field;
        if (pair->key.type != MSGPACK_OBJECT_POSITIVE_INTEGER || pair->key.via.u64 <= last ||
            pair->key.via.u64 > UINT16_MAX)
            return false;
        last = pair->key.via.u64;
        field = shape_field_of_tag(shape, (uint16_t)last);
        if (field != NULL && !unpack_field(field, &pair->val, arena, out))
            return false;
    }
    return true;
}

static bool
unpack_array(const struct shape *shape, const msgpack_object *from, struct arena *arena, void *out)
{
    if (from->type != MSGPACK_OBJECT_ARRAY || from->via.array.size != shape_count(shape))
        return false;
    for (size_t i = 0; i < shape_count(shape); i++) {
        const msgpack_object *one = &from->via.array.ptr[i];
        if (one->type != MSGPACK_OBJECT_NIL &&
            !unpack_field(shape_field_at(shape, i), one, arena, out))
            return false;
    }
    return true;
}

static bool
unpack_shape(const struct shape *shape, const msgpack_object *from, struct arena *arena, void *out)
{
    shape_clear(shape, out);
    return shape->form == FORM_ARRAY ? unpack_array(shape, from, arena, out)
                                     : unpack_map(shape, from, arena, out);
}

enum status shape_unpack(
    const struct shape *shape,
    struct bytes packed,
    struct arena *arena,
    void *out,
    struct error *error)
{
    msgpack_unpacked unpacked;
    msgpack_unpack_return result;
    size_t at = 0;
    void *value;
    bool fits;

    if (!shape_packed_is_sound(packed))
        return error_set(error, STATUS_CORRUPT, "%s: not one sound packed value", shape->name);
    value = arena_take(arena, shape->size);
    msgpack_unpacked_init(&unpacked);
    result = msgpack_unpack_next(&unpacked, (const char *)packed.data, packed.size, &at);
    must(result != MSGPACK_UNPACK_NOMEM_ERROR);
    fits = result == MSGPACK_UNPACK_SUCCESS && unpack_shape(shape, &unpacked.data, arena, value);
    msgpack_unpacked_destroy(&unpacked);
    if (arena_is_full(arena))
        return error_set(error, STATUS_TOO_LARGE, "%s: larger than its arena", shape->name);
    if (!fits)
        return error_set(error, STATUS_CORRUPT, "%s: packed fields do not fit", shape->name);
    memcpy(out, value, shape->size);
    return STATUS_OK;
}
