/*
 * The registry's migrations, and the SQL of a set put together from its tables.
 *
 *   migrations/registry/NNNN_*.sql   once each, in order, on record in fleetledger.migrations
 *   table_catalog (tables.h)         create table … · add primary key … · create index …
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/migrate.h"

#include "migrations/erasures.h"
#include "migrations/scripts.h"
#include "migrations/tables.h"

#include <string.h>

/* Scripts stand as "migrations/registry/0001_name.sql". */
enum { LONGEST_SCRIPT = 1 << 20, FOLDER_SIZE = sizeof("migrations/registry/") - 1 };

/* Two programs may start at once; the second waits here and finds nothing left to do. */
static const char begin_script[] =
    "begin;"
    "select pg_advisory_xact_lock(hashtextextended('fleetledger registry', 0));"
    "create schema if not exists fleetledger;"
    "create table if not exists fleetledger.migrations (number bigint primary key, at timestamptz)";
static const char newest_query[] = "select coalesce(max(number), 0) from fleetledger.migrations";

/* The number that a registry script's name begins with. */
static int64_t number_of(const struct sql_script *script)
{
    struct text name = text_from(script->path + FOLDER_SIZE);
    int64_t number = 0;

    return text_to_int64(text_slice(name, 0, 4), &number) ? number : 0;
}

static enum status run_script(struct db *db, const struct sql_script *script, struct error *error)
{
    enum status status;
    AUTO_BUF text = {0};

    buf_init(&text, LONGEST_SCRIPT);
    buf_add_c(&text, script->text);
    buf_printf(
        &text, "\ninsert into fleetledger.migrations (number, at) values (%lld, now());\n",
        (long long)number_of(script));
    status = db_script(db, text.data, error);
    if (status != STATUS_OK)
        error_context(error, "%s", script->path);
    return status;
}

static enum status run_missing(struct db *db, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    enum status status;
    struct text newest;
    int64_t reached = 0;

    status = db_value(db, arena, newest_query, &newest, error);
    if (status == STATUS_OK && !text_to_int64(newest, &reached))
        status = error_set(error, STATUS_INTERNAL, "the registry's number cannot be read");
    for (size_t i = 0; status == STATUS_OK && sql_scripts[i].path != NULL; i++) {
        if (number_of(&sql_scripts[i]) > reached)
            status = run_script(db, &sql_scripts[i], error);
    }
    return status;
}

/* What went wrong before is what is told; a connection that is lost rolls back by itself. */
static void roll_back(struct db *db)
{
    enum status ignored = db_script(db, "rollback", NULL);

    (void)ignored;
}

enum status migrate_registry(struct db *db, struct error *error)
{
    enum status status = db_script(db, begin_script, error);

    if (status == STATUS_OK)
        status = run_missing(db, error);
    if (status == STATUS_OK)
        return db_script(db, "commit", error);
    roll_back(db);
    return status;
}

void migrate_tables_sql(struct buf *out)
{
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        table_print_create(table_catalog[i], out);
    table_print_create(&erasures_due_table, out);
}

void migrate_keys_sql(struct buf *out)
{
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        table_print_key(table_catalog[i], out);
}

void migrate_indexes_sql(struct buf *out)
{
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        table_print_indexes(table_catalog[i], out);
}

void migrate_truncate_sql(struct buf *out)
{
    buf_add_c(out, "truncate ");
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : ", ", table_catalog[i]->name);
    buf_printf(out, ", %s;\n", erasures_due_table.name);
}
