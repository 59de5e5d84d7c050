/*
 * Statements with named parameters, and what db_check() finds wrong with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"
#include "tests/core/db/thing.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

#include <string.h>
static struct db *db;
static struct arena *arena;
static struct error error;

static void given_a_table(void)
{
    static const char *database;

    if (database == NULL)
        database = make_database();
    arena = arena_new(1 << 20);
    error = (struct error){0};
    db = NULL;
    if (db_open(database, 5, 0, &db, &error) == STATUS_OK &&
        db_script(db, "drop table if exists things", &error) == STATUS_OK)
        (void)!db_script(db, thing_table, &error);
}

static void close_the_connection(void)
{
    db_close(db);
    arena_free(arena);
}

/* A row of one text, for small questions. */
struct said {
    struct text what;
};
static const struct field said_fields[] = {{TEXT(said, what), .tag = 1, .doc = "What."}};
static const struct shape said_shape = SHAPE(said, "What was said.");

static void expect_said(const struct sql *sql, const struct thing *params, const char *wanted)
{
    const void *rows = NULL;
    size_t count = 0;

    expect_ok(db_query(db, sql, params, arena, &rows, &count, &error), &error);
    expect_int64(count, 1);
    expect_text(((const struct said *)rows)->what, wanted);
}

static const struct sql echo = {
    "echo",
    "select :id as id, :name as name, :blob as blob, :at as at, :count as count, :ratio as ratio, "
    ":ready as ready, :colour as colour, :payload as payload, :email as email, :part as part, "
    "to_jsonb(:tags) as tags, to_jsonb(:ids) as ids, to_jsonb(:numbers) as numbers, "
    "to_jsonb(:shades) as shades, :parts as parts",
    &thing_shape, &thing_shape, false};

static void expect_echo(struct thing thing)
{
    const void *rows = NULL;
    size_t count = 0;

    expect_ok(db_query(db, &echo, &thing, arena, &rows, &count, &error), &error);
    expect_int64(count, 1);
    expect(shape_equal(&thing_shape, rows, &thing));
}

static void every_kind_goes_there_and_back(void)
{
    expect_echo(make_thing(1));
}

static void absent_is_null_both_ways(void)
{
    expect_echo(make_bare_thing(1));
}

static void lists_are_arrays(void)
{
    static const struct sql sql = {
        "arrays",
        "select concat_ws('|', :tags::text[], :numbers::bigint[], :shades::text[]) as what",
        &thing_shape, &said_shape, false};
    struct thing thing = make_thing(1);

    expect_said(
        &sql, &thing, "{a,\"b \\\"quoted\\\"\",\"\"}|{-1,0,9223372036854775807}|{green,red}");
}

static void what_is_quoted_or_commented_or_cast_is_left_alone(void)
{
    static const struct sql sql = {
        "quoted",
        "select concat(':name', e'\\':name', $$:name$$, $q$:name$q$, \":name\", '1'::text, "
        ":colour) as what -- :name\n"
        "/* :name /* :name */ :name */ from (select 'x' as \":name\") as t",
        &thing_shape, &said_shape, false};
    struct thing thing = make_thing(1);

    expect_said(&sql, &thing, ":name':name:name:namex1green");
}

static void one_name_twice_is_one_parameter(void)
{
    static const struct sql sql = {
        "twice", "select :colour || :colour as what", &thing_shape, &said_shape, false};
    struct thing thing = make_thing(1);

    expect_said(&sql, &thing, "greengreen");
}

static void narrow_types_are_widened(void)
{
    static const struct sql sql = {
        "narrow",
        "select (-7)::int as count, 0.5::real as ratio, 'x'::name as name, '[ 1 ]'::json as numbers",
        NULL, &thing_shape, false};
    const void *rows = NULL;
    const struct thing *thing;

    expect_ok(db_query(db, &sql, NULL, arena, &rows, NULL, &error), &error);
    thing = rows;
    expect_int64(thing->count, -7);
    expect(thing->ratio == 0.5);
    expect_text(thing->name, "x");
    expect_int64(thing->numbers.count, 1);
}

