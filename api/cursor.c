/*
 * Making and reading cursors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/cursor.h"

#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/shape/shape_pack.h"

#include <string.h>

enum { VERSION = 1, LARGEST_CURSOR = 1 << 12 };

/* The values of the order, at the places that `of` has for them. */
static struct shape values_shape(struct field fields[MOST_ORDER], size_t count)
{
    for (size_t i = 0; i < count; i++)
        fields[i].tag = (uint16_t)(i + 1);
    return (struct shape){.name = "cursor", .fields = fields, .count = count, .form = FORM_ARRAY};
}

static void add_head(const struct resource *resource, struct buf *out)
{
    buf_add_u8(out, VERSION);
    buf_add_c(out, resource->name);
    buf_add_char(out, '\n');
}

struct text cursor_make(const struct resource *resource, const void *row, struct arena *arena)
{
    const struct shape *view = resource_view(resource);
    struct field fields[MOST_ORDER];
    size_t count = resource_order_count(resource);
    struct shape values;
    AUTO_BUF out = {0};

    for (size_t i = 0; i < count; i++)
        fields[i] = *shape_field(view, text_from(resource->order[i].column));
    values = values_shape(fields, count);
    buf_init(&out, LARGEST_CURSOR);
    add_head(resource, &out);
    shape_pack(&values, row, &out);
    must(!buf_is_full(&out));
    return base64url_encode(arena, buf_bytes(&out));
}

/* Reads the values into the input. False when they are of no cursor of this list. */
static bool read_values(
    const struct resource *resource,
    const struct shape *shape,
    struct resource_input *input,
    struct arena *arena)
{
    struct field fields[MOST_ORDER];
    size_t count = resource_order_count(resource);
    struct shape values;
    uint32_t start;
    struct bytes token;
    AUTO_BUF head = {0};

    buf_init(&head, LARGEST_CURSOR);
    add_head(resource, &head);
    if (!base64url_decode(arena, input->after, &token) || token.size < head.size ||
        memcmp(token.data, head.data, head.size) != 0)
        return false;
    must(count > 0);
    start = resource_cursor_field(shape, 0)->offset;
    for (size_t i = 0; i < count; i++) {
        fields[i] = *resource_cursor_field(shape, i);
        fields[i].offset -= start;
    }
    values = values_shape(fields, count);
    values.size = fields[count - 1].offset + fields[count - 1].size;
    token = (struct bytes){token.data + head.size, token.size - head.size};
    if (shape_unpack(&values, token, arena, (char *)input + start, NULL) != STATUS_OK)
        return false;
    return !field_is_absent(resource_cursor_field(shape, count - 1), input);
}

enum status cursor_read(
    const struct resource *resource,
    const struct shape *shape,
    struct resource_input *input,
    struct arena *arena,
    struct error *error)
{
    if (input->after.size == 0)
        return STATUS_OK;
    if (input->offset > 0 && input->offset != INT64_ABSENT)
        return error_set_field(error, "invalid_cursor", "after", "and offset exclude each other");
    if (resource->has_row_cursor && uuid_parse(input->after, &input->after_id))
        return STATUS_OK;
    if (!read_values(resource, shape, input, arena))
        return error_set_field(
            error, "invalid_cursor", "after", "must be a cursor that this list has given");
    return STATUS_OK;
}
