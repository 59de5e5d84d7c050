/*
 * JSON from structs, straight into the buffer: no tree is built, no text is copied twice.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_json.h"

#include <math.h>
#include <string.h>

enum { MOST_FIELDS = 256, KEY_SIZE = 64 + 4 };

static void write_field(const struct field *field, const void *value, struct buf *out);

static void write_escape(struct buf *out, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    static const char short_names[] = "btn?fr"; /* from U+0008 */
    char escape[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};

    if (c == '"' || c == '\\' || (c >= '\b' && c <= '\r' && c != '\v')) {
        escape[1] = c >= '\b' && c <= '\r' ? short_names[c - '\b'] : (char)c;
        buf_add(out, escape, 2);
    } else {
        buf_add(out, escape, sizeof(escape));
    }
}

void json_write_text(struct buf *out, struct text t)
{
    size_t written = 0;

    buf_add_char(out, '"');
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.data[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, t.data + written, i - written);
        write_escape(out, c);
        written = i + 1;
    }
    if (written < t.size)
        buf_add(out, t.data + written, t.size - written);
    buf_add_char(out, '"');
}

static void write_uuid(struct uuid id, struct buf *out)
{
    char quoted[UUID_TEXT_SIZE + 1];

    quoted[0] = '"';
    uuid_print(id, quoted + 1);
    quoted[UUID_TEXT_SIZE] = '"'; /* over the terminator */
    buf_add(out, quoted, sizeof(quoted));
}

static void write_timestamp(struct timestamp m, struct buf *out)
{
    char quoted[TIMESTAMP_TEXT_SIZE + 1];

    quoted[0] = '"';
    timestamp_print(m, quoted + 1);
    quoted[TIMESTAMP_TEXT_SIZE] = '"';
    buf_add(out, quoted, sizeof(quoted));
}

static void write_double(double value, struct buf *out)
{
    char digits[NUMBER_TEXT_SIZE];

    if (!isfinite(value)) {
        buf_add_c(out, "null"); /* JSON has no word for it */
        return;
    }
    shape_print_double(value, digits);
    buf_add_c(out, digits);
}

static void write_base64(struct bytes b, struct buf *out)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    buf_add_char(out, '"');
    for (size_t i = 0; i < b.size; i += 3) {
        size_t have = b.size - i < 3 ? b.size - i : 3;
        uint32_t group = (uint32_t)b.data[i] << 16;
        char four[4];
        group |= have > 1 ? (uint32_t)b.data[i + 1] << 8 : 0;
        group |= have > 2 ? (uint32_t)b.data[i + 2] : 0;
        for (size_t k = 0; k < 4; k++)
            four[k] = k <= have ? alphabet[group >> (18 - 6 * k) & 63] : '=';
        buf_add(out, four, sizeof(four));
    }
    buf_add_char(out, '"');
}

static void write_enum(const struct field *field, struct enum_value value, struct buf *out)
{
    const char *name = enum_name(field->names, value);

    must(name != NULL);
    json_write_text(out, text_from(name));
}

static void write_personal(const struct personal *personal, struct buf *out)
{
    if (personal->text.data == NULL)
        buf_add_c(out, "null"); /* still sealed */
    else
        json_write_text(out, personal->text);
}

static void write_items(const struct field *field, const struct list *list, struct buf *out)
{
    size_t size = list_item_size(field);
    struct field item = list_item_field(field);

    buf_add_char(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        write_field(&item, list_item(list, size, i), out);
    }
    buf_add_char(out, ']');
}

static void write_list(const struct field *field, const struct list *list, struct buf *out)
{
    if (field->item == KIND_OBJECT)
        shape_json_write_list(field->shape, list->items, list->count, out);
    else
        write_items(field, list, out);
}