static void a_value_that_no_field_can_hold_is_damage(void)
{
    static const struct sql choice = {
        "mauve", "select 'mauve' as colour", NULL, &thing_shape, false};
    static const struct sql timestamp = {
        "infinity", "select 'infinity'::timestamptz as at", NULL, &thing_shape, false};
    static const struct sql list = {
        "not_a_list", "select '{\"a\": 1}'::jsonb as part, '7'::jsonb as ids", NULL, &thing_shape,
        false};
    const void *rows = NULL;

    expect_status(db_query(db, &choice, NULL, arena, &rows, NULL, &error), STATUS_CORRUPT, &error);
    expect_status(
        db_query(db, &timestamp, NULL, arena, &rows, NULL, &error), STATUS_CORRUPT, &error);
    expect_status(db_query(db, &list, NULL, arena, &rows, NULL, &error), STATUS_CORRUPT, &error);
    expect(rows == NULL);
}

static void a_column_of_another_type_is_refused(void)
{
    static const struct sql sql = {
        "typed", "select 1::numeric as count", NULL, &thing_shape, false};
    const void *rows = NULL;

    expect_status(db_query(db, &sql, NULL, arena, &rows, NULL, &error), STATUS_INTERNAL, &error);
}

static void statements_are_forgotten_when_told(void)
{
    static const struct sql sql = {"moving", "select what from said", NULL, &said_shape, false};

    expect_ok(
        db_script(
            db,
            "create schema if not exists a; create schema if not exists b; "
            "create table if not exists a.said as select 'old' as what; "
            "create table if not exists b.said as select 'new' as what; set search_path to a",
            &error),
        &error);
    expect_said(&sql, NULL, "old");
    expect_ok(db_script(db, "set search_path to b", &error), &error);
    expect_ok(db_forget_statements(db, &error), &error);
    expect_said(&sql, NULL, "new");
}

static void many_statements_are_kept_apart_by_name(void)
{
    struct sql sql = {NULL, NULL, NULL, &said_shape, false};

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 50; i++) {
            struct text number = text_format(arena, "%d", i * 37 % 50);
            sql.name = text_format(arena, "%080d", i * 37 % 50).data;
            sql.text = text_format(arena, "select '%s' as what", number.data).data;
            expect_said(&sql, NULL, number.data);
        }
    }
}

static void a_failing_statement_is_named(void)
{
    static const struct sql sql = {"broken", "select 1 from nothing", NULL, NULL, false};

    expect_status(db_query(db, &sql, NULL, arena, NULL, NULL, &error), STATUS_INTERNAL, &error);
    expect(text_starts_with(text_from(error.text), text_lit("statement broken: ")));
}

static void a_statement_without_rows_runs(void)
{
    static const struct sql sql = {
        "touch", "insert into things (id, name) values (:id, :name)", &thing_shape, NULL, false};
    struct thing thing = make_thing(1);
    struct text value;

    expect_ok(db_query(db, &sql, &thing, arena, NULL, NULL, &error), &error);
    expect_ok(db_value(db, arena, "select name from things", &value, &error), &error);
    expect(text_equal(value, thing.name));
}

