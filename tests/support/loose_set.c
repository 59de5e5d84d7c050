/*
 * The tables as they are, with the demands of their columns taken away.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/loose_set.h"

#include "core/base/must.h"
#include "migrations/migrate.h"

enum { LONGEST = 1 << 20 };

void given_loose_set(struct db *db, const char *schema)
{
    struct error error;
    AUTO_BUF sql = {0};

    buf_init(&sql, LONGEST);
    buf_printf(&sql, "create schema %s; set search_path = %s;\n", schema, schema);
    migrate_tables_sql(&sql);
    buf_printf(
        &sql,
        ";\ndo $$ declare c record; begin for c in select table_name, column_name"
        " from information_schema.columns where table_schema = '%s' and is_nullable = 'NO' loop"
        " execute format('alter table %%I alter %%I drop not null', c.table_name, c.column_name);"
        " end loop; end $$",
        schema);
    must(!buf_is_full(&sql));
    must(db_script(db, sql.data, &error) == STATUS_OK);
}
