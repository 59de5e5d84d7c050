/*
 * The comparison of two sets, one column at a time: whatever changes, to nothing or from nothing,
 * is named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "projections/projector.h"
#include "replay/verify_table.h"
#include "tests/support/expect.h"
#include "tests/support/loose_set.h"
#include "tests/support/postgres.h"

#include <stdio.h>

#define ID_FORMAT "01900000-0000-7000-8000-%012zu"

enum { NO_COLUMN = 0 };

static struct db *db;
static struct arena *arena;
static struct error error;

static void run(const char *sql)
{
    expect_ok(db_script(db, sql, &error), &error);
}

#define RUN(...) run(text_format(arena, __VA_ARGS__).data)

static const char *value_of(const struct field *field)
{
    switch (field->kind) {
    case KIND_UUID:
        return "'01900000-0000-7000-8000-000000000001'";
    case KIND_TEXT:
    case KIND_ENUM:
    case KIND_PERSONAL:
        return "'x'";
    case KIND_TIMESTAMP:
        return "'2026-03-03 14:05:00Z'";
    case KIND_INT64:
    case KIND_DOUBLE:
        return "1";
    case KIND_BOOL:
        return "true";
    case KIND_BYTES:
        return "'\\x01'";
    case KIND_JSON:
    case KIND_OBJECT:
    case KIND_LIST:
        return "'{\"a\":1}'";
    case KIND_COUNT:
        break;
    }
    must_fail(__FILE__, __LINE__, "a kind");
}

/* With every value but the one of a column; the key is no such column. */
static void make_row(const char *set, const struct table *table, size_t number, size_t absent)
{
    AUTO_BUF sql = {0};

    buf_init(&sql, 1 << 16);
    buf_printf(&sql, "insert into %s.%s values ('" ID_FORMAT "'", set, table->name, number);
    for (size_t i = 1; i < table->shape->count; i++)
        buf_printf(&sql, ", %s", i == absent ? "null" : value_of(&table->shape->fields[i]));
    buf_add_c(&sql, ")");
    run(text_copy(arena, buf_text(&sql)).data);
}

/* A set of all tables, and a row with every value in each. */
static void make_set(const char *set)
{
    given_loose_set(db, set);
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++)
            make_row(set, projector_catalog[i]->tables[j], 0, NO_COLUMN);
    }
}

static void set_up(void)
{
    arena = arena_new(64 << 20);
    expect_ok(db_open(make_database(), 10, 0, &db, &error), &error);
    make_set("served");
    make_set("fresh");
    run("begin");
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

/* The only finding, which must be there and hold the text. */
static void expect_found(const struct table *table, const char *what)
{
    struct part part = {0};
    const struct table_comparison comparison = {db, "served", "fresh", arena, &part};
    const struct text *findings;

    expect_ok(verify_table_compare(&comparison, table, &error), &error);
    findings = part.findings.items;
    if (part.findings.count != 1 || !text_contains(findings[0], text_from(what)))
        printf("\n%s: wanted %s\n", table->name, what);
    expect_int64(part.findings.count, 1);
    expect_int64(part.differences, 1);
    expect(part.findings.count == 1 && text_contains(findings[0], text_from(what)));
}

static void expect_nothing(const struct table *table)
{
    struct part part = {0};
    const struct table_comparison comparison = {db, "served", "fresh", arena, &part};

    expect_ok(verify_table_compare(&comparison, table, &error), &error);
    expect_int64(part.differences, 0);
}

static void each_table(void (*look)(const struct table *table))
{
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++) {
            expect_nothing(projector_catalog[i]->tables[j]);
            look(projector_catalog[i]->tables[j]);
        }
    }
}

/* So many rows at once as findings are told, each without another column in one of the sets. */
static void look_at_some(const struct table *table, size_t from, size_t to, bool is_served)
{
    struct part part = {0};
    const struct table_comparison comparison = {db, "served", "fresh", arena, &part};
    const struct text *findings;

    run("savepoint before");
    for (size_t i = from; i < to; i++) {
        make_row("served", table, i, is_served ? i : NO_COLUMN);
        make_row("fresh", table, i, is_served ? NO_COLUMN : i);
    }
    expect_ok(verify_table_compare(&comparison, table, &error), &error);
    findings = part.findings.items;
    expect_int64(part.findings.count, (int64_t)(to - from));
    for (size_t i = 0; i < part.findings.count; i++) {
        const char *column = table->shape->fields[from + i].name;
        expect_text(
            findings[i],
            text_format(arena, "%s " ID_FORMAT ": %s", table->name, from + i, column).data);
    }
    run("rollback to savepoint before");
}

static void look_at_columns(const struct table *table)
{
    size_t to;

    for (size_t from = 1; from < table->shape->count; from = to) {
        to =
            table->shape->count - from > MOST_FINDINGS ? from + MOST_FINDINGS : table->shape->count;
        look_at_some(table, from, to, true);
        look_at_some(table, from, to, false);
    }
}

static void every_column_that_is_set_to_null_or_was_null_is_named(void)
{
    each_table(look_at_columns);
}

static void look_at_rows(const struct table *table)
{
    AUTO_BUF columns = {0};

    buf_init(&columns, 1 << 14);
    table_print_columns(table, NULL, &columns);
    RUN("savepoint before; delete from served.%s", table->name);
    expect_found(table, "the row is missing");
    RUN("rollback to savepoint before; delete from fresh.%s", table->name);
    expect_found(table, "a row that no event made");
    RUN("rollback to savepoint before; insert into served.%s (%s) select %s from served.%s",
        table->name, text_c(arena, buf_text(&columns)), text_c(arena, buf_text(&columns)),
        table->name);
    expect_found(table, "1 rows repeated");
    run("rollback to savepoint before");
}

static void every_row_that_is_missing_made_up_or_repeated_is_named(void)
{
    each_table(look_at_rows);
}

static const struct test tests[] = {
    TEST(every_column_that_is_set_to_null_or_was_null_is_named),
    TEST(every_row_that_is_missing_made_up_or_repeated_is_named),
};
const struct suite test_verify_table_suite =
    SUITE_WITH("replay/verify_table", tests, .set_up = set_up, .tear_down = tear_down);