static void expect_differs(const struct sql *sql, const char *part)
{
    expect_status(db_check(db, sql, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "statement_differs");
    expect_text(
        text_contains(text_from(error.text), text_from(part)) ? text_from(part)
                                                              : text_from(error.text),
        part);
}

static void a_fitting_statement_passes_the_check(void)
{
    static const struct sql by_name = {
        "by_name", "select name as what from things where id = :id and name = any(:tags)",
        &thing_shape, &said_shape, false};

    expect_ok(db_check(db, &by_name, &error), &error);
    expect_ok(db_check(db, &echo, &error), &error);
}

static void a_wrong_column_is_named(void)
{
    static const struct sql sql = {"c1", "select naem from things", NULL, &said_shape, false};
    static const struct sql unknown = {
        "c2", "select name as what, name as other from things", NULL, &said_shape, false};
    static const struct sql missing = {"c3", "select 1 where false", NULL, NULL, false};
    static const struct sql wrong_type = {
        "c4", "select count as what from things", NULL, &said_shape, false};
    static const struct sql twice = {
        "c5", "select name as what, name as what from things", NULL, &said_shape, false};

    expect_differs(&sql, "\"naem\" does not exist");
    expect_differs(&unknown, "column other is no field of said");
    expect_ok(db_check(db, &missing, &error), &error);
    expect_differs(&wrong_type, "column what is bigint there and text here");
    expect_differs(&twice, "column what comes twice");
}

static void a_field_without_a_column_is_named(void)
{
    static const struct sql sql = {"c6", "select id, name from things", NULL, &thing_shape, false};

    expect_differs(&sql, "field blob of thing has no column");
}

static void a_wrong_parameter_is_named(void)
{
    static const struct sql unknown = {
        "p1", "select name as what from things where id = :idd", &thing_shape, &said_shape, false};
    static const struct sql none = {
        "p2", "select name as what from things where id = :id", NULL, &said_shape, false};
    static const struct sql wrong_type = {
        "p3", "select name as what from things where id = :name", &thing_shape, &said_shape, false};

    expect_differs(&unknown, "\":idd\" is no field of thing");
    expect_differs(&none, "no parameters were declared");
    expect_differs(&wrong_type, "operator does not exist: uuid = text");
}

static void a_statement_that_is_planned_by_its_values_is_not_prepared(void)
{
    static const struct sql sql = {
        .name = "searched",
        .text = "select :name as what",
        .params = &thing_shape,
        .row = &said_shape,
        .is_planned_by_values = true};
    struct thing params = make_bare_thing(1);
    struct text prepared;

    params.name = text_lit("first");
    expect_said(&sql, &params, "first");
    params.name = text_lit("second");
    expect_said(&sql, &params, "second");
    expect_ok(
        db_value(
            db, arena, "select count(*) from pg_prepared_statements where name like 'searched%'",
            &prepared, &error),
        &error);
    expect_text(prepared, "0");
    expect_ok(db_check(db, &sql, &error), &error);
}

/* The shape of a list's parameters lives as long as its request. */
static void the_shape_of_parameters_may_be_gone_at_the_next_run(void)
{
    static const char text[] = "select :name as what";
    struct thing params = make_bare_thing(1);

    params.name = text_lit("same");
    for (int i = 0; i < 3; i++) {
        struct arena *request = arena_new(1 << 16);
        struct field *fields = arena_take(request, sizeof(thing_fields));
        struct shape shape = thing_shape;
        struct sql sql = {
            .name = "of_requests", .text = text, .params = &shape, .row = &said_shape};
        memcpy(fields, thing_fields, sizeof(thing_fields));
        shape.fields = fields;
        expect_said(&sql, &params, "same");
        arena_free(request);
    }
}

static void a_connection_forgets_its_statements_when_they_are_too_many(void)
{
    struct text prepared;
    int64_t count = 0;

    for (int i = 0; i < 600; i++) {
        struct text name = text_format(arena, "variant %d", i);
        struct sql sql = {.name = name.data, .text = "select 'x' as what", .row = &said_shape};
        expect_said(&sql, NULL, "x");
    }
    expect_ok(
        db_value(db, arena, "select count(*) from pg_prepared_statements", &prepared, &error),
        &error);
    expect(text_to_int64(prepared, &count) && count > 0 && count <= 512);
}

static const struct test tests[] = {
    TEST(every_kind_goes_there_and_back),
    TEST(absent_is_null_both_ways),
    TEST(lists_are_arrays),
    TEST(what_is_quoted_or_commented_or_cast_is_left_alone),
    TEST(one_name_twice_is_one_parameter),
    TEST(narrow_types_are_widened),
    TEST(a_value_that_no_field_can_hold_is_damage),
    TEST(a_column_of_another_type_is_refused),
    TEST(statements_are_forgotten_when_told),
    TEST(many_statements_are_kept_apart_by_name),
    TEST(a_failing_statement_is_named),
    TEST(a_statement_without_rows_runs),
    TEST(a_fitting_statement_passes_the_check),
    TEST(a_wrong_column_is_named),
    TEST(a_field_without_a_column_is_named),
    TEST(a_wrong_parameter_is_named),
    TEST(a_statement_that_is_planned_by_its_values_is_not_prepared),
    TEST(the_shape_of_parameters_may_be_gone_at_the_next_run),
    TEST(a_connection_forgets_its_statements_when_they_are_too_many),
};
const struct suite test_statement_suite = SUITE_WITH(
    "core/db/statement", tests, .set_up = given_a_table, .tear_down = close_the_connection);
