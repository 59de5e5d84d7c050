/*
 * Rows as tables, CSV and lines.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/shape/shape_rows.h"

#include "core/base/must.h"
#include "core/shape/json_peek.h"

#include <string.h>

enum { MOST_COLUMNS = 64, MOST_DEPTH = 4, NAME_SIZE = 64, ARENA_BYTES = 64 << 20, GAP = 2 };

/* Cells. */

/* The character at `at`, whose bytes `*out_size` are; clean UTF-8. */
static uint32_t character_at(struct text text, size_t at, size_t *out_size)
{
    const unsigned char *bytes = (const unsigned char *)text.data + at;
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    uint32_t code;

    if (size > text.size - at)
        size = 1;
    code = bytes[0] & masks[size];
    for (size_t i = 1; i < size; i++)
        code = code << 6 | (bytes[i] & 0x3F);
    *out_size = size;
    return code;
}

/* Control characters (C0, DEL, C1), line and paragraph separators, and those for the direction. */
static bool steers(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C ||
           (code >= 0x200E && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

void rows_add_printable(struct buf *out, struct text text)
{
    size_t size = 0;

    for (size_t at = 0; at < text.size; at += size) {
        uint32_t code = character_at(text, at, &size);
        if (code == '\n')
            buf_add_c(out, "\\n");
        else if (code == '\t')
            buf_add_c(out, "\\t");
        else if (steers(code))
            buf_printf(out, "\\u%04x", (unsigned)code);
        else
            buf_add(out, text.data + at, size);
    }
}

static bool has_any(struct text text, const char *signs)
{
    for (size_t i = 0; i < text.size; i++) {
        if (strchr(signs, text.data[i]) != NULL)
            return true;
    }
    return false;
}

void rows_add_csv_cell(struct buf *out, struct text text)
{
    bool is_formula = text.size > 0 && strchr("=+-@\t\r", text.data[0]) != NULL;
    bool is_quoted = has_any(text, ",\"\r\n");

    if (is_quoted)
        buf_add_char(out, '"');
    if (is_formula)
        buf_add_char(out, '\'');
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '"')
            buf_add_char(out, '"');
        buf_add_char(out, text.data[i]);
    }
    if (is_quoted)
        buf_add_char(out, '"');
}

/* Columns. */

struct columns {
    struct text *names;
    size_t count;
};

static void add_columns(
    const struct shape *shape,
    struct text before,
    size_t depth,
    struct arena *arena,
    struct columns *out)
{
    char name[NAME_SIZE];

    for (size_t i = 0; i < shape_count(shape); i++) {
        const struct field *field = shape_field_at(shape, i);
        struct text whole;
        field_json_name(field, name);
        whole = text_format(arena, "%.*s%s", TEXT_ARGS(before), name);
        if (field->kind == KIND_OBJECT && depth < MOST_DEPTH)
            add_columns(
                field->shape, text_format(arena, "%.*s.", TEXT_ARGS(whole)), depth + 1, arena, out);
        else if (out->count < MOST_COLUMNS)
            out->names[out->count++] = whole;
    }
}

struct list rows_columns(const struct shape *shape, struct arena *arena)
{
    struct columns columns = {arena_array(arena, MOST_COLUMNS, sizeof(struct text)), 0};

    add_columns(shape, text_lit(""), 0, arena, &columns);
    return (struct list){columns.names, columns.count};
}

struct list rows_columns_named(const char *names, struct arena *arena)
{
    struct columns columns = {arena_array(arena, MOST_COLUMNS, sizeof(struct text)), 0};
    struct text rest = text_from(names);

    while (text_is_present(rest) && columns.count < MOST_COLUMNS)
        columns.names[columns.count++] = text_cut(&rest, ' ');
    return (struct list){columns.names, columns.count};
}

/* What stands in a column of a row: a string's text, else JSON as it is written; "" for null. */
static struct text cell_of(struct arena *arena, struct text row, struct text column)
{
    struct text value = row;
    struct text name;

    while (text_is_present(column) && text_is_present(value)) {
        name = text_cut(&column, '.');
        value = json_peek_member(arena, value, text_c(arena, name));
    }
    if (!text_is_present(value) || text_is(value, "null"))
        return text_lit("");
    return value.data[0] == '"' ? json_peek_text(arena, value) : value;
}

/* Tables: all cells, then how wide each column is. */

struct table {
    struct arena *arena;
    struct text *cells; /* printable; row after row */
    size_t width;       /* columns */
    size_t count;       /* cells */
    size_t room;
};

static void put_cell(struct table *table, struct text text)
{
    AUTO_BUF printable = {0};

    if (table->count == table->room) {
        size_t room = table->room == 0 ? 256 : table->room * 2;
        struct text *cells = arena_array(table->arena, room, sizeof(*cells));
        if (table->count > 0)
            memcpy(cells, table->cells, table->count * sizeof(*cells));
        table->cells = cells;
        table->room = room;
    }
    buf_init(&printable, ARENA_BYTES / 4);
    rows_add_printable(&printable, text);
    table->cells[table->count++] = text_copy(table->arena, buf_text(&printable));
}

