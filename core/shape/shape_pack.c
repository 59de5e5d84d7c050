/*
 * Structs to their stored form.
 *
 *   FORM_MAP    { tag: value, tag: value, … }   rising tags, absent fields left out
 *   FORM_ARRAY  [ value, value, … ]             the table's order, absent fields nil
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_pack.h"

#include "core/base/must.h"
#include "core/shape/shape_internal.h"

#include <msgpack.h>

static int add_to_buf(void *data, const char *bytes, size_t size)
{
    buf_add(data, bytes, size);
    return 0;
}

static void pack_shape(const struct shape *shape, const void *value, msgpack_packer *packer);
static void pack_field(const struct field *field, const void *value, msgpack_packer *packer);

static void pack_text(struct text t, msgpack_packer *packer)
{
    must(t.data != NULL && t.size <= UINT32_MAX);
    msgpack_pack_str(packer, t.size);
    msgpack_pack_str_body(packer, t.data, t.size);
}

static void pack_bytes(const void *data, size_t size, msgpack_packer *packer)
{
    must(size <= UINT32_MAX);
    msgpack_pack_bin(packer, size);
    msgpack_pack_bin_body(packer, data, size);
}

static void pack_enum(const struct field *field, struct enum_value value, msgpack_packer *packer)
{
    const char *name = enum_name(field->names, value);

    must(name != NULL);
    pack_text(text_from(name), packer);
}

static void pack_personal(const struct personal *personal, msgpack_packer *packer)
{
    must(personal->box.data != NULL); /* plain text must never be stored */
    msgpack_pack_array(packer, 2);
    pack_bytes(personal->box.data, personal->box.size, packer);
    if (personal->digest.data == NULL)
        msgpack_pack_nil(packer);
    else
        pack_bytes(personal->digest.data, personal->digest.size, packer);
}

static void pack_list(const struct field *field, const struct list *list, msgpack_packer *packer)
{
    size_t size = list_item_size(field);
    struct field item = list_item_field(field);

    must(list->count <= UINT32_MAX);
    msgpack_pack_array(packer, list->count);
    for (size_t i = 0; i < list->count; i++) {
        if (field->item == KIND_OBJECT)
            pack_shape(field->shape, list_item(list, size, i), packer);
        else
            pack_field(&item, list_item(list, size, i), packer);
    }
}

/* The field is not absent. */
static void pack_field(const struct field *field, const void *value, msgpack_packer *packer)
{
    const void *at = field_at(field, value);

    switch (field->kind) {
    case KIND_UUID:
        pack_bytes(at, sizeof(struct uuid), packer);
        return;
    case KIND_TEXT:
    case KIND_JSON:
        pack_text(field_text(field, value), packer);
        return;
    case KIND_BYTES:
        pack_bytes(field_text(field, value).data, field_text(field, value).size, packer);
        return;
    case KIND_TIMESTAMP:
    case KIND_INT64:
        msgpack_pack_int64(packer, field_int64(field, value));
        return;
    case KIND_DOUBLE:
        msgpack_pack_double(packer, field_double(field, value) + 0.0); /* minus zero becomes zero */
        return;
    case KIND_BOOL:
        if (field_int64(field, value) == 1)
            msgpack_pack_true(packer);
        else
            msgpack_pack_false(packer);
        return;
    case KIND_ENUM:
        pack_enum(field, *(const struct enum_value *)at, packer);
        return;
    case KIND_PERSONAL:
        pack_personal(at, packer);
        return;
    case KIND_OBJECT:
        pack_shape(field->shape, field_object(field, value), packer);
        return;
    case KIND_LIST:
        pack_list(field, at, packer);
        return;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
}

/* The row with the least tag above `tag`: a table may show its rows in another order than that
 * of their tags, the stored form may not. */
static const struct field *next_by_tag(const struct shape *shape, uint16_t tag)
{
    const struct field *next = NULL;

    if (tag < shape_count(shape) && shape_field_at(shape, tag)->tag == tag + 1)
        return shape_field_at(shape, tag);
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        if (field->tag > tag && (next == NULL || field->tag < next->tag))
            next = field;
    }
    return next;
}

static void pack_map(const struct shape *shape, const void *value, msgpack_packer *packer)
{
    const struct field *field = NULL;
    size_t present = 0;

    for (size_t i = 0; i < shape_count(shape); i++) {
        must(shape_field_at(shape, i)->tag != 0);
        present += !field_is_absent(shape_field_at(shape, i), value);
    }
    msgpack_pack_map(packer, present);
    for (uint16_t tag = 0; (field = next_by_tag(shape, tag)) != NULL; tag = field->tag) {
        if (field_is_absent(field, value))
            continue;
        msgpack_pack_uint16(packer, field->tag);
        pack_field(field, value, packer);
    }
}

static void pack_array(const struct shape *shape, const void *value, msgpack_packer *packer)
{
    msgpack_pack_array(packer, shape_count(shape));
    for (size_t i = 0; i < shape_count(shape); i++) {
        if (field_is_absent(shape_field_at(shape, i), value))
            msgpack_pack_nil(packer);
        else
            pack_field(shape_field_at(shape, i), value, packer);
    }
}

static void pack_shape(const struct shape *shape, const void *value, msgpack_packer *packer)
{
    if (shape->form == FORM_ARRAY)
        pack_array(shape, value, packer);
    else
        pack_map(shape, value, packer);
}

void shape_pack(const struct shape *shape, const void *value, struct buf *out)
{
    msgpack_packer packer;

    msgpack_packer_init(&packer, out, add_to_buf);
    pack_shape(shape, value, &packer);
}
