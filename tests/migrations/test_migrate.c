/*
 * The SQL in the binary is the SQL in the tree, and the registry is made once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "migrations/migrate.h"
#include "migrations/scripts.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

#include <stdio.h>
#include <string.h>

static struct db *make_connection(const char *conninfo)
{
    struct db *db = NULL;
    struct error error;

    expect_ok(db_open(conninfo, 10, 0, &db, &error), &error);
    return db;
}

static void expect_same_as_file(const struct sql_script *script)
{
    static char content[1 << 16];
    char path[512];
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), "%s/%s", test_source_root, script->path);
    file = fopen(path, "rb");
    expect(file != NULL);
    if (file == NULL)
        return;
    size = fread(content, 1, sizeof(content) - 1, file);
    content[size] = '\0';
    fclose(file);
    expect_text(text_from(script->text), content);
}

static void the_scripts_in_the_program_are_those_in_the_tree(void)
{
    size_t count = 0;

    for (; sql_scripts[count].path != NULL; count++)
        expect_same_as_file(&sql_scripts[count]);
    expect(count >= 1);
}

static void the_scripts_stand_in_the_order_of_their_paths(void)
{
    for (size_t i = 1; sql_scripts[i].path != NULL; i++)
        expect(strcmp(sql_scripts[i - 1].path, sql_scripts[i].path) < 0);
}

static void tables_come_first_and_keys_and_indexes_by_themselves(void)
{
    struct text tables;
    struct text indexes;
    AUTO_BUF first;
    AUTO_BUF second;
    AUTO_BUF keys;

    buf_init(&keys, 1 << 20);
    migrate_keys_sql(&keys);
    expect(text_contains(buf_text(&keys), text_lit("alter table nodes add primary key (id);\n")));
    buf_init(&first, 1 << 20);
    buf_init(&second, 1 << 20);
    migrate_tables_sql(&first);
    migrate_indexes_sql(&second);
    tables = buf_text(&first);
    indexes = buf_text(&second);
    expect(text_contains(tables, text_lit("create table nodes (\n    id uuid,\n")));
    expect(text_contains(tables, text_lit("    notification_email_levels jsonb,\n")));
    expect(!text_contains(tables, text_lit("create index")));
    expect(!text_contains(indexes, text_lit("primary key")));
    expect(!text_contains(tables, text_lit("fleetledger.")));
    expect(text_contains(indexes, text_lit("create index on nodes (team_id, created_at, id);\n")));
    expect(!text_contains(indexes, text_lit("create table")));
}

static void the_registry_is_made_once(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct db *db = make_connection(make_database());
    struct text value;
    struct error error;

    expect_ok(migrate_registry(db, &error), &error);
    expect_ok(migrate_registry(db, &error), &error);
    expect_ok(
        db_value(
            db, arena,
            "select count(*) from pg_tables where schemaname = 'fleetledger'"
            " and tablename in ('sets', 'serving', 'quarantine', 'migrations')",
            &value, &error),
        &error);
    expect_text(value, "4");
    expect_ok(
        db_value(db, arena, "select max(number) from fleetledger.migrations", &value, &error),
        &error);
    expect_text(value, "2");
    db_close(db);
}

static void a_registry_that_cannot_be_made_is_told_by_its_script(void)
{
    struct db *db = make_connection(make_database());
    struct error error;

    expect_ok(
        db_script(
            db, "create schema fleetledger; create table fleetledger.sets (x bigint)", &error),
        &error);
    expect_status(migrate_registry(db, &error), STATUS_INTERNAL, &error);
    expect(text_contains(text_from(error.text), text_lit("0001_sets.sql")));
    expect_ok(db_script(db, "drop schema fleetledger cascade", &error), &error);
    expect_ok(migrate_registry(db, &error), &error);
    db_close(db);
}

static const struct test tests[] = {
    TEST(the_scripts_in_the_program_are_those_in_the_tree),
    TEST(the_scripts_stand_in_the_order_of_their_paths),
    TEST(tables_come_first_and_keys_and_indexes_by_themselves),
    TEST(the_registry_is_made_once),
    TEST(a_registry_that_cannot_be_made_is_told_by_its_script),
};

const struct suite test_migrate_suite = SUITE("migrations/migrate", tests);
