/*
 * A transaction in one round trip: all of it or nothing, and what failed is told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"
#include "tests/core/db/thing.h"
#include "tests/support/expect.h"
#include "tests/support/postgres.h"

static struct db *db;
static struct arena *arena;
static struct error error;
static struct thing full;
static struct thing bare;
static const void *both[] = {&full, &bare};
static const char first_tag[] = "first";
static const char second_tag[] = "second";

static void set_up(void)
{
    static const char *database;

    if (database == NULL)
        database = make_database();
    arena = arena_new(1 << 20);
    error = (struct error){0};
    full = make_thing(1);
    bare = make_bare_thing(2);
    expect_ok(db_open(database, 5, 0, &db, &error), &error);
    expect_ok(db_script(db, "drop table if exists things", &error), &error);
    expect_ok(db_script(db, thing_table, &error), &error);
}

static void tear_down(void)
{
    db_close(db);
    arena_free(arena);
}

static void expect_value(const char *query, const char *wanted)
{
    struct text value;

    expect_ok(db_value(db, arena, query, &value, &error), &error);
    expect_text(value, wanted);
}

static void given_begun(void)
{
    expect_ok(db_pipeline_begin(db, &error), &error);
    db_pipeline_tag(db, first_tag);
}

static void what_is_sent_together_is_committed_together(void)
{
    const void *failed = NULL;
    struct uuid key = bare.id;

    given_begun();
    expect_ok(db_insert(db, &things_table, both, 2, arena, &error), &error);
    expect_ok(db_delete(db, &things_table, &key, 1, arena, &error), &error);
    expect_ok(db_pipeline_end(db, STATUS_OK, &failed, &error), &error);
    expect(failed == NULL);
    expect_value("select count(*) from things", "1");
}

static void a_failure_undoes_all_and_tells_what_it_was_about(void)
{
    const void *failed = NULL;

    given_begun();
    expect_ok(db_insert(db, &things_table, both, 2, arena, &error), &error);
    db_pipeline_tag(db, second_tag);
    expect_ok(db_insert(db, &things_table, both, 1, arena, &error), &error);
    db_pipeline_tag(db, NULL);
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_status(db_pipeline_end(db, STATUS_OK, &failed, &error), STATUS_INTERNAL, &error);
    expect(failed == second_tag);
    expect(text_contains(text_from(error.text), text_lit("duplicate key")));
    expect_value("select count(*) from things", "0");
}

static void what_a_failure_kept_from_being_prepared_is_prepared_again(void)
{
    const void *failed = NULL;

    given_begun();
    expect_ok(db_insert(db, &nothings_table, both, 2, arena, &error), &error);
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_status(db_pipeline_end(db, STATUS_OK, &failed, &error), STATUS_INTERNAL, &error);
    expect(failed == first_tag);
    given_begun();
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_ok(db_pipeline_end(db, STATUS_OK, &failed, &error), &error);
    expect_value("select count(*) from things", "2");
}

static void a_caller_who_gives_up_leaves_nothing_behind(void)
{
    const void *failed = NULL;

    given_begun();
    expect_ok(db_insert(db, &things_table, both, 2, arena, &error), &error);
    db_pipeline_tag(db, second_tag);
    expect_status(db_pipeline_end(db, STATUS_TOO_LARGE, &failed, &error), STATUS_TOO_LARGE, &error);
    expect(failed == second_tag);
    expect_value("select count(*) from things", "0");
    expect(db_is_alive(db));
}

static void an_update_touches_only_its_columns(void)
{
    const struct table_columns columns = {&things_table, 1 << 1 | 1 << 4}; /* name, count */
    struct thing changed = full;
    const void *rows[] = {&changed};

    changed.name = text_lit("renamed");
    changed.count = 4711;
    changed.payload.text = text_lit("{\"x\":1}");
    expect_ok(db_insert(db, &things_table, both, 1, arena, &error), &error);
    expect_ok(db_update(db, &columns, rows, 1, arena, &error), &error);
    expect_value("select name || count from things", "renamed4711");
    expect_value("select count(*) from things where payload = '{\"x\":1}'", "0");
    changed.id = bare.id;
    expect_ok(db_update(db, &columns, rows, 1, arena, &error), &error);
    expect_value("select count(*) from things", "1");
}

static void a_lost_connection_is_told(void)
{
    struct db *other = NULL;
    const void *failed = NULL;

    expect_ok(db_open(make_database(), 5, 0, &other, &error), &error);
    expect_ok(db_pipeline_begin(other, &error), &error);
    expect_ok(
        db_script(
            db,
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where pid <> pg_backend_pid() and backend_type = 'client backend'",
            &error),
        &error);
    expect_status(db_pipeline_end(other, STATUS_OK, &failed, &error), STATUS_UNAVAILABLE, &error);
    expect_text(text_from(error.code), "database_unavailable");
    expect(!db_is_alive(other));
    db_close(other);
}

static const struct test tests[] = {
    TEST(what_is_sent_together_is_committed_together),
    TEST(a_failure_undoes_all_and_tells_what_it_was_about),
    TEST(what_a_failure_kept_from_being_prepared_is_prepared_again),
    TEST(a_caller_who_gives_up_leaves_nothing_behind),
    TEST(an_update_touches_only_its_columns),
    TEST(a_lost_connection_is_told),
};

const struct suite test_pipeline_suite =
    SUITE_WITH("core/db/pipeline", tests, .set_up = set_up, .tear_down = tear_down);
