/*
 * Fields to PostgreSQL's binary forms, as parameters and as columns.
 *
 *   array:  int32 dimensions (1) · int32 has-nulls · int32 type · int32 items · int32 lower (1)
 *           then per item: int32 length (-1: null) · bytes
 *   jsonb:  0x01 · text
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/db/db_internal.h"
#include "core/shape/shape_json.h"

#include <limits.h>
#include <math.h>
#include <string.h>

enum { JSONB_VERSION = 1, LOWER_BOUND = 1 };

static void add_text(struct buf *out, struct text t)
{
    buf_add(out, t.data, t.size);
}

static uint64_t int64_of(const void *value)
{
    return (uint64_t) * (const int64_t *)value;
}

static void add_double(struct buf *out, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    buf_add_u64be(out, bits);
}

static void add_enum(struct buf *out, const struct field *field, struct enum_value choice)
{
    const char *name = enum_name(field->names, choice);

    must(name != NULL);
    buf_add_c(out, name);
}

/* One item of a list, plain (as an array's element). */
static void add_plain_item(struct buf *out, const struct field *field, const void *item)
{
    if (field->item == KIND_UUID)
        buf_add(out, item, sizeof(struct uuid));
    else if (field->item == KIND_TEXT)
        add_text(out, *(const struct text *)item);
    else if (field->item == KIND_INT64)
        buf_add_u64be(out, int64_of(item));
    else
        add_enum(out, field, *(const struct enum_value *)item);
}

static void add_json_item(struct buf *out, const struct field *field, const void *item)
{
    char id[UUID_TEXT_SIZE];

    if (field->item == KIND_UUID) {
        uuid_print(*(const struct uuid *)item, id);
        json_write_text(out, text_from(id));
    } else if (field->item == KIND_TEXT) {
        json_write_text(out, *(const struct text *)item);
    } else if (field->item == KIND_INT64) {
        buf_add_int64(out, *(const int64_t *)item);
    } else {
        json_write_text(out, text_from(enum_name(field->names, *(const struct enum_value *)item)));
    }
}

static void add_array_head(struct buf *out, Oid element, size_t count)
{
    buf_add_u32be(out, count == 0 ? 0 : 1);
    buf_add_u32be(out, 1); /* the server looks for nulls itself */
    buf_add_u32be(out, element);
    if (count > 0) {
        must(count <= INT32_MAX);
        buf_add_u32be(out, (uint32_t)count);
        buf_add_u32be(out, LOWER_BOUND);
    }
}

/* Reserves a length; returns where, for end_sized(). */
static size_t begin_sized(struct buf *out)
{
    buf_add_u32be(out, 0);
    return out->size;
}

static void end_sized(struct buf *out, size_t start)
{
    if (!buf_is_full(out))
        buf_patch_u32be(out, start - sizeof(uint32_t), (uint32_t)(out->size - start));
}

static void add_array(struct buf *out, const struct field *field, const struct list *list)
{
    size_t size = list_item_size(field);

    add_array_head(out, db_kind_type(field->item), list->count);
    for (size_t i = 0; i < list->count; i++) {
        size_t start = begin_sized(out);
        add_plain_item(out, field, list_item(list, size, i));
        end_sized(out, start);
    }
}

static void add_json_list(struct buf *out, const struct field *field, const struct list *list)
{
    size_t size = list_item_size(field);

    buf_add_u8(out, JSONB_VERSION);
    if (field->item == KIND_OBJECT) {
        shape_json_write_list(field->shape, list->items, list->count, out);
        return;
    }
    buf_add_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        add_json_item(out, field, list_item(list, size, i));
    }
    buf_add_char(out, ']');
}

void db_bind_column(const struct field *field, const void *row, struct buf *out)
{
    const void *value = field_at(field, row);

    switch (field->kind) {
    case KIND_UUID:
        buf_add(out, value, sizeof(struct uuid));
        break;
    case KIND_TEXT:
        add_text(out, *(const struct text *)value);
        break;
    case KIND_BYTES:
        add_text(out, text_of_bytes(*(const struct bytes *)value));
        break;
    case KIND_TIMESTAMP:
        buf_add_u64be(out, (uint64_t)((const struct timestamp *)value)->us - POSTGRES_EPOCH_US);
        break;
    case KIND_INT64:
        buf_add_u64be(out, int64_of(value));
        break;
    case KIND_DOUBLE:
        add_double(out, *(const double *)value);
        break;
    case KIND_BOOL:
        buf_add_u8(out, opt_bool_is_true(*(const struct opt_bool *)value) ? 1 : 0);
        break;
    case KIND_ENUM:
        add_enum(out, field, *(const struct enum_value *)value);
        break;
    case KIND_JSON:
        buf_add_u8(out, JSONB_VERSION);
        add_text(out, ((const struct json *)value)->text);
        break;
    case KIND_PERSONAL:
        add_text(out, ((const struct personal *)value)->text);
        break;
    case KIND_OBJECT:
        buf_add_u8(out, JSONB_VERSION);
        shape_json_write(field->shape, *(const void *const *)value, out);
        break;
    case KIND_LIST:
        add_json_list(out, field, value);
        break;
    case KIND_COUNT:
        must_fail(__FILE__, __LINE__, "a kind");
    }
}

void db_bind_param(const struct field *field, const void *row, struct buf *out)
{
    if (db_binds_as_array(field))
        add_array(out, field, field_at(field, row));
    else
        db_bind_column(field, row, out);
}

/* A person's field that is only boxed has no text to store. */
bool db_column_is_null(const struct field *field, const void *row)
{
    if (field->kind == KIND_PERSONAL)
        return !text_is_present(((const struct personal *)field_at(field, row))->text);
    return field_is_absent(field, row);
}

void db_bind_column_sized(const struct field *field, const void *row, struct buf *out)
{
    size_t start;

    if (db_column_is_null(field, row)) {
        buf_add_u32be(out, UINT32_MAX);
        return;
    }
    start = begin_sized(out);
    db_bind_column(field, row, out);
    end_sized(out, start);
}

void db_bind_column_array(
    const struct field *field, const void *const *rows, size_t count, struct buf *out)
{
    add_array_head(out, db_column_type(field), count);
    for (size_t i = 0; i < count; i++)
        db_bind_column_sized(field, rows[i], out);
}

void db_bind_keys(const struct uuid *keys, size_t count, struct buf *out)
{
    add_array_head(out, OID_UUID, count);
    for (size_t i = 0; i < count; i++) {
        buf_add_u32be(out, sizeof(keys[i].bytes));
        buf_add(out, keys[i].bytes, sizeof(keys[i].bytes));
    }
}
