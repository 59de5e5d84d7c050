/*
 * Many rows at once: what is written by upsert or by COPY is read back the same.
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
static struct uuid keys[2];

static void given_an_empty_table(void)
{
    static const char *database;

    if (database == NULL)
        database = make_database();
    arena = arena_new(1 << 20);
    error = (struct error){0};
    full = make_thing(1);
    bare = make_bare_thing(2);
    keys[0] = full.id;
    keys[1] = bare.id;
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

static void expect_rows_are(const struct thing *first, const struct thing *second)
{
    const void *rows = NULL;
    const struct thing *things;
    size_t count = 0;
    size_t at;

    expect_ok(db_fetch(db, &things_table, keys, 2, arena, &rows, &count, &error), &error);
    expect_int64(count, 2);
    things = rows;
    at = uuid_equal(things[0].id, first->id) ? 0 : 1;
    expect(shape_equal(&thing_shape, &things[at], first));
    expect(shape_equal(&thing_shape, &things[1 - at], second));
}

static void expect_row_count(const char *wanted)
{
    struct text value;

    expect_ok(db_value(db, arena, "select count(*) from things", &value, &error), &error);
    expect_text(value, wanted);
}

static void upserted_rows_come_back_the_same(void)
{
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_rows_are(&full, &bare);
}

static enum status copy(const void *const *rows, size_t count, bool is_frozen)
{
    enum status status;
    AUTO_BUF list = {0};

    buf_init(&list, 64 << 20);
    for (size_t i = 0; i < count; i++)
        db_copy_add(&list, &things_table, rows[i]);
    status = db_copy_in(db, &things_table, &list, is_frozen, &error);
    return status;
}

static void copied_rows_come_back_the_same(void)
{
    expect_ok(copy(both, 2, false), &error);
    expect_rows_are(&full, &bare);
}

static void a_second_upsert_replaces_every_column(void)
{
    struct uuid key = full.id;

    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    full.id = bare.id;
    bare.id = key;
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_rows_are(&full, &bare);
}

static void extreme_values_survive(void)
{
    full.count = INT64_MIN + 1;
    full.ratio = -0x1.fffffffffffffp+1023;
    full.at = (struct timestamp){-62135596800000000};
    full.name = text_lit("");
    full.tags = (struct list){full.tags.items, 0};
    full.numbers.count = 0;
    full.parts.count = 0;
    full.payload.text = text_lit("{}");
    bare.count = INT64_MAX;
    bare.at = (struct timestamp){253402300799999999};
    bare.ready = OPT_TRUE;
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_rows_are(&full, &bare);
}

static void a_boxed_personal_field_without_text_is_null(void)
{
    struct text value;

    bare.email.box = bytes_of_text(text_lit("sealed"));
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_ok(
        db_value(db, arena, "select count(*) from things where email is null", &value, &error),
        &error);
    expect_text(value, "1");
}

static void deleted_rows_are_gone(void)
{
    expect_ok(db_upsert(db, &things_table, both, 2, arena, &error), &error);
    expect_ok(db_delete(db, &things_table, keys, 1, arena, &error), &error);
    expect_row_count("1");
    expect_ok(db_delete(db, &things_table, keys, 2, arena, &error), &error);
    expect_row_count("0");
}

static void nothing_is_a_fine_number_of_rows(void)
{
    const void *rows = NULL;
    size_t count = 1;

    expect_ok(db_upsert(db, &things_table, NULL, 0, arena, &error), &error);
    expect_ok(db_delete(db, &things_table, NULL, 0, arena, &error), &error);
    expect_ok(copy(NULL, 0, false), &error);
    expect_ok(db_fetch(db, &things_table, keys, 0, arena, &rows, &count, &error), &error);
    expect_int64(count, 0);
}

static void a_copy_larger_than_a_slice_arrives_whole(void)
{
    enum { MANY = 3000 };
    struct thing *things = arena_array(arena, MANY, sizeof(*things));
    const void **rows = arena_array(arena, MANY, sizeof(*rows));

    for (size_t i = 0; i < MANY; i++) {
        things[i] = make_thing((uint8_t)(i >> 8));
        things[i].id.bytes[15] = (uint8_t)i;
        rows[i] = &things[i];
    }
    expect_ok(copy(rows, MANY, false), &error);
    expect_row_count("3000");
}

static void rows_may_be_copied_frozen_into_a_table_that_was_just_emptied(void)
{
    expect_status(copy(both, 2, true), STATUS_INTERNAL, &error);
    expect_ok(db_script(db, "begin; truncate things", &error), &error);
    expect_ok(copy(both, 2, true), &error);
    expect_ok(db_script(db, "commit", &error), &error);
    expect_rows_are(&full, &bare);
}

static void a_refused_copy_says_so_and_leaves_the_connection_usable(void)
{
    const void *twice[] = {&full, &full};

    expect_status(copy(twice, 2, false), STATUS_INTERNAL, &error);
    expect(text_contains(text_from(error.text), text_lit("duplicate key")));
    expect(!text_contains(text_from(error.text), text_lit("ada@example.org")));
    expect_row_count("0");
}

static void a_missing_table_is_named(void)
{
    expect_status(db_upsert(db, &nothings_table, both, 2, arena, &error), STATUS_INTERNAL, &error);
    expect(text_contains(text_from(error.text), text_lit("\"nothings\" does not exist")));
}

static void rows_that_pass_the_arenas_ceiling_are_refused(void)
{
    struct arena *small = arena_new(64);
    const void *rows = NULL;
    size_t count = 0;
    enum status status = db_upsert(db, &things_table, both, 2, arena, &error);

    if (status == STATUS_OK)
        status = db_fetch(db, &things_table, keys, 2, small, &rows, &count, &error);
    arena_free(small);
    expect_status(status, STATUS_TOO_LARGE, &error);
    expect(rows == NULL);
}

static const struct test tests[] = {
    TEST(upserted_rows_come_back_the_same),
    TEST(copied_rows_come_back_the_same),
    TEST(a_second_upsert_replaces_every_column),
    TEST(extreme_values_survive),
    TEST(a_boxed_personal_field_without_text_is_null),
    TEST(deleted_rows_are_gone),
    TEST(nothing_is_a_fine_number_of_rows),
    TEST(a_copy_larger_than_a_slice_arrives_whole),
    TEST(rows_may_be_copied_frozen_into_a_table_that_was_just_emptied),
    TEST(a_refused_copy_says_so_and_leaves_the_connection_usable),
    TEST(a_missing_table_is_named),
    TEST(rows_that_pass_the_arenas_ceiling_are_refused),
};
const struct suite test_bulk_suite = SUITE_WITH(
    "core/db/bulk", tests, .set_up = given_an_empty_table, .tear_down = close_the_connection);
