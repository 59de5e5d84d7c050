/*
 * The SQL of a table, from its declaration.
 *
 *   create table teams (
 *       id uuid,
 *       name text
 *   );
 *   alter table teams add primary key (id);
 *   create index on teams (workspace_id, created_at, id);
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/table.h"

#include "core/base/must.h"
#include "core/db/db_internal.h"

/* Written for each list that is asked for: without printf. */
void table_print_columns(const struct table *table, const char *prefix, struct buf *out)
{
    for (size_t i = 0; i < shape_count(table->shape); i++) {
        buf_add_c(out, i == 0 ? "" : ", ");
        if (prefix != NULL) {
            buf_add_c(out, prefix);
            buf_add_char(out, '.');
        }
        buf_add_c(out, shape_field_at(table->shape, i)->name);
    }
}

static bool is_computed(const struct table_computed *computed)
{
    return computed != NULL && computed->name != NULL;
}

void table_print_computed(const struct table *table, const char *prefix, struct buf *out)
{
    for (const struct table_computed *each = table->computed; is_computed(each); each++)
        buf_printf(out, ", %s.%s", prefix, each->name);
}

void table_print_create(const struct table *table, struct buf *out)
{
    buf_printf(out, "create table %s (\n", table->name);
    for (size_t i = 0; i < shape_count(table->shape); i++) {
        const struct field *field = shape_field_at(table->shape, i);
        buf_printf(
            out, "%s    %s %s", i == 0 ? "" : ",\n", field->name,
            db_type_name(db_column_type(field)));
    }
    for (const struct table_computed *each = table->computed; is_computed(each); each++)
        buf_printf(
            out, ",\n    %s %s generated always as (%s) stored", each->name, each->type, each->as);
    buf_add_c(out, "\n);\n");
}

void table_print_key(const struct table *table, struct buf *out)
{
    buf_printf(
        out, "alter table %s add primary key (%s);\n", table->name,
        shape_field_at(table->shape, 0)->name);
}

void table_print_indexes(const struct table *table, struct buf *out)
{
    for (const struct table_index *index = table->indexes; index != NULL && index->columns != NULL;
         index++) {
        buf_printf(out, "create index on %s", table->name);
        if (index->method != NULL)
            buf_printf(out, " using %s", index->method);
        buf_printf(out, " (%s)", index->columns);
        if (index->with != NULL)
            buf_printf(out, " with (%s)", index->with);
        if (index->where != NULL)
            buf_printf(out, " where %s", index->where);
        buf_add_c(out, ";\n");
    }
}

void table_print_erasure(
    const struct table *table,
    const struct table_erasure *erasure,
    const char *ids,
    struct buf *out)
{
    struct text columns = text_from(erasure->blanks == NULL ? "" : erasure->blanks);
    const char *comma = "";

    buf_printf(out, erasure->removes ? "delete from %s" : "update %s set ", table->name);
    while (columns.size > 0) {
        struct text column = text_trim(text_cut(&columns, ','));
        buf_printf(out, "%s%.*s = null", comma, TEXT_ARGS(column));
        comma = ", ";
    }
    if (erasure->calls != NULL)
        buf_printf(out, "%s%s = %s::text", comma, erasure->calls, erasure->of);
    if (erasure->member.column != NULL)
        buf_printf(
            out, "%s = jsonb_set(%s, '{%s}', 'null', false)", erasure->member.column,
            erasure->member.column, erasure->member.name);
    buf_printf(out, " where %s = any(%s)", erasure->of, ids);
    if (erasure->only != NULL)
        buf_printf(out, " and %s", erasure->only);
}

static const struct field *column_named(const struct table *table, struct text name)
{
    const struct field *field = shape_field(table->shape, name);

    must(field != NULL); /* an erasure names it */
    return field;
}

bool table_erase_row(
    const struct table *table,
    const struct table_erasure *erasure,
    struct uuid of,
    void *row,
    bool *out_goes)
{
    const struct field *column = column_named(table, text_from(erasure->of));
    struct text columns = text_from(erasure->blanks == NULL ? "" : erasure->blanks);

    must(column->kind == KIND_UUID);
    if (!uuid_equal(*(const struct uuid *)field_at(column, row), of))
        return false;
    *out_goes = erasure->removes;
    while (columns.size > 0)
        field_clear(column_named(table, text_trim(text_cut(&columns, ','))), row);
    return true;
}

void table_describe(const struct table *table, struct buf *out)
{
    buf_printf(
        out, "\n## %s\n\n%s%s\n\n| Column | Type | Meaning |\n|---|---|---|\n", table->name,
        table->shape->doc, table->is_append_only ? " Rows are only added." : "");
    for (size_t i = 0; i < shape_count(table->shape); i++) {
        const struct field *field = shape_field_at(table->shape, i);
        bool is_inner = (field->flags & (HIDDEN | SECRET)) != 0;
        buf_printf(
            out, "| `%s` | %s | %s%s |\n", field->name, db_type_name(db_column_type(field)),
            field->doc, is_inner ? " Not shown to clients." : "");
    }
    for (const struct table_computed *each = table->computed; is_computed(each); each++)
        buf_printf(
            out, "| `%s` | %s | Computed: `%s`. Not shown to clients. |\n", each->name, each->type,
            each->as);
    buf_add_c(out, "\n```sql\n");
    table_print_key(table, out);
    table_print_indexes(table, out);
    for (const struct table_erasure *erasure = table->erasures;
         erasure != NULL && erasure->of != NULL; erasure++) {
        buf_add_c(out, "-- of what is erased\n");
        table_print_erasure(table, erasure, "$1", out);
        buf_add_c(out, ";\n");
    }
    buf_add_c(out, "```\n");
}
