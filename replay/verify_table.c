/*
 * The statement that compares: a full join by key that keeps what differs, and says where.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/verify_table.h"

#include "core/base/must.h"
#include "core/base/uuid.h"

#include <stdio.h>

enum { LONGEST_STATEMENT = 64 << 10 };

struct difference {
    struct uuid id;
    struct text what; /* the columns, or which side lacks the row */
    int64_t total;
};
static const struct field difference_fields[] = {
    {UUID(difference, id), .doc = "Id of the row."},
    {TEXT(difference, what), .doc = "Columns that differ, or the side that lacks the row."},
    {INT64(difference, total), .doc = "Number of rows of the table that differ."},
};
static const struct shape difference_shape = SHAPE(difference, "A row that differs.");

static void add_columns(struct buf *out, const struct shape *shape, const char *side)
{
    for (size_t i = 0; i < shape->count; i++)
        buf_printf(out, "%s%s.\"%s\"", i == 0 ? "" : ", ", side, shape->fields[i].name);
}

/* Names the columns of a row that both have. */
static void add_names(struct buf *out, const struct shape *shape)
{
    buf_add_c(out, "concat_ws(', '");
    for (size_t i = 0; i < shape->count; i++) {
        const char *name = shape->fields[i].name;
        buf_printf(
            out, ",\n  case when a.\"%s\" is distinct from b.\"%s\" then '%s' end", name, name,
            name);
    }
    buf_add_c(out, ")");
}

static void
add_statement(struct buf *out, const struct table_comparison *comparison, const struct table *table)
{
    const char *key = table->shape->fields[0].name;

    buf_printf(
        out,
        "select coalesce(a.\"%s\", b.\"%s\") as id,\n"
        " case when a.\"%s\" is null then 'the row is missing'\n"
        " when b.\"%s\" is null then 'a row that no event made'\n else ",
        key, key, key, key);
    add_names(out, table->shape);
    buf_printf(
        out,
        " end as what,\n count(*) over () as total\n"
        "from %s.\"%s\" a full join %s.\"%s\" b on a.\"%s\" = b.\"%s\"\n"
        "where a.\"%s\" is null or b.\"%s\" is null or (",
        comparison->served, table->name, comparison->fresh, table->name, key, key, key, key);
    add_columns(out, table->shape, "a");
    buf_add_c(out, ") is distinct from (");
    add_columns(out, table->shape, "b");
    buf_printf(out, ")\norder by 1 limit %d", (int)MOST_FINDINGS);
}

static void find_rows(
    const struct table_comparison *comparison,
    const struct table *table,
    const struct difference *rows,
    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char id[UUID_TEXT_SIZE];
        uuid_print(rows[i].id, id);
        part_find(
            comparison->arena, comparison->part,
            text_format(
                comparison->arena, "%s %s: %.*s", table->name, id, TEXT_ARGS(rows[i].what)));
    }
    if (count > 0)
        comparison->part->differences += rows[0].total - (int64_t)count;
}

/* Without its primary key a table could hold a row twice, which the join would not show. */
static enum status find_repeats(
    const struct table_comparison *comparison, const struct table *table, struct error *error)
{
    struct arena *arena = comparison->arena;
    struct text query = text_format(
        arena,
        "select (select count(*) from %s.\"%s\") - (select count(distinct \"%s\") from %s.\"%s\")",
        comparison->served, table->name, table->shape->fields[0].name, comparison->served,
        table->name);
    struct text repeats = {NULL, 0};
    enum status status = db_value(comparison->db, arena, query.data, &repeats, error);

    if (status == STATUS_OK && !text_is(repeats, "0"))
        part_find(
            arena, comparison->part,
            text_format(arena, "%s: %.*s rows repeated", table->name, TEXT_ARGS(repeats)));
    return status;
}

static enum status
compare(const struct table_comparison *comparison, const struct table *table, struct error *error)
{
    struct text name = text_format(comparison->arena, "verify.%s", table->name);
    struct sql sql = {.name = name.data, .row = &difference_shape};
    const void *rows = NULL;
    size_t count = 0;
    enum status status;
    AUTO_BUF text;

    buf_init(&text, LONGEST_STATEMENT);
    add_statement(&text, comparison, table);
    must(!buf_is_full(&text));
    sql.text = text.data;
    status = db_query(comparison->db, &sql, NULL, comparison->arena, &rows, &count, error);
    if (status != STATUS_OK)
        return status;
    find_rows(comparison, table, rows, count);
    return find_repeats(comparison, table, error);
}

enum status verify_table_compare(
    const struct table_comparison *comparison, const struct table *table, struct error *error)
{
    struct error why = {0};
    enum status status = db_script(comparison->db, "savepoint before_table", error);

    if (status != STATUS_OK)
        return status;
    status = compare(comparison, table, &why);
    if (status != STATUS_INTERNAL) {
        if (status != STATUS_OK && error != NULL)
            *error = why;
        return status;
    }
    part_find(
        comparison->arena, comparison->part,
        text_format(comparison->arena, "%s: %s", table->name, why.text));
    return db_script(comparison->db, "rollback to savepoint before_table", error);
}

enum status verify_tables_compare(
    const struct table_comparison *comparison, int64_t *out_count, struct error *error)
{
    enum status status = STATUS_OK;

    *out_count = 0;
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        const struct table *const *tables = projector_catalog[i]->tables;

        for (size_t j = 0; status == STATUS_OK && tables[j] != NULL; j++) {
            status = verify_table_compare(comparison, tables[j], error);
            *out_count += 1;
        }
    }
    return status;
}
