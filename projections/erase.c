/*
 * The end of a rebuild's erasures: those that were noted, a statement for each that a table declares.
 *
 *   rows_erase ──► erasures_due, with the rows and the position ──► [here] ──► indexes, served
 *
 * A statement over a table without indexes reads all of it, so it is run once for all, not at every
 * span. Where they wait is a table of the set, so that a build which is stopped and gone on with owes them still.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "migrations/erasures.h"
#include "migrations/tables.h"
#include "projections/build_internal.h"

#include <stdio.h>

enum { SQL_BYTES = 1 << 16, ANSWER_BYTES = 4096 };

static enum status
owes(struct build *build, const struct table *table, bool *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(ANSWER_BYTES);
    struct text answer;
    struct text query = text_format(
        arena, "select exists (select from %s where table_name = '%s')", erasures_due_table.name,
        table->name);
    enum status status = db_value(build->db, arena, query.data, &answer, error);

    if (status == STATUS_OK)
        *out = text_is(answer, "t");
    return status;
}

static void add_erasures(const struct table *table, struct buf *sql)
{
    char ids[256];

    snprintf(
        ids, sizeof(ids), "select id from %s where table_name = '%s'", erasures_due_table.name,
        table->name);
    for (const struct table_erasure *erasure = table->erasures; erasure->of != NULL; erasure++) {
        table_print_erasure(table, erasure, ids, sql);
        buf_add_c(sql, ";\n");
    }
}

/* The plan is to fit how much there is, whatever is right for rows that are asked for by key. */
static enum status erase_of(struct build *build, const struct table *table, struct error *error)
{
    AUTO_BUF sql = {0};

    buf_init(&sql, SQL_BYTES);
    buf_printf(&sql, "set local enable_seqscan = on; analyze %s;\n", erasures_due_table.name);
    add_erasures(table, &sql);
    buf_printf(
        &sql, "delete from %s where table_name = '%s';\nset local enable_seqscan = off;\n",
        erasures_due_table.name, table->name);
    must(!buf_is_full(&sql));
    return db_script(build->db, sql.data, error);
}

enum status build_erase_noted(struct build *build, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && table_catalog[i] != NULL; i++) {
        const struct table *table = table_catalog[i];
        bool is_due = false;
        if (table->is_append_only && table->erasures != NULL)
            status = owes(build, table, &is_due, error);
        if (status == STATUS_OK && is_due)
            status = erase_of(build, table, error);
    }
    return status;
}
