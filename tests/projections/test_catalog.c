/*
 * Every table's shape says everything about its struct, and its SQL the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "projections/projector.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

#include <string.h>

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

/* As many as projectors write, in their order. */
static const struct table *tables[64];

static size_t table_count(void)
{
    size_t count = 0;

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->tables[j] != NULL; j++) {
            must(count < COUNT_OF(tables));
            tables[count++] = projector_catalog[i]->tables[j];
        }
    }
    return count;
}

static void every_shape_is_complete_and_begins_with_its_key(void)
{
    char why[128] = "";

    for (size_t i = 0; i < table_count(); i++) {
        const struct shape *shape = tables[i]->shape;
        expect_text(
            shape_is_complete(shape, why) ? text_lit("complete") : text_from(why), "complete");
        expect_text(text_from(shape->fields[0].name), "id");
        expect(shape->fields[0].kind == KIND_UUID);
    }
}

static void no_two_tables_or_projectors_have_the_same_name(void)
{
    for (size_t i = 0; i < table_count(); i++) {
        for (size_t j = 0; j < i; j++)
            expect(strcmp(tables[i]->name, tables[j]->name) != 0);
    }
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        expect(projector_catalog[i]->version >= 1);
        for (size_t j = 0; j < i; j++)
            expect(strcmp(projector_catalog[i]->name, projector_catalog[j]->name) != 0);
    }
}

static const char *type_of(const struct field *field)
{
    switch (field->kind) {
    case KIND_UUID:
        return "uuid";
    case KIND_TEXT:
    case KIND_ENUM:
    case KIND_PERSONAL:
        return "text";
    case KIND_BYTES:
        return "bytea";
    case KIND_TIMESTAMP:
        return "timestamp with time zone";
    case KIND_INT64:
        return "bigint";
    case KIND_DOUBLE:
        return "double precision";
    case KIND_BOOL:
        return "boolean";
    case KIND_JSON:
    case KIND_OBJECT:
    case KIND_LIST:
        return "jsonb";
    case KIND_COUNT:
        break;
    }
    return "none";
}

/* "id uuid, name text, …" by both. */
static struct text columns_declared(const struct table *table)
{
    const struct table_computed *computed = table->computed;
    struct text all = text_lit("");

    for (size_t i = 0; i < table->shape->count; i++)
        all = text_format(
            p->arena, "%.*s%s%s %s", TEXT_ARGS(all), i == 0 ? "" : ", ",
            table->shape->fields[i].name, type_of(&table->shape->fields[i]));
    for (; computed != NULL && computed->name != NULL; computed++)
        all = text_format(p->arena, "%.*s, %s %s", TEXT_ARGS(all), computed->name, computed->type);
    return all;
}

static struct text columns_by_sql(const char *table)
{
    return value_of(
        p, text_format(
               p->arena,
               "select string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position)"
               " from information_schema.columns"
               " where table_schema = 'set_test' and table_name = '%s'",
               table)
               .data);
}

static void the_sql_of_every_table_has_the_columns_that_are_declared(void)
{
    for (size_t i = 0; i < table_count(); i++)
        expect_text(columns_by_sql(tables[i]->name), columns_declared(tables[i]).data);
}

static void the_sql_has_no_table_that_no_projector_writes(void)
{
    expect_text(
        value_of(
            p, "select count(*) from pg_tables"
               " where schemaname = 'set_test' and tablename <> 'erasures_due'"),
        text_format(p->arena, "%zu", table_count()).data);
}

/* Length limits, unique and foreign keys would refuse what the ledger holds. */
static void a_table_has_a_primary_key_and_no_other_constraint(void)
{
    for (size_t i = 0; i < table_count(); i++)
        expect_text(
            value_of(
                p, text_format(
                       p->arena,
                       "select string_agg(pg_get_constraintdef(oid), ', ') from pg_constraint"
                       " where conrelid = 'set_test.%s'::regclass",
                       tables[i]->name)
                       .data),
            "PRIMARY KEY (id)");
    expect_text(
        value_of(
            p, "select count(*) from pg_index join pg_class c on c.oid = indexrelid"
               " where relnamespace = 'set_test'::regnamespace"
               " and indisunique and not indisprimary"),
        "0");
}

static const struct test tests[] = {
    TEST(every_shape_is_complete_and_begins_with_its_key),
    TEST(no_two_tables_or_projectors_have_the_same_name),
    TEST(the_sql_of_every_table_has_the_columns_that_are_declared),
    TEST(the_sql_has_no_table_that_no_projector_writes),
    TEST(a_table_has_a_primary_key_and_no_other_constraint),
};

const struct suite test_catalog_suite =
    SUITE_WITH("projections/catalog", tests, .set_up = set_up, .tear_down = tear_down);
