/*
 * Connections: opening them, losing them, and what failures are called.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

#include <errno.h>
#include <string.h>

static struct db *db;
static struct arena *arena;
static struct error error;
static const char *database;

static void given_a_connection(void)
{
    if (database == NULL)
        database = make_database();
    arena = arena_new(1 << 20);
    error = (struct error){0};
    if (db_open(database, 5, 0, &db, &error) != STATUS_OK)
        db = NULL;
}

static void close_the_connection(void)
{
    db_close(db);
    arena_free(arena);
}

static void expect_value(const char *query, const char *wanted)
{
    struct text value = {NULL, 0};

    expect_ok(db_value(db, arena, query, &value, &error), &error);
    expect_text(value, wanted);
}

static void a_value_comes_as_text(void)
{
    expect_value("select 6 * 7", "42");
}

static void a_null_and_a_missing_row_are_absent(void)
{
    expect_value("select null::text", NULL);
    expect_value("select 1 where false", NULL);
}

static void every_connection_speaks_utc_and_utf8(void)
{
    expect_value("show time zone", "UTC");
    expect_value("show client_encoding", "UTF8");
    expect_value("show application_name", program_invocation_short_name);
}

/* The server of the tests has it off; an operator's usually has not. */
static void no_statement_is_compiled(void)
{
    expect_ok(db_script(db, "alter role current_user set jit = on", &error), &error);
    close_the_connection();
    given_a_connection();
    expect_value("show jit", "off");
    expect_ok(db_script(db, "alter role current_user reset jit", &error), &error);
}

static void a_script_runs_all_its_statements(void)
{
    expect_ok(
        db_script(db, "create temporary table n (x int); insert into n values (1), (2)", &error),
        &error);
    expect_value("select count(*) from n", "2");
}

static void a_refused_script_says_why(void)
{
    expect_status(db_script(db, "select 1; select nothing", &error), STATUS_INTERNAL, &error);
    expect(text_contains(text_from(error.text), text_lit("\"nothing\" does not exist")));
    expect(db_is_alive(db));
}

static void a_refused_value_is_not_repeated(void)
{
    expect_status(db_script(db, "select 'hunter2'::int", &error), STATUS_INTERNAL, &error);
    expect(!text_contains(text_from(error.text), text_lit("hunter2")));
    expect(text_contains(text_from(error.text), text_lit("22P02")));
}

static void a_slow_statement_times_out(void)
{
    struct db *impatient = NULL;
    enum status status = db_open(database, 5, 20, &impatient, &error);

    expect_ok(status, &error);
    status = db_script(impatient, "select pg_sleep(30)", &error);
    expect(db_is_alive(impatient));
    db_close(impatient);
    expect_status(status, STATUS_TIMED_OUT, &error);
}

/* Somebody else's fault, and none of the statement's. */
static void a_lock_that_is_not_given_times_out(void)
{
    struct db *other = NULL;

    expect_ok(db_open(database, 5, 0, &other, &error), &error);
    expect_ok(db_script(other, "select pg_advisory_lock(1)", &error), &error);
    expect_status(
        db_script(db, "set lock_timeout = 1; select pg_advisory_lock(1)", &error), STATUS_TIMED_OUT,
        &error);
    expect(db_is_alive(db));
    db_close(other);
}

static void a_lost_connection_is_noticed(void)
{
    struct db *other = NULL;
    enum status status = db_open(database, 5, 0, &other, &error);
    struct text pid;
    bool is_alive;

    expect_ok(status, &error);
    expect_ok(db_value(other, arena, "select pg_backend_pid()", &pid, &error), &error);
    expect(db_is_alive(other));
    expect_value(
        text_format(arena, "select pg_terminate_backend(%.*s, 5000)", TEXT_ARGS(pid)).data, "t");
    status = db_script(other, "select 1", &error);
    is_alive = db_is_alive(other);
    db_close(other);
    expect_status(status, STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "database_unavailable");
    expect(!is_alive);
}

static void a_server_that_is_not_there_is_unavailable(void)
{
    struct db *none = NULL;

    expect_status(
        db_open("host=/nowhere dbname=none", 2, 0, &none, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "database_unavailable");
    expect(text_contains(text_from(error.text), text_lit("/nowhere")));
    expect(none == NULL);
}

static void a_broken_connection_string_is_not_repeated(void)
{
    struct db *none = NULL;

    expect_status(
        db_open("postgres://u:hunter2@h:port/x", 2, 0, &none, &error), STATUS_UNAVAILABLE, &error);
    expect(!text_contains(text_from(error.text), text_lit("hunter2")));
    expect_status(db_open("password hunter2", 2, 0, &none, &error), STATUS_UNAVAILABLE, &error);
    expect(!text_contains(text_from(error.text), text_lit("hunter2")));
}

static void a_place_has_no_user_and_no_password(void)
{
    expect_text(
        db_place("postgres://u:secret@db.example:5433/fleet", arena), "db.example:5433/fleet");
    expect_text(db_place("host=/run/pg dbname=d password=secret", arena), "/run/pg:5432/d");
    expect_text(db_place("postgres://u:secret@[::1/d", arena), "an address that cannot be read");
}

static void a_primary_is_no_standby(void)
{
    expect_value("select 1", "1");
    expect(!db_is_standby(db));
}

static void tables_are_those_of_the_schema_in_use(void)
{
    expect_ok(
        db_script(
            db,
            "create schema one; create table one.t as select 1 as i;"
            "create schema two; create table two.t as select 2 as i",
            &error),
        &error);
    expect_ok(db_use_schema(db, text_lit("one"), &error), &error);
    expect_value("select i from t", "1");
    expect_ok(db_use_schema(db, text_lit("two"), &error), &error);
    expect_value("select i from t", "2");
}

static const struct test tests[] = {
    TEST(a_value_comes_as_text),
    TEST(a_null_and_a_missing_row_are_absent),
    TEST(every_connection_speaks_utc_and_utf8),
    TEST(no_statement_is_compiled),
    TEST(a_script_runs_all_its_statements),
    TEST(a_refused_script_says_why),
    TEST(a_refused_value_is_not_repeated),
    TEST(a_slow_statement_times_out),
    TEST(a_lock_that_is_not_given_times_out),
    TEST(a_lost_connection_is_noticed),
    TEST(a_server_that_is_not_there_is_unavailable),
    TEST(a_broken_connection_string_is_not_repeated),
    TEST(a_place_has_no_user_and_no_password),
    TEST(a_primary_is_no_standby),
    TEST(tables_are_those_of_the_schema_in_use),
};
const struct suite test_db_suite = SUITE_WITH(
    "core/db/db", tests, .set_up = given_a_connection, .tear_down = close_the_connection);
