/*
 * Another key-encryption key: both open while both are given; then all is wrapped under the new one or nothing is,
 * and a copy of before opens under the former.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/keyring_internal.h"
#include "tests/support/expect.h"
#include "tests/support/forget.h"
#include "tests/support/ledger.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define OLD "the secret of before"
#define NEW "the secret from now on"

enum { PEOPLE = 50, MONTH = 24314, OWN_ROWS = 4, LARGEST_FILE = 4 << 20, PATH_SIZE = 512 };

static struct arena *arena;
static const char *home;
static struct keyring *keyring;
static struct data_key keys[PEOPLE];

static struct uuid person(unsigned n)
{
    return make_id(n + 1);
}

static enum status
open_with(const char *directory, const char *secret, const char *former, struct error *error)
{
    must(keyring == NULL);
    return keyring_open_with(
        &(struct keyring_settings){
            .home = directory,
            .secret = secret == NULL ? (struct text){0} : text_from(secret),
            .former = former == NULL ? (struct text){0} : text_from(former)},
        &keyring, error);
}

static void close_keyring(void)
{
    keyring_close(keyring);
    keyring = NULL;
}

static void reopen(const char *secret, const char *former)
{
    struct error error;

    close_keyring();
    expect_ok(open_with(home, secret, former, &error), &error);
}

/* Every second has a key of origins. */
static void given_people(void)
{
    for (unsigned n = 0; n < PEOPLE; n++) {
        keys[n] = (struct data_key){.subject = person(n), .month = n % 2 == 0 ? 0 : MONTH};
        must(keyring_key_for_sealing(keyring, &keys[n], NULL) == STATUS_OK);
        must(keyring_commit(keyring, NULL) == STATUS_OK);
    }
    must(forget_subject(keyring, person(PEOPLE - 1), NULL) == STATUS_OK);
    must(keyring_wipe(keyring, NULL) == STATUS_OK);
}

static void set_up(void)
{
    arena = arena_new((size_t)LARGEST_FILE * 4);
    home = make_directory();
    must(open_with(home, OLD, NULL, NULL) == STATUS_OK);
    given_people();
}

static void tear_down(void)
{
    close_keyring();
    arena_free(arena);
}

static void expect_all_keys(void)
{
    for (unsigned n = 0; n < PEOPLE; n++) {
        struct data_key key = {.subject = person(n), .id = keys[n].id};
        enum key_state state = KEY_LOST;
        AUTO_TXN txn = NULL;
        struct error error;
        expect_ok(keyring_begin(keyring, &txn, &error), &error);
        expect_ok(keyring_find(keyring, txn, &key, &state, &error), &error);
        expect_int64(state, n == PEOPLE - 1 ? KEY_DESTROYED : KEY_PRESENT);
        expect(n == PEOPLE - 1 || memcmp(key.bytes, keys[n].bytes, sizeof(key.bytes)) == 0);
        expect(n == PEOPLE - 1 || key.month == keys[n].month);
    }
}