static size_t width_of(const struct table *table, size_t column)
{
    size_t widest = 0;

    for (size_t i = column; i < table->count; i += table->width) {
        size_t width = text_length(table->cells[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void write_aligned(const struct table *table, struct buf *out)
{
    size_t widths[MOST_COLUMNS + 1];

    for (size_t i = 0; i < table->width; i++)
        widths[i] = width_of(table, i);
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->width;
        buf_add_text(out, table->cells[i]);
        if (column + 1 == table->width) {
            buf_add_char(out, '\n');
            continue;
        }
        for (size_t at = text_length(table->cells[i]); at < widths[column] + GAP; at++)
            buf_add_char(out, ' ');
    }
}

static void write_separated(const struct table *table, struct buf *out)
{
    for (size_t i = 0; i < table->count; i++) {
        buf_add_text(out, table->cells[i]);
        buf_add_char(out, (i + 1) % table->width == 0 ? '\n' : '\t');
    }
}

static void write_table(enum rows_form form, const struct table *table, struct buf *out)
{
    if (form == ROWS_TABLE)
        write_aligned(table, out);
    else
        write_separated(table, out);
}

/* Rows. */

static const struct text *names_of(const struct rows *rows)
{
    return rows->columns.items;
}

static void put_head(const struct rows *rows, struct table *table)
{
    if (rows->tag_name != NULL)
        put_cell(table, text_from(rows->tag_name));
    for (size_t i = 0; i < rows->columns.count; i++)
        put_cell(table, names_of(rows)[i]);
}

static void put_row(const struct rows *rows, struct text tag, struct text row, struct table *table)
{
    if (rows->tag_name != NULL)
        put_cell(table, tag);
    for (size_t i = 0; i < rows->columns.count; i++)
        put_cell(table, cell_of(table->arena, row, names_of(rows)[i]));
}

static void add_csv_row(
    const struct rows *rows, struct text tag, struct text row, struct arena *arena, struct buf *out)
{
    if (rows->tag_name != NULL)
        rows_add_csv_cell(out, tag);
    for (size_t i = 0; i < rows->columns.count; i++) {
        if (i > 0 || rows->tag_name != NULL)
            buf_add_char(out, ',');
        rows_add_csv_cell(out, cell_of(arena, row, names_of(rows)[i]));
    }
    buf_add_c(out, "\r\n");
}

static void add_line(struct text row, struct buf *out)
{
    buf_add_text(out, row);
    buf_add_char(out, '\n');
}

void rows_begin(const struct rows *rows, struct buf *out)
{
    if (rows->form != ROWS_CSV)
        return;
    if (rows->tag_name != NULL)
        buf_add_c(out, rows->tag_name);
    for (size_t i = 0; i < rows->columns.count; i++) {
        if (i > 0 || rows->tag_name != NULL)
            buf_add_char(out, ',');
        rows_add_csv_cell(out, names_of(rows)[i]);
    }
    buf_add_c(out, "\r\n");
}

static void add_row(
    const struct rows *rows,
    const struct rows_part *part,
    struct text row,
    struct table *table,
    struct buf *out)
{
    switch (rows->form) {
    case ROWS_TABLE:
    case ROWS_TABS:
        put_row(rows, part->tag, row, table);
        break;
    case ROWS_CSV:
        add_csv_row(rows, part->tag, row, table->arena, out);
        break;
    case ROWS_JSONL:
        add_line(row, out);
        break;
    }
}

void rows_add(const struct rows *rows, const struct rows_part *parts, size_t count, struct buf *out)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct table table = {
        .arena = arena, .width = rows->columns.count + (rows->tag_name == NULL ? 0 : 1)};

    must(rows->columns.count <= MOST_COLUMNS);
    if (rows->form == ROWS_TABLE && !rows->goes_on)
        put_head(rows, &table);
    for (size_t i = 0; i < count; i++) {
        struct text row;
        size_t cursor = 0;
        if (parts[i].json.size > 0 && parts[i].json.data[0] == '{')
            add_row(rows, &parts[i], parts[i].json, &table, out);
        while (json_peek_item(parts[i].json, &cursor, &row))
            add_row(rows, &parts[i], row, &table, out);
    }
    write_table(rows->form, &table, out);
}

/* Members. */

static void put_members(struct text before, struct text object, size_t depth, struct table *table)
{
    struct text name;
    struct text value;
    size_t cursor = 0;

    while (json_peek_pair(table->arena, object, &cursor, &name, &value)) {
        struct text whole =
            text_format(table->arena, "%.*s%.*s", TEXT_ARGS(before), TEXT_ARGS(name));
        if (value.size > 0 && value.data[0] == '{' && depth < MOST_DEPTH) {
            put_members(
                text_format(table->arena, "%.*s.", TEXT_ARGS(whole)), value, depth + 1, table);
            continue;
        }
        put_cell(table, whole);
        put_cell(
            table, text_is(value, "null") ? text_lit("")
                   : value.data[0] == '"' ? json_peek_text(table->arena, value)
                                          : value);
    }
}

void rows_add_members(enum rows_form form, struct text object, struct buf *out)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct table table = {.arena = arena, .width = 2};

    put_members(text_lit(""), object, 0, &table);
    write_table(form, &table, out);
}
