/*
 * The door to LMDB: pairs, order, duplicates, transactions, errors as statuses.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/store/env.h"
#include "tests/support/expect.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct bytes key_of(const char *key)
{
    return bytes_of_text(text_from(key));
}

static struct store_env *
make_env(const char *directory, const struct store_fault_injection *fault_injection)
{
    struct store_settings settings = {
        .directory = directory,
        .name = "test.mdb",
        .map_bytes = STORE_MAP_BYTES,
        .most_tables = 8,
        .fault_injection = fault_injection,
    };
    struct store_env *env = NULL;
    struct error error;

    expect_ok(store_open(&settings, &env, &error), &error);
    return env;
}

static struct store_table make_table(struct store_env *env, const char *name, unsigned flags)
{
    struct store_table_spec spec = {name, flags};
    struct store_table table;
    struct error error;

    expect_ok(store_tables(env, &spec, 1, &table, &error), &error);
    return table;
}

static void
given_pair(struct store_env *env, struct store_table table, const char *key, const char *value)
{
    struct store_txn *txn = NULL;
    struct error error;

    expect_ok(store_begin(env, true, &txn, &error), &error);
    expect_ok(store_put(txn, table, key_of(key), key_of(value), &error), &error);
    expect_ok(store_commit(&txn, &error), &error);
}

static enum status
value_of(struct store_env *env, struct store_table table, const char *key, char out[32])
{
    AUTO_TXN txn = NULL;
    struct bytes value;
    struct error error;
    enum status status;

    expect_ok(store_begin(env, false, &txn, &error), &error);
    status = store_get(txn, table, key_of(key), &value, &error);
    if (status == STATUS_OK)
        snprintf(out, 32, "%.*s", TEXT_ARGS(text_of_bytes(value)));
    return status;
}

static void what_was_committed_is_there_after_opening_again(void)
{
    const char *directory = make_directory();
    struct store_env *env = make_env(directory, NULL);
    char value[32] = "";

    given_pair(env, make_table(env, "table", 0), "a", "one");
    store_close(env);
    env = make_env(directory, NULL);
    expect_int64(value_of(env, make_table(env, "table", 0), "a", value), STATUS_OK);
    expect_text(text_from(value), "one");
    expect_int64(value_of(env, make_table(env, "table", 0), "b", value), STATUS_NOT_FOUND);
    store_close(env);
}

static void what_was_aborted_is_not_there(void)
{
    struct store_env *env = make_env(make_directory(), NULL);
    struct store_table table = make_table(env, "table", 0);
    struct store_txn *txn = NULL;
    struct error error;
    char value[32];

    expect_ok(store_begin(env, true, &txn, &error), &error);
    expect_ok(store_put(txn, table, key_of("a"), key_of("one"), &error), &error);
    store_abort(&txn);
    expect(txn == NULL);
    expect_int64(value_of(env, table, "a", value), STATUS_NOT_FOUND);
    store_close(env);
}

static void numbers_as_keys_are_in_the_order_of_numbers(void)
{
    struct store_env *env = make_env(make_directory(), NULL);
    struct store_table table = make_table(env, "numbers", 0);
    uint64_t numbers[] = {1, 255, 256, 70000, (uint64_t)1 << 40};
    struct error error;
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    enum store_move move = STORE_FIRST;

    expect_ok(store_begin(env, true, &txn, &error), &error);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct store_number number = store_number(numbers[i]);

        expect_int64(store_number_value(number.bytes), numbers[i]);
        expect_ok(store_append(txn, table, store_number_key(&number), key_of("x"), &error), &error);
    }
    expect_ok(store_cursor_open(txn, table, &cursor, &error), &error);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct bytes key;
        struct bytes value;

        expect_ok(store_cursor_move(cursor, move, &key, &value, &error), &error);
        expect_int64(key.size, 8);
        expect_int64(store_number_value(key.data), numbers[i]);
        move = STORE_NEXT;
    }
    store_cursor_close(&cursor);
    store_abort(&txn);
    store_close(env);
}

static void duplicates_are_kept_once_each_and_sought_by_value(void)
{
    struct store_env *env = make_env(make_directory(), NULL);
    struct store_table table = make_table(env, "many", STORE_DUPLICATES);
    struct bytes key = key_of("k");
    struct bytes value = key_of("22");
    struct error error;
    AUTO_TXN txn = NULL;
    AUTO_CURSOR cursor = NULL;
    uint64_t count = 0;

    given_pair(env, table, "k", "30");
    given_pair(env, table, "k", "10");
    given_pair(env, table, "k", "10");
    expect_ok(store_begin(env, false, &txn, &error), &error);
    expect_ok(store_count(txn, table, &count, &error), &error);
    expect_int64(count, 2);
    expect_ok(store_cursor_open(txn, table, &cursor, &error), &error);
    expect_ok(store_cursor_move(cursor, STORE_SEEK_VALUE, &key, &value, &error), &error);
    expect_text(text_of_bytes(value), "30");
    expect_ok(store_cursor_move(cursor, STORE_PREVIOUS_VALUE, &key, &value, &error), &error);
    expect_text(text_of_bytes(value), "10");
    expect_int64(
        store_cursor_move(cursor, STORE_PREVIOUS_VALUE, &key, &value, &error), STATUS_NOT_FOUND);
    store_cursor_close(&cursor);
    store_abort(&txn);
    store_close(env);
}

static void count_name(struct text name, void *context)
{
    size_t *count = context;

    *count += text_is(name, "one") || text_is(name, "two") ? 1 : 100;
}

static void tables_are_named_and_can_be_removed(void)
{
    struct store_env *env = make_env(make_directory(), NULL);
    struct store_table one = make_table(env, "one", 0);
    struct store_txn *txn = NULL;
    struct error error;
    size_t count = 0;

    make_table(env, "two", 0);
    expect_ok(store_begin(env, true, &txn, &error), &error);
    expect_ok(store_each_table(txn, count_name, &count, &error), &error);
    expect_int64(count, 2);
    expect_ok(store_table_empty(txn, one, true, &error), &error);
    expect_ok(store_commit(&txn, &error), &error);
    expect_ok(store_begin(env, false, &txn, &error), &error);
    expect_int64(
        store_table_open(txn, (struct store_table_spec){"one", 0}, &one, &error), STATUS_NOT_FOUND);
    store_abort(&txn);
    store_close(env);
}

static void a_map_that_is_full_is_a_full_store(void)
{
    struct store_settings settings = {
        .directory = make_directory(), .name = "small.mdb", .map_bytes = 1 << 17, .most_tables = 2};
    struct store_env *env = NULL;
    struct store_table table;
    enum status status = STATUS_OK;
    struct error error;
    AUTO_TXN txn = NULL;
    static const uint8_t page[3000];

    expect_ok(store_open(&settings, &env, &error), &error);
    table = make_table(env, "table", 0);
    expect_ok(store_begin(env, true, &txn, &error), &error);
    for (uint64_t i = 0; i < 100 && status == STATUS_OK; i++) {
        struct store_number number = store_number(i);
        status = store_put(
            txn, table, store_number_key(&number), (struct bytes){page, sizeof(page)}, &error);
    }
    expect_status(status, STATUS_FULL, NULL);
    expect_text(text_from(error.code), "storage_full");
    store_abort(&txn);
    store_close(env);
}

static void a_directory_that_is_not_there_is_unavailable(void)
{
    struct store_settings settings = {
        .directory = "/nonexistent", .name = "x.mdb", .map_bytes = STORE_MAP_BYTES};
    struct store_env *env = NULL;
    struct error error;

    expect_status(store_open(&settings, &env, &error), STATUS_UNAVAILABLE, NULL);
    expect(env == NULL);
}

static void a_file_that_is_no_store_is_corrupt(void)
{
    const char *directory = make_directory();
    struct store_settings settings = {
        .directory = directory, .name = "x.mdb", .map_bytes = STORE_MAP_BYTES};
    struct store_env *env = NULL;
    struct error error;
    char path[512];
    char noise[8192];
    int descriptor;

    memset(noise, 'x', sizeof(noise));
    snprintf(path, sizeof(path), "%s/x.mdb", directory);
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    expect(write(descriptor, noise, sizeof(noise)) == sizeof(noise));
    close(descriptor);
    expect_status(store_open(&settings, &env, &error), STATUS_CORRUPT, NULL);
}

static enum store_fault fail_commit(void *context, bool is_commit)
{
    const enum store_fault *what = context;

    return is_commit ? *what : STORE_FAULT_NONE;
}

static void a_fault_before_the_commit_loses_it_and_one_after_keeps_it(void)
{
    enum store_fault what = STORE_FAULT_NONE;
    struct store_fault_injection fault_injection = {fail_commit, &what};
    struct store_env *env = make_env(make_directory(), &fault_injection);
    struct store_table table = make_table(env, "table", 0);
    const char *keys[] = {"before", "after"};
    char value[32];
    struct error error;

    for (size_t i = 0; i < 2; i++) {
        struct store_txn *txn = NULL;

        what = i == 0 ? STORE_FAULT_BEFORE : STORE_FAULT_AFTER;
        expect_ok(store_begin(env, true, &txn, &error), &error);
        expect_ok(store_put(txn, table, key_of(keys[i]), key_of("x"), &error), &error);
        expect_status(store_commit(&txn, &error), STATUS_INTERNAL, NULL);
        expect(txn == NULL);
    }
    expect_int64(value_of(env, table, "before", value), STATUS_NOT_FOUND);
    expect_int64(value_of(env, table, "after", value), STATUS_OK);
    store_close(env);
}

static void a_child_that_runs_another_program_does_not_inherit_the_file(void)
{
    struct store_env *env = make_env(make_directory(), NULL);

    expect((fcntl(store_descriptor(env), F_GETFD) & FD_CLOEXEC) != 0);
    expect(store_used_bytes(env) > 0);
    store_close(env);
}

static const struct test tests[] = {
    TEST(what_was_committed_is_there_after_opening_again),
    TEST(what_was_aborted_is_not_there),
    TEST(numbers_as_keys_are_in_the_order_of_numbers),
    TEST(duplicates_are_kept_once_each_and_sought_by_value),
    TEST(tables_are_named_and_can_be_removed),
    TEST(a_map_that_is_full_is_a_full_store),
    TEST(a_directory_that_is_not_there_is_unavailable),
    TEST(a_file_that_is_no_store_is_corrupt),
    TEST(a_fault_before_the_commit_loses_it_and_one_after_keeps_it),
    TEST(a_child_that_runs_another_program_does_not_inherit_the_file),
};
const struct suite test_env_suite = SUITE("eventlog/store/env", tests);
