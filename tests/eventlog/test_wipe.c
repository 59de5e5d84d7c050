/*
 * A destroyed key is in no byte of keys.mdb, wrapped or not, whatever happened to its page; and a kill
 * between the steps leaves a step that is still due.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/keyring_internal.h"
#include "tests/support/expect.h"
#include "tests/support/failing.h"
#include "tests/support/forget.h"

#include <stdio.h>
#include <string.h>

enum { PEOPLE = 400, MONTH = 24314, LARGEST_FILE = 16 << 20, PATH_SIZE = 512 };

static struct arena *arena;
static const char *home;
static struct keyring *keyring;
static uint8_t wrapped[PEOPLE][WRAPPED_MOST];

static void open_keyring(void)
{
    must(keyring_open(home, (struct text){NULL, 0}, false, &keyring, NULL) == STATUS_OK);
}

static void set_up(void)
{
    arena = arena_new((size_t)LARGEST_FILE * 8);
    home = make_directory();
    open_keyring();
}

static void tear_down(void)
{
    keyring_close(keyring);
    keyring = NULL;
    arena_free(arena);
}

/* In no order, so that pages are split. */
static struct uuid person(unsigned n)
{
    struct uuid id = {{0}};
    struct digest digest = sha256((struct bytes){(const uint8_t *)&n, sizeof(n)});

    memcpy(id.bytes, digest.bytes, sizeof(id.bytes));
    return id;
}

static void note_wrapped(const uint8_t key_id[KEY_ID_SIZE], bool is_destroyed, void *context)
{
    struct key_name *name = context;

    (void)is_destroyed;
    memcpy(name->bytes + sizeof(struct uuid), key_id, KEY_ID_SIZE);
}

/* Half of them have a key of fields, half one of origins. */
static void given_people(unsigned from, unsigned end)
{
    for (unsigned n = from; n < end; n++) {
        struct data_key key = {.subject = person(n), .month = n % 4 < 2 ? 0 : MONTH};
        struct key_name name = key_name_of(person(n), (struct key_id){{0}});
        struct bytes row;
        AUTO_TXN txn = NULL;
        must(keyring_key_for_sealing(keyring, &key, NULL) == STATUS_OK);
        must(keyring_commit(keyring, NULL) == STATUS_OK);
        must(keyring_each_key(keyring, person(n), note_wrapped, &name, NULL) == STATUS_OK);
        must(keyring_begin(keyring, &txn, NULL) == STATUS_OK);
        must(store_get(txn, keyring->table, key_name_bytes(&name), &row, NULL) == STATUS_OK);
        memcpy(wrapped[n], row.data, row.size);
    }
}

/* Is the person's wrapped key, or half of it, in the file? */
static bool is_in_file(unsigned n)
{
    char path[PATH_SIZE];
    char *all = arena_take(arena, LARGEST_FILE);
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), "%s/keys.mdb", home);
    file = fopen(path, "re");
    must(file != NULL);
    size = fread(all, 1, LARGEST_FILE, file);
    fclose(file);
    return memmem(all, size, wrapped[n], WRAPPED_SIZE / 2) != NULL ||
           memmem(all, size, wrapped[n] + WRAPPED_SIZE / 2, WRAPPED_SIZE / 2) != NULL;
}

static void a_destroyed_key_is_in_no_byte_of_the_file(void)
{
    struct error error;

    given_people(0, 20);
    for (unsigned n = 0; n < 20; n += 7) {
        expect(is_in_file(n));
        expect_ok(forget_subject(keyring, person(n), &error), &error);
        expect(!keyring_is_wiped(keyring));
        expect_ok(keyring_wipe(keyring, &error), &error);
        expect(keyring_is_wiped(keyring));
        expect(!is_in_file(n));
        expect(is_in_file(n + 1));
        arena_reset(arena);
    }
}

/* Pages were split and copied since: the key lay in many places. */
static void nor_are_traces_of_its_pages(void)
{
    struct error error;

    given_people(0, PEOPLE);
    for (unsigned n = 0; n < PEOPLE; n += 2)
        expect_ok(forget_subject(keyring, person(n), &error), &error);
    expect_ok(keyring_wipe(keyring, &error), &error);
    for (unsigned n = 0; n < PEOPLE; n++) {
        expect(is_in_file(n) == (n % 2 == 1));
        arena_reset(arena);
    }
}

/* LMDB writes pages from memory that held others before. */
static void nor_does_a_later_commit_bring_it_back(void)
{
    struct error error;

    given_people(0, PEOPLE / 2);
    for (unsigned n = 0; n < PEOPLE / 2; n += 5)
        expect_ok(forget_subject(keyring, person(n), &error), &error);
    expect_ok(keyring_wipe(keyring, &error), &error);
    for (unsigned n = PEOPLE / 2; n < PEOPLE; n++) {
        given_people(n, n + 1);
        expect(!keyring_is_wiped(keyring));
        expect_ok(keyring_wipe(keyring, &error), &error);
    }
    for (unsigned n = 0; n < PEOPLE / 2; n++) {
        expect(is_in_file(n) == (n % 5 != 0));
        arena_reset(arena);
    }
}

