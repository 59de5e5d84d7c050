/*
 * Masking in JSON: value by value, so that it stays JSON.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/buf.h"
#include "core/mask/mask.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

struct masking {
    const struct mask *mask;
    struct arena *arena;
    struct buf *out;
    bool has_found;
};

static void add_value(struct masking *masking, struct text value);

static struct text look(struct masking *masking, struct text t)
{
    struct text masked = mask_text(masking->mask, NULL, masking->arena, t);

    masking->has_found = masking->has_found || masked.data != t.data;
    return masked;
}

static void add_object(struct masking *masking, struct text object)
{
    struct text name;
    struct text value;
    size_t cursor = 0;

    buf_add_char(masking->out, '{');
    for (size_t i = 0; json_peek_pair(masking->arena, object, &cursor, &name, &value); i++) {
        if (i > 0)
            buf_add_char(masking->out, ',');
        json_write_text(masking->out, look(masking, name));
        buf_add_char(masking->out, ':');
        add_value(masking, value);
    }
    buf_add_char(masking->out, '}');
}

static void add_array(struct masking *masking, struct text array)
{
    struct text item;
    size_t cursor = 0;

    buf_add_char(masking->out, '[');
    for (size_t i = 0; json_peek_item(array, &cursor, &item); i++) {
        if (i > 0)
            buf_add_char(masking->out, ',');
        add_value(masking, item);
    }
    buf_add_char(masking->out, ']');
}

static void add_scalar(struct masking *masking, struct text value)
{
    struct text masked = look(masking, value);

    if (masked.data == value.data)
        buf_add_text(masking->out, value);
    else
        json_write_text(masking->out, masked);
}

/* As deep as what was read, which is bounded. */
static void add_value(struct masking *masking, struct text value)
{
    char first = value.size == 0 ? '\0' : value.data[0];

    if (first == '{')
        add_object(masking, value);
    else if (first == '[')
        add_array(masking, value);
    else if (first == '"')
        json_write_text(masking->out, look(masking, json_peek_text(masking->arena, value)));
    else
        add_scalar(masking, value);
}

struct json mask_json(const struct mask *mask, struct arena *arena, struct json value)
{
    AUTO_BUF out = {0};
    struct masking masking = {.mask = mask, .arena = arena, .out = &out};

    if (!text_is_present(value.text))
        return value;
    buf_init(&out, 6 * value.text.size + 64);
    add_value(&masking, value.text);
    return masking.has_found ? (struct json){text_copy(arena, buf_text(&out))} : value;
}
