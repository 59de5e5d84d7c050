/*
 * Rows of a result, binary, into structs of a shape: columns to fields by name, null to absent.
 *
 * What comes is our own database's, but a length or a type is believed only after a look at it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db_internal.h"
#include "core/shape/shape_json.h"

#include <string.h>

/* One value of a row. */
struct cell {
    const uint8_t *data;
    size_t size;
};

static uint64_t big_endian(struct cell cell)
{
    uint64_t value = 0;

    for (size_t i = 0; i < cell.size; i++)
        value = value << 8 | cell.data[i];
    return value;
}

static bool read_int64(struct cell cell, int64_t *out)
{
    uint64_t raw = big_endian(cell);

    if (cell.size == 8)
        *out = (int64_t)raw;
    else if (cell.size == 4)
        *out = (int32_t)raw;
    else if (cell.size == 2)
        *out = (int16_t)raw;
    else
        return false;
    return true;
}

static bool read_double(struct cell cell, double *out)
{
    uint64_t raw = big_endian(cell);
    uint32_t short_raw = (uint32_t)raw;
    float single;

    if (cell.size == sizeof(double)) {
        memcpy(out, &raw, sizeof(*out));
        return true;
    }
    if (cell.size != sizeof(single))
        return false;
    memcpy(&single, &short_raw, sizeof(single));
    *out = (double)single;
    return true;
}

static bool read_timestamp(struct cell cell, struct timestamp *out)
{
    int64_t us;

    if (cell.size != 8 || __builtin_add_overflow((int64_t)big_endian(cell), POSTGRES_EPOCH_US, &us))
        return false;
    *out = (struct timestamp){us};
    return true;
}

static struct text cell_text(struct cell cell, struct arena *arena)
{
    return text_copy(arena, (struct text){(const char *)cell.data, cell.size});
}

/* jsonb comes with a version before it and blanks after every ':' and ','. */
static struct text read_json(Oid type, struct cell cell, struct arena *arena)
{
    size_t from = type == OID_JSONB && cell.size > 0 ? 1 : 0;
    char *out = arena_take(arena, cell.size + 1);
    size_t size = 0;
    bool is_quoted = false;

    for (size_t i = from; i < cell.size; i++) {
        char c = (char)cell.data[i];
        if (!is_quoted && (c == ' ' || c == '\n' || c == '\t' || c == '\r'))
            continue;
        if (c == '"')
            is_quoted = !is_quoted;
        out[size++] = c;
        if (is_quoted && c == '\\' && i + 1 < cell.size)
            out[size++] = (char)cell.data[++i];
    }
    out[size] = '\0';
    return (struct text){out, size};
}

/* Reads an object or a list by the JSON reader, as the only member of a shape made for it. */
static bool read_nested(const struct field *field, struct text json, struct arena *arena, void *out)
{
    struct field member = {
        .name = "x",
        .kind = field->kind,
        .item = field->item,
        .tag = 1,
        .size = field->size,
        .names = field->names,
        .shape = field->shape,
    };
    const struct shape wrapper = {
        .name = "column", .fields = &member, .count = 1, .size = field->size};
    struct text body = text_format(arena, "{\"x\":%.*s}", TEXT_ARGS(json));
    struct error error;

    return shape_json_read(&wrapper, body, arena, out, &error) == STATUS_OK;
}

static bool
read_field(const struct field *field, Oid type, struct cell cell, struct arena *arena, void *value)
{
    switch (field->kind) {
    case KIND_UUID:
        if (cell.size != sizeof(struct uuid))
            return false;
        memcpy(value, cell.data, cell.size);
        return true;
    case KIND_TEXT:
        *(struct text *)value = cell_text(cell, arena);
        return true;
    case KIND_BYTES:
        *(struct bytes *)value = bytes_of_text(cell_text(cell, arena));
        return true;
    case KIND_TIMESTAMP:
        return read_timestamp(cell, value);
    case KIND_INT64:
        return read_int64(cell, value);
    case KIND_DOUBLE:
        return read_double(cell, value);
    case KIND_BOOL:
        *(struct opt_bool *)value = opt_bool_of(big_endian(cell) != 0);
        return cell.size == 1;
    case KIND_ENUM:
        *(struct enum_value *)value =
            enum_from(field->names, (struct text){(const char *)cell.data, cell.size});
        return ((struct enum_value *)value)->is != 0;
    case KIND_JSON:
        ((struct json *)value)->text = read_json(type, cell, arena);
        return true;
    case KIND_PERSONAL:
        ((struct personal *)value)->text = cell_text(cell, arena);
        return true;
    case KIND_OBJECT:
    case KIND_LIST:
        return read_nested(field, read_json(type, cell, arena), arena, value);
    case KIND_COUNT:
        break;
    }
    return false;
}

/* Once per statement: the names are the same in every result of it. */
static enum status resolve(
    struct statement *statement,
    const struct shape *row,
    const PGresult *result,
    struct error *error)
{
    size_t count = (size_t)PQnfields(result);

    if (count > MOST_COLUMNS)
        return error_set(
            error, STATUS_INTERNAL, "statement %s has more than %d columns", statement->name,
            MOST_COLUMNS);
    for (size_t i = 0; i < count; i++) {
        const struct field *field = shape_field(row, text_from(PQfname(result, (int)i)));
        Oid type = PQftype(result, (int)i);
        if (field != NULL && !db_column_fits(field, type))
            return error_set(
                error, STATUS_INTERNAL, "statement %s: column %s is %s", statement->name,
                field->name, db_type_name(type));
        statement->columns[i] = field;
    }
    statement->column_count = count;
    statement->row = row;
    return STATUS_OK;
}

static enum status read_row(
    const struct statement *statement,
    const PGresult *result,
    int number,
    struct arena *arena,
    void *out)
{
    for (size_t i = 0; i < statement->column_count; i++) {
        const struct field *field = statement->columns[i];
        int column = (int)i;
        if (field == NULL || PQgetisnull(result, number, column))
            continue;
        struct cell cell = {
            (const uint8_t *)PQgetvalue(result, number, column),
            (size_t)PQgetlength(result, number, column)};
        if (!read_field(field, PQftype(result, column), cell, arena, field_in(field, out)))
            return STATUS_CORRUPT;
    }
    return STATUS_OK;
}

enum status db_read_rows(
    struct statement *statement,
    const struct shape *row,
    const PGresult *result,
    struct arena *arena,
    const void **out_rows,
    struct error *error)
{
    int count = PQntuples(result);
    char *rows = arena_array(arena, (size_t)count, row->size);

    if (statement->row != row) {
        enum status status = resolve(statement, row, result, error);
        if (status != STATUS_OK)
            return status;
    }
    for (int i = 0; i < count && !arena_is_full(arena); i++) {
        void *out = rows + (size_t)i * row->size;
        shape_clear(row, out);
        if (read_row(statement, result, i, arena, out) != STATUS_OK)
            return error_set(
                error, STATUS_CORRUPT, "statement %s: a value does not fit %s", statement->name,
                row->name);
    }
    if (arena_is_full(arena))
        return error_set(
            error, STATUS_TOO_LARGE, "the rows of statement %s are too large", statement->name);
    *out_rows = rows;
    return STATUS_OK;
}
