/*
 * Tables for people, and the lines by which the golden catalogue guards what is stored.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_describe.h"

#include "core/base/must.h"
#include "core/shape/shape_internal.h"

#include <stdio.h>

const char *kind_name(enum kind kind)
{
    switch (kind) {
    case KIND_UUID:
        return "uuid";
    case KIND_TEXT:
        return "text";
    case KIND_BYTES:
        return "bytes";
    case KIND_TIMESTAMP:
        return "timestamp";
    case KIND_INT64:
        return "int64";
    case KIND_DOUBLE:
        return "double";
    case KIND_BOOL:
        return "boolean";
    case KIND_ENUM:
        return "enum";
    case KIND_JSON:
        return "json";
    case KIND_PERSONAL:
        return "personal";
    case KIND_OBJECT:
        return "object";
    case KIND_LIST:
        return "list";
    case KIND_COUNT:
        break;
    }
    must(kind < KIND_COUNT);
    return "";
}

/* A separator stands between the words of a cell, not before the first. */
struct cell {
    struct buf *out;
    bool is_empty;
};

static void add_word(struct cell *cell, const char *word)
{
    buf_printf(cell->out, "%s%s", cell->is_empty ? "" : ", ", word);
    cell->is_empty = false;
}

static void add_bound(struct cell *cell, const char *words, int64_t bound)
{
    char word[64];

    snprintf(word, sizeof(word), "%s %lld", words, (long long)bound);
    add_word(cell, word);
}

static void add_names(struct cell *cell, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        buf_printf(cell->out, "%s`%s`", cell->is_empty ? "" : i == 0 ? ", " : " ", names[i]);
        cell->is_empty = false;
    }
}

static void write_bounds(const struct field *field, struct buf *out)
{
    struct cell cell = {out, true};
    bool is_number = field->kind == KIND_INT64 || field->kind == KIND_DOUBLE;
    bool has_enum_names = field->names != NULL;

    if ((field->flags & REQUIRED) != 0)
        add_word(&cell, "required");
    if (is_number ? field->min != INT64_MIN : field->min > 0)
        add_bound(&cell, "at least", field->min);
    if (field->max != 0)
        add_bound(&cell, "at most", field->max);
    if ((field->flags & UNIQUE) != 0)
        add_word(&cell, "no repeats");
    if ((field->flags & EMAIL) != 0)
        add_word(&cell, "a mail address");
    if ((field->flags & SECRET) != 0)
        add_word(&cell, "secret");
    if ((field->flags & MAY_BE_NULL) != 0)
        add_word(&cell, "null clears");
    if ((field->flags & FROM_PATH) != 0)
        add_word(&cell, "from the path");
    if ((field->flags & SERVER_SET) != 0)
        add_word(&cell, "set by the server");
    if (has_enum_names)
        add_names(&cell, field->names);
}

static void write_kind(const struct field *field, const char *between, struct buf *out)
{
    buf_add_c(out, kind_name(field->kind));
    if (field->kind == KIND_LIST)
        buf_printf(out, "%s%s", between, kind_name(field->item));
}

/* A bar would end the cell. */
static void write_sentence(const char *sentence, struct buf *out)
{
    for (; sentence != NULL && *sentence != '\0'; sentence++) {
        if (*sentence == '|')
            buf_add_char(out, '\\');
        buf_add_char(out, *sentence);
    }
}

static void
describe_rows(const struct shape *shape, const char *prefix, bool has_tags, struct buf *out)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char name[64];
        char path[256];
        field_json_name(field, name);
        snprintf(path, sizeof(path), "%s%s", prefix, name);
        if (has_tags)
            buf_printf(out, "| %d ", field->tag);
        buf_printf(out, "| `%s` | ", path);
        write_kind(field, " of ", out);
        buf_add_c(out, " | ");
        write_bounds(field, out);
        buf_add_c(out, " | ");
        write_sentence(field->doc, out);
        buf_add_c(out, " |\n");
        if (field->shape != NULL) {
            snprintf(path, sizeof(path), "%s%s.", prefix, name);
            describe_rows(field->shape, path, has_tags, out);
        }
    }
}

void shape_describe(const struct shape *shape, struct buf *out)
{
    buf_add_c(out, "| Name | Kind | Bounds | Meaning |\n|---|---|---|---|\n");
    describe_rows(shape, "", false, out);
}

void shape_describe_stored(const struct shape *shape, struct buf *out)
{
    buf_add_c(out, "| Tag | Name | Kind | Bounds | Meaning |\n|---|---|---|---|---|\n");
    describe_rows(shape, "", true, out);
}

static void write_cut(const struct field *field, struct buf *out)
{
    if (field->max > 0)
        buf_printf(
            out, "cut to %lld %s", (long long)field->max,
            (field->flags & IN_UTF16) != 0 ? "UTF-16 code units" : "characters");
    if (field->min > 0)
        buf_printf(out, "%sdropped below %lld", field->max > 0 ? ", " : "", (long long)field->min);
}

static void write_nearest(const struct field *field, struct buf *out)
{
    buf_add_c(out, "the nearest number");
    if (field->min != INT64_MIN)
        buf_printf(out, " from %lld", (long long)field->min);
    if (field->max != 0)
        buf_printf(out, " to %lld", (long long)field->max);
    buf_add_c(out, "; dropped where it is none");
}

static void write_leniency(const struct field *field, struct buf *out)
{
    bool is_number = field->kind == KIND_INT64 || field->kind == KIND_DOUBLE;

    if ((field->flags & EXACT) != 0)
        buf_add_c(out, "refused");
    else if (field->kind == KIND_TEXT || field->kind == KIND_PERSONAL)
        write_cut(field, out);
    else if (is_number)
        write_nearest(field, out);
    else if (field->kind == KIND_LIST)
        buf_printf(
            out, "the first %lld items, without those that cannot be read", (long long)field->max);
    else if (field->kind == KIND_JSON && field->max > 0)
        buf_printf(out, "dropped, also beyond %lld bytes", (long long)field->max);
    else
        buf_add_c(out, "dropped");
}

static void describe_leniency(const struct shape *shape, const char *prefix, struct buf *out)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        char name[64];
        char path[256];
        if ((field->flags & SERVER_SET) != 0)
            continue;
        field_json_name(field, name);
        snprintf(path, sizeof(path), "%s%s", prefix, name);
        buf_printf(out, "| `%s` | ", path);
        write_leniency(field, out);
        buf_add_c(out, " |\n");
        snprintf(path, sizeof(path), "%s%s.", prefix, name);
        if (field->shape != NULL)
            describe_leniency(field->shape, path, out);
    }
}

void shape_describe_leniency(const struct shape *shape, struct buf *out)
{
    buf_add_c(out, "| Field | What is not as it should be |\n|---|---|\n");
    describe_leniency(shape, "", out);
}

void shape_golden(const struct shape *shape, const char *prefix, struct buf *out)
{
    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        buf_printf(out, "%s %d ", prefix, field->tag);
        write_kind(field, ":", out);
        buf_printf(out, " %s\n", field->name);
        for (size_t k = 0; field->names != NULL && field->names[k] != NULL; k++)
            buf_printf(out, "%s %d is %s\n", prefix, field->tag, field->names[k]);
        if (field->shape != NULL) {
            char inner[256];
            snprintf(inner, sizeof(inner), "%s/%d", prefix, field->tag);
            shape_golden(field->shape, inner, out);
        }
    }
}