/* The field is not absent. */
static void write_field(const struct field *field, const void *value, struct buf *out)
{
    const void *at = field_at(field, value);

    switch (field->kind) {
    case KIND_UUID:
        write_uuid(*(const struct uuid *)at, out);
        return;
    case KIND_TEXT:
        json_write_text(out, *(const struct text *)at);
        return;
    case KIND_BYTES:
        write_base64(*(const struct bytes *)at, out);
        return;
    case KIND_TIMESTAMP:
        write_timestamp(*(const struct timestamp *)at, out);
        return;
    case KIND_INT64:
        buf_add_int64(out, *(const int64_t *)at);
        return;
    case KIND_DOUBLE:
        write_double(*(const double *)at, out);
        return;
    case KIND_BOOL:
        buf_add_c(out, opt_bool_is_true(*(const struct opt_bool *)at) ? "true" : "false");
        return;
    case KIND_ENUM:
        write_enum(field, *(const struct enum_value *)at, out);
        return;
    case KIND_JSON:
        buf_add_text(out, *(const struct text *)at);
        return;
    case KIND_PERSONAL:
        write_personal(at, out);
        return;
    case KIND_OBJECT:
        shape_json_write(field->shape, field_object(field, value), out);
        return;
    case KIND_LIST:
        write_list(field, at, out);
        return;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
}

void shape_json_write_field(const struct field *field, const void *value, struct buf *out)
{
    if (field_is_absent(field, value))
        buf_add_c(out, "null");
    else
        write_field(field, value, out);
}

/* ,"name": as it stands between values. */
static void add_key(const struct field *field, struct buf *out)
{
    char key[KEY_SIZE] = ",\"";
    size_t size;

    field_json_name(field, key + 2);
    size = 2 + strlen(key + 2);
    key[size++] = '"';
    key[size++] = ':';
    buf_add(out, key, size);
}

/* The keys of all fields of a shape, in a row. */
struct keys {
    struct buf text;
    uint32_t ends[MOST_FIELDS];
};

static void make_keys(struct keys *keys, const struct shape *shape)
{
    must(shape_count(shape) <= MOST_FIELDS);
    buf_init(&keys->text, MOST_FIELDS * KEY_SIZE);
    for (size_t i = 0; i < shape_count(shape); i++) {
        add_key(shape_field_at(shape, i), &keys->text);
        keys->ends[i] = (uint32_t)keys->text.size;
    }
}

static void write_key(const struct shape *shape, const struct keys *keys, size_t i, struct buf *out)
{
    size_t begin;

    if (keys == NULL) {
        add_key(shape_field_at(shape, i), out);
        return;
    }
    begin = i == 0 ? 0 : keys->ends[i - 1];
    buf_add(out, keys->text.data + begin, keys->ends[i] - begin);
}

/* `keys` NULL: they are made on the way. */
static void
write_object(const struct shape *shape, const struct keys *keys, const void *value, struct buf *out)
{
    size_t count = shape_count(shape);
    size_t start = out->size;

    for (size_t i = 0; i < count; i++) {
        const struct field *field = shape_field_at(shape, i);
        bool is_absent = field_is_absent(field, value);
        if ((field->flags & (SECRET | HIDDEN)) != 0 ||
            (is_absent && (field->flags & OMIT_ABSENT) != 0))
            continue;
        write_key(shape, keys, i, out);
        if (is_absent)
            buf_add(out, "null", 4);
        else
            write_field(field, value, out);
    }
    if (out->size == start)
        buf_add_char(out, '{');
    else if (!buf_is_full(out))
        out->data[start] = '{'; /* for the comma of the first key */
    buf_add_char(out, '}');
}

void shape_json_write(const struct shape *shape, const void *value, struct buf *out)
{
    write_object(shape, NULL, value, out);
}

/* The names are made once for all items. */
void shape_json_write_list(
    const struct shape *shape, const void *items, size_t count, struct buf *out)
{
    struct keys keys;

    make_keys(&keys, shape);
    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        write_object(shape, &keys, (const char *)items + i * shape->size, out);
    }
    buf_add_char(out, ']');
    buf_fini(&keys.text);
}
