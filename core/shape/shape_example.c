/*
 * Examples for documents: values that the schemas of the same shapes allow, made from the rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/shape/shape_describe.h"
#include "core/shape/shape_internal.h"
#include "core/shape/shape_json.h"

/* Tried in turn: the first that fits the row's bounds and rule. */
static const char *const words[] = {"web-1",     "production", "Europe/Berlin",
                                    "10.20.0.7", "nginx",      "https://fleet.example.org/",
                                    "1",         "2026-03-22"};

/* 28 characters before the comma, 52 in all. */
static const char filler[] = "correct horse battery staple, and a long one of them";

static bool is_within(const struct field *field, struct text word)
{
    int64_t length = (int64_t)text_length(word);

    return length >= field->min && (field->max == 0 || length <= field->max);
}

static struct text word_for(const struct field *field)
{
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct text word = text_from(words[i]);
        if (is_within(field, word) && (field->accepts == NULL || field->accepts(word)))
            return word;
    }
    return text_slice(
        text_from(filler), 0, (size_t)(field->max > 0 && field->max < 52 ? field->max : 52));
}

static void write_text(const struct field *field, struct buf *out)
{
    if ((field->flags & EMAIL) != 0)
        json_write_text(out, text_lit("ann@example.org"));
    else if ((field->flags & SECRET) != 0)
        json_write_text(out, text_slice(text_from(filler), 0, field->min > 28 ? 52 : 28));
    else if ((field->flags & HAS_FALLBACK) != 0 && field->fallback_text != NULL)
        json_write_text(out, text_from(field->fallback_text));
    else
        json_write_text(out, word_for(field));
}

static int64_t number_for(const struct field *field)
{
    int64_t least = field->min == INT64_MIN ? 0 : field->min;

    if ((field->flags & HAS_FALLBACK) != 0)
        return field->fallback;
    if (field->max != 0 && field->max < 1)
        return field->max;
    return least > 1 ? least : 1;
}

static void write_list(const struct field *field, enum schema_side side, struct buf *out)
{
    struct field item;

    buf_add_char(out, '[');
    if (field->item == KIND_OBJECT) {
        shape_example_write(field->shape, side, out);
    } else {
        item = list_item_field(field);
        field_example_write(&item, side, out);
    }
    buf_add_char(out, ']');
}

void field_example_write(const struct field *field, enum schema_side side, struct buf *out)
{
    switch (field->kind) {
    case KIND_UUID:
        buf_add_c(out, "\"0195bd0c-7a4e-7c3b-9f1d-2e6a5b4c3d21\"");
        return;
    case KIND_TEXT:
    case KIND_PERSONAL:
        write_text(field, out);
        return;
    case KIND_BYTES:
        buf_add_c(out, "\"Zmxl\"");
        return;
    case KIND_TIMESTAMP:
        buf_add_c(out, "\"2026-03-22T16:47:29.120Z\"");
        return;
    case KIND_INT64:
    case KIND_DOUBLE:
        buf_add_int64(out, number_for(field));
        return;
    case KIND_BOOL:
        buf_add_c(out, field->fallback == OPT_FALSE.is ? "false" : "true");
        return;
    case KIND_ENUM:
        json_write_text(out, text_from(field->names[0]));
        return;
    case KIND_JSON:
        buf_add_c(out, "{}");
        return;
    case KIND_OBJECT:
        shape_example_write(field->shape, side, out);
        return;
    case KIND_LIST:
        write_list(field, side, out);
        return;
    case KIND_COUNT:
        break;
    }
    must(field->kind < KIND_COUNT);
}

void shape_example_write(const struct shape *shape, enum schema_side side, struct buf *out)
{
    bool is_first = true;

    buf_add_char(out, '{');
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char name[64];
        if (!field_is_shown(shape, field, side))
            continue;
        field_json_name(field, name);
        buf_printf(out, "%s\"%s\":", is_first ? "" : ",", name);
        field_example_write(field, side, out);
        is_first = false;
    }
    buf_add_char(out, '}');
}