/* Rows of another's file, as a follower adds them. */
static void nor_do_rows_that_are_added(void)
{
    static const uint8_t key[AEAD_KEY_SIZE] = {1};
    struct error error;

    given_people(0, PEOPLE / 2);
    for (unsigned n = 0; n < PEOPLE / 2; n += 5)
        expect_ok(forget_subject(keyring, person(n), &error), &error);
    expect_ok(keyring_wipe(keyring, &error), &error);
    for (unsigned n = PEOPLE / 2; n < PEOPLE; n++) {
        struct key_name name = key_name_of(person(n), (struct key_id){{1}});
        struct wrapped_room another;
        struct key_row row = {.name = key_name_bytes(&name)};
        struct key_rows rows = {{&row, 1}};
        row.wrapped = keyring_wrap(keyring, row.name, key, n % 2 == 0 ? 0 : MONTH, &another);
        expect_ok(keyring_add_rows(keyring, &rows, &error), &error);
        expect(!keyring_is_wiped(keyring));
        expect_ok(keyring_wipe(keyring, &error), &error);
    }
    for (unsigned n = 0; n < PEOPLE / 2; n++) {
        expect(is_in_file(n) == (n % 5 != 0));
        arena_reset(arena);
    }
}

/* As after a kill: the next run finds it due. */
static void what_a_run_has_not_overwritten_the_next_one_does(void)
{
    struct error error;

    given_people(0, 20);
    expect_ok(forget_subject(keyring, person(3), &error), &error);
    keyring_close(keyring);
    open_keyring();
    expect(!keyring_is_wiped(keyring));
    expect_ok(keyring_wipe(keyring, &error), &error);
    expect(keyring_is_wiped(keyring));
    expect(!is_in_file(3));
    expect_ok(keyring_wipe(keyring, &error), &error);
}

/* Emptied first, so that even the page that is written when it is destroyed does not hold it. */
static void other_keys_open_as_before(void)
{
    struct data_key before = {.subject = person(1)};
    struct data_key after = {.subject = person(1)};
    struct error error;

    given_people(0, 50);
    expect_ok(keyring_key_for_sealing(keyring, &before, &error), &error);
    expect_ok(forget_subject(keyring, person(2), &error), &error);
    expect_ok(keyring_wipe(keyring, &error), &error);
    keyring_close(keyring);
    open_keyring();
    expect_ok(keyring_key_for_sealing(keyring, &after, &error), &error);
    expect(memcmp(before.bytes, after.bytes, sizeof(after.bytes)) == 0);
}

/* LMDB may refuse the file to whoever has it open, once a commit has failed. */
static void where_a_key_cannot_be_destroyed_or_added_readers_have_another_way_in(void)
{
    static const uint8_t key[AEAD_KEY_SIZE] = {1};
    struct wrapped_room any;
    struct key_name name = key_name_of(person(1), (struct key_id){{1}});
    struct key_row row = {.name = key_name_bytes(&name)};
    struct key_rows rows = {{&row, 1}};
    struct failing keys;
    struct keyring_settings settings = {.home = home, .fault_injection = failing_at_will(&keys)};

    given_people(0, 1);
    row.wrapped = keyring_wrap(keyring, row.name, key, 0, &any);
    for (int is_adding = 0; is_adding < 2; is_adding++) {
        keyring_close(keyring);
        must(keyring_open_with(&settings, &keyring, NULL) == STATUS_OK);
        keys.left = 1;
        expect_int64(
            is_adding ? keyring_add_rows(keyring, &rows, NULL)
                      : forget_subject(keyring, person(0), NULL),
            STATUS_INTERNAL);
        expect(atomic_load(&keyring->to_read) != keyring->env);
    }
    keyring_close(keyring);
    open_keyring();
}

/* That is no reason to read elsewhere: others go on writing. */
static void a_malformed_row_is_not_added(void)
{
    struct key_name name = key_name_of(person(1), (struct key_id){{1}});
    struct key_row row = {key_name_bytes(&name), {name.bytes, 1}};
    struct key_rows rows = {{&row, 1}};

    expect_int64(keyring_add_rows(keyring, &rows, NULL), STATUS_CORRUPT);
    expect(atomic_load(&keyring->to_read) == keyring->env);
}

static const struct test tests[] = {
    TEST(a_destroyed_key_is_in_no_byte_of_the_file),
    TEST(nor_are_traces_of_its_pages),
    TEST(nor_does_a_later_commit_bring_it_back),
    TEST(nor_do_rows_that_are_added),
    TEST(what_a_run_has_not_overwritten_the_next_one_does),
    TEST(other_keys_open_as_before),
    TEST(where_a_key_cannot_be_destroyed_or_added_readers_have_another_way_in),
    TEST(a_malformed_row_is_not_added),
};
const struct suite test_wipe_suite =
    SUITE_WITH("eventlog/wipe", tests, .set_up = set_up, .tear_down = tear_down);