static void expect_refused(const char *directory, const char *secret, const char *former)
{
    struct error error;

    close_keyring();
    expect_status(open_with(directory, secret, former, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "wrong_secret");
}

static void expect_rewrapped(int64_t rows)
{
    struct rewrapping rewrapping;
    struct error error;

    expect_ok(keyring_rewrap(keyring, &rewrapping, &error), &error);
    expect_int64(rewrapping.rows, rows);
}

static const char *path_of(const char *directory, const char *name)
{
    return text_format(arena, "%s/%s", directory, name).data;
}

static struct bytes content_of(const char *path)
{
    uint8_t *all = arena_take(arena, LARGEST_FILE);
    FILE *file = fopen(path, "re");
    size_t size;

    must(file != NULL);
    size = fread(all, 1, LARGEST_FILE, file);
    fclose(file);
    return (struct bytes){all, size};
}

static void write_file(const char *path, struct bytes content)
{
    FILE *file = fopen(path, "we");

    must(file != NULL && fwrite(content.data, 1, content.size, file) == content.size);
    must(fclose(file) == 0 && chmod(path, 0600) == 0);
}

static void while_both_are_given_either_opens(void)
{
    reopen(NEW, OLD);
    expect_all_keys();
    expect_refused(home, NEW, NULL);
    reopen(OLD, NEW);
    expect_all_keys();
}

static void everything_is_wrapped_anew_at_once(void)
{
    reopen(NEW, OLD);
    expect_rewrapped(PEOPLE - 1 + OWN_ROWS);
    expect_all_keys();
    reopen(NEW, NULL);
    expect_all_keys();
    expect_refused(home, OLD, NULL);
}

static void once_more_there_is_nothing_left_to_wrap(void)
{
    reopen(NEW, OLD);
    expect_rewrapped(PEOPLE - 1 + OWN_ROWS);
    expect_rewrapped(0);
}

static void a_copy_from_before_opens_under_the_former_key(void)
{
    const char *copy = make_directory();

    close_keyring();
    write_file(path_of(copy, "keys.mdb"), content_of(path_of(home, "keys.mdb")));
    reopen(NEW, OLD);
    expect_rewrapped(PEOPLE - 1 + OWN_ROWS);
    expect_refused(copy, NEW, NULL);
    must(open_with(copy, OLD, NULL, NULL) == STATUS_OK);
    expect_all_keys();
}

static struct bytes wrapped_row(unsigned n)
{
    struct key_name name = key_name_of(person(n), keys[n].id);
    struct bytes row;
    AUTO_TXN txn = NULL;

    must(keyring_begin(keyring, &txn, NULL) == STATUS_OK);
    must(store_get(txn, keyring->table, key_name_bytes(&name), &row, NULL) == STATUS_OK);
    return bytes_copy(arena, row);
}

static void what_the_former_key_wrapped_is_in_no_byte_of_the_file(void)
{
    struct bytes rows[PEOPLE - 1];
    struct bytes all;

    reopen(NEW, OLD);
    for (unsigned n = 0; n < PEOPLE - 1; n++)
        rows[n] = wrapped_row(n);
    expect_rewrapped(PEOPLE - 1 + OWN_ROWS);
    expect(keyring_is_wiped(keyring));
    all = content_of(path_of(home, "keys.mdb"));
    for (unsigned n = 0; n < PEOPLE - 1; n++)
        expect(memmem(all.data, all.size, rows[n].data, rows[n].size) == NULL);
}

static void a_wrong_former_key_is_said_before_anything_is_written(void)
{
    struct bytes before;

    close_keyring();
    before = content_of(path_of(home, "keys.mdb"));
    expect_refused(home, NEW, "neither this nor that one");
    expect(bytes_equal(before, content_of(path_of(home, "keys.mdb"))));
    must(open_with(home, OLD, NULL, NULL) == STATUS_OK);
}

static enum status
put_garbage(struct keyring *into, struct store_txn *txn, void *context, struct error *error)
{
    static const uint8_t garbage[WRAPPED_SIZE] = {7};
    struct key_name name = key_name_of(make_id(PEOPLE + 1), keys[0].id);

    (void)context;
    return store_put(
        txn, into->table, key_name_bytes(&name), (struct bytes){garbage, sizeof(garbage)}, error);
}

static void where_one_opens_under_neither_nothing_is_written(void)
{
    struct rewrapping rewrapping;
    struct error error;

    reopen(NEW, OLD);
    expect_ok(keyring_write(keyring, put_garbage, NULL, &error), &error);
    expect_status(keyring_rewrap(keyring, &rewrapping, &error), STATUS_CORRUPT, &error);
    reopen(OLD, NULL);
    expect_all_keys();
}

static void files_of_keys_rotate_as_settings_do(void)
{
    static const uint8_t fresh[AEAD_KEY_SIZE] = {3};

    close_keyring();
    home = make_directory();
    must(open_with(home, NULL, NULL, NULL) == STATUS_OK);
    given_people();
    close_keyring();
    must(rename(path_of(home, "secret.key"), path_of(home, "secret.key.former")) == 0);
    write_file(path_of(home, "secret.key"), (struct bytes){fresh, sizeof(fresh)});
    must(open_with(home, NULL, NULL, NULL) == STATUS_OK);
    expect_rewrapped(PEOPLE - 1 + OWN_ROWS);
    close_keyring();
    must(remove(path_of(home, "secret.key.former")) == 0);
    must(open_with(home, NULL, NULL, NULL) == STATUS_OK);
    expect_all_keys();
}

/* Its leader has another key by now. */
static void a_follower_is_told_that_its_key_is_the_former_one(void)
{
    struct key_name name = key_name_of(make_id(PEOPLE + 1), keys[0].id);
    struct wrapped_room wrapped;
    struct key_row row = {.name = key_name_bytes(&name)};
    struct key_rows rows = {{&row, 1}};
    struct error error;

    reopen(NEW, OLD);
    row.wrapped = keyring_wrap(keyring, row.name, keys[0].bytes, 0, &wrapped);
    reopen(OLD, NULL);
    expect_status(keyring_add_rows(keyring, &rows, &error), STATUS_INVALID, &error);
    expect_text(text_from(error.code), "wrong_secret");
    reopen(NEW, OLD);
    expect_ok(keyring_add_rows(keyring, &rows, &error), &error);
}

static const struct test tests[] = {
    TEST(while_both_are_given_either_opens),
    TEST(everything_is_wrapped_anew_at_once),
    TEST(once_more_there_is_nothing_left_to_wrap),
    TEST(a_copy_from_before_opens_under_the_former_key),
    TEST(what_the_former_key_wrapped_is_in_no_byte_of_the_file),
    TEST(a_wrong_former_key_is_said_before_anything_is_written),
    TEST(where_one_opens_under_neither_nothing_is_written),
    TEST(files_of_keys_rotate_as_settings_do),
    TEST(a_follower_is_told_that_its_key_is_the_former_one),
};
const struct suite test_rewrap_suite =
    SUITE_WITH("eventlog/rewrap", tests, .set_up = set_up, .tear_down = tear_down);
