/*
 * What was deleted or replaced is in no byte of the file, once what it no longer uses is overwritten; and
 * all that is there stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "eventlog/store/env_overwrite.h"
#include "eventlog/store/pages.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 3000, VALUE = 24, LARGEST_FILE = 64 << 20, PATH_SIZE = 512, LONG_VALUE = 9000 };

static const char planted[] = "planted, and to be wiped";
_Static_assert(sizeof(planted) == VALUE + 1, "of the size of a value");

static const char *directory;
static struct store_env *env;
static struct store_table table;

static void set_up(void)
{
    static const struct store_table_spec spec = {"rows", 0};
    struct store_settings settings = {
        .name = "a.mdb", .map_bytes = STORE_MAP_BYTES, .most_tables = 1};
    struct error error;

    directory = make_directory();
    settings.directory = directory;
    expect_ok(store_open(&settings, &env, &error), &error);
    expect_ok(store_tables(env, &spec, 1, &table, &error), &error);
}

static void tear_down(void)
{
    store_close(env);
    env = NULL;
}

static void put(struct store_txn *txn, uint64_t at, struct bytes value)
{
    struct store_number key =
        store_number(at * 2654435761U % 1000003U); /* in no order: pages split */

    must(store_put(txn, table, store_number_key(&key), value, NULL) == STATUS_OK);
}

static struct bytes value_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, VALUE};
}

/* Every `step`-th of them. */
static void given_values(const char *text, uint64_t step)
{
    struct store_txn *txn = NULL;

    for (uint64_t from = 0; from < ROWS; from += 500) {
        must(store_begin(env, true, &txn, NULL) == STATUS_OK);
        for (uint64_t i = from; i < from + 500; i += step)
            put(txn, i, value_of(text));
        must(store_commit(&txn, NULL) == STATUS_OK);
    }
}

static size_t count_in_file(const char *text)
{
    AUTO_ARENA arena = arena_new((size_t)LARGEST_FILE * 2);
    char *all = arena_take(arena, LARGEST_FILE);
    char path[PATH_SIZE];
    size_t count = 0;
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), "%s/a.mdb", directory);
    file = fopen(path, "re");
    must(file != NULL);
    size = fread(all, 1, LARGEST_FILE, file);
    fclose(file);
    for (char *at = all; (at = memmem(at, size - (size_t)(at - all), text, strlen(text))) != NULL;
         at++)
        count++;
    return count;
}

static void expect_whole(uint64_t rows)
{
    struct pages_usage usage;
    struct store_txn *txn = NULL;
    uint64_t count = 0;
    struct error error;

    expect_ok(store_check_pages(env, &usage, &error), &error);
    expect_ok(store_begin(env, false, &txn, &error), &error);
    expect_ok(store_count(txn, table, &count, &error), &error);
    expect_int64(count, rows);
    store_abort(&txn);
}

static void what_was_replaced_is_in_no_byte_of_the_file(void)
{
    struct error error;

    given_values(planted, 1);
    given_values("and nothing else is here", 1);
    expect(count_in_file(planted) > 0);
    expect_ok(store_overwrite_unused(env, &error), &error);
    expect_int64(count_in_file(planted), 0);
    expect(count_in_file("and nothing else is here") >= ROWS);
    expect_whole(ROWS);
}

/* Within a page LMDB moves what is left, and leaves what was there. */
static void what_was_deleted_is_in_no_page_that_is_in_use(void)
{
    struct store_txn *txn = NULL;
    struct error error;

    given_values("this one is to stay here", 1);
    given_values(planted, 3);
    must(store_begin(env, true, &txn, NULL) == STATUS_OK);
    for (uint64_t from = 0; from < ROWS; from += 500) {
        for (uint64_t i = from; i < from + 500; i += 3) {
            struct store_number key = store_number(i * 2654435761U % 1000003U);
            must(store_delete(txn, table, store_number_key(&key), NULL) == STATUS_OK);
        }
    }
    must(store_commit(&txn, NULL) == STATUS_OK);
    expect(count_in_file(planted) > 0);
    expect_ok(store_overwrite_unused(env, &error), &error);
    expect_int64(count_in_file(planted), 0);
    expect_whole(ROWS - ROWS / 500 * 167);
    given_values("and more is written here", 1);
    expect_whole(ROWS);
}

static void a_long_value_stays_and_one_that_is_gone_is_wiped(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    char *value = arena_take(arena, LONG_VALUE);
    struct store_txn *txn = NULL;
    struct error error;

    memset(value, 'x', LONG_VALUE);
    memcpy(value + 5000, planted, VALUE);
    must(store_begin(env, true, &txn, NULL) == STATUS_OK);
    put(txn, 1, (struct bytes){(uint8_t *)value, LONG_VALUE});
    put(txn, 2, (struct bytes){(uint8_t *)value, LONG_VALUE});
    must(store_commit(&txn, NULL) == STATUS_OK);
    must(store_begin(env, true, &txn, NULL) == STATUS_OK);
    put(txn, 2, value_of("and nothing else is here"));
    must(store_commit(&txn, NULL) == STATUS_OK);
    expect_int64(count_in_file(planted), 2);
    expect_ok(store_overwrite_unused(env, &error), &error);
    expect_int64(count_in_file(planted), 1);
    expect_whole(2);
}

/* Its snapshot must stay whole; afterwards it goes. */
static void nothing_is_overwritten_while_somebody_reads_what_was_before(void)
{
    struct store_txn *reader = NULL;
    struct error error;

    given_values(planted, 1);
    expect_ok(store_begin(env, false, &reader, &error), &error);
    given_values("and nothing else is here", 1);
    expect_int64(store_overwrite_unused(env, &error), STATUS_UNAVAILABLE);
    expect_text(text_from(error.code), "being_read");
    expect(count_in_file(planted) >= ROWS);
    store_abort(&reader);
    expect_ok(store_overwrite_unused(env, &error), &error);
    expect_int64(count_in_file(planted), 0);
}

static const struct test tests[] = {
    TEST(what_was_replaced_is_in_no_byte_of_the_file),
    TEST(what_was_deleted_is_in_no_page_that_is_in_use),
    TEST(a_long_value_stays_and_one_that_is_gone_is_wiped),
    TEST(nothing_is_overwritten_while_somebody_reads_what_was_before),
};
const struct suite test_overwrite_suite =
    SUITE_WITH("eventlog/store/overwrite", tests, .set_up = set_up, .tear_down = tear_down);
