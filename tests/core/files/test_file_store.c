/*
 * Files by name in a directory: whole or not at all, in the order of their names, below the directory and
 * nowhere else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/files/file_store.h"
#include "tests/support/expect.h"
#include "tests/support/stored_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static struct file_store *store;
static struct error error;
static const char *directory;

static void set_up(void)
{
    arena = arena_new(1 << 20);
    directory = text_format(arena, "%s/store", make_directory()).data;
    error = (struct error){0};
    must(
        file_store_directory_open(text_from(directory), FILE_STORE_WRITE, &store, &error) ==
        STATUS_OK);
}

static void tear_down(void)
{
    file_store_close(store);
    arena_free(arena);
}

static void what_was_put_is_got(void)
{
    given_stored_file(store, "a/b/c.txt", text_lit("first"));
    expect_text(stored_content(store, arena, "a/b/c.txt"), "first");
    given_stored_file(store, "a/b/c.txt", text_lit("second"));
    expect_text(stored_content(store, arena, "a/b/c.txt"), "second");
    given_stored_file(store, "empty", text_lit(""));
    expect_text(stored_content(store, arena, "empty"), "");
}

static void files_are_listed_in_the_order_of_their_names(void)
{
    expect_listed_in_order(store, arena);
}

static void a_removed_file_is_gone_and_may_be_removed_again(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 100);
    given_stored_file(store, "a/b/1", text_lit("1"));
    given_stored_file(store, "a/2", text_lit("2"));
    expect_ok(file_store_remove(store, text_lit("a/b/1"), &error), &error);
    expect_ok(file_store_remove(store, text_lit("a/b/1"), &error), &error);
    expect_status(file_store_get(store, text_lit("a/b/1"), &out, &error), STATUS_NOT_FOUND, &error);
    expect_text(text_from(error.code), "file_missing");
    expect_text(stored_list(store, arena, ""), "a/2 1\n");
}

static void a_name_leads_nowhere_else(void)
{
    static const char *const names[] = {"",       "/",       "/a",   "a/",  "a//b", "../a",
                                        "a/../b", ".hidden", "a/.b", "a b", "a\nb", "ä"};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        expect(!file_store_name_is_valid(text_from(names[i])));
        expect_status(
            file_store_put(store, text_from(names[i]), (struct bytes){NULL, 0}, &error),
            STATUS_INVALID, &error);
    }
    expect_text(stored_list(store, arena, ""), "");
}

static void a_file_larger_than_its_reader_takes_is_refused(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 4);
    given_stored_file(store, "five", text_lit("12345"));
    expect_status(file_store_get(store, text_lit("five"), &out, &error), STATUS_TOO_LARGE, &error);
    expect_int64((int64_t)out.size, 0);
}

/* As a kill while writing leaves it. */
static void what_was_not_finished_is_no_file(void)
{
    FILE *file = fopen(text_format(arena, "%s/.unfinished", directory).data, "we");

    must(file != NULL && fputs("half", file) >= 0 && fclose(file) == 0);
    expect_text(stored_list(store, arena, ""), "");
    given_stored_file(store, "whole", text_lit("1"));
    expect_text(stored_list(store, arena, ""), "whole 1\n");
}

static void one_writes_at_a_time_and_others_read(void)
{
    struct file_store *other = NULL;

    expect_status(
        file_store_directory_open(text_from(directory), FILE_STORE_WRITE, &other, &error),
        STATUS_CONFLICT, &error);
    expect_text(text_from(error.code), "store_in_use");
    expect_ok(
        file_store_directory_open(text_from(directory), FILE_STORE_READ, &other, &error), &error);
    file_store_close(other);
}

static void what_is_not_there_cannot_be_read(void)
{
    struct file_store *other = NULL;

    expect_status(
        file_store_directory_open(
            text_format(arena, "%s/none", directory), FILE_STORE_READ, &other, &error),
        STATUS_NOT_FOUND, &error);
    expect_text(text_from(error.code), "store_missing");
}

static void files_are_for_their_owner_alone(void)
{
    struct stat file;

    given_stored_file(store, "a/secret", text_lit("1"));
    must(stat(text_format(arena, "%s/a/secret", directory).data, &file) == 0);
    expect_int64(file.st_mode & 0777, 0600);
    must(stat(text_format(arena, "%s/a", directory).data, &file) == 0);
    expect_int64(file.st_mode & 0777, 0700);
}

static const struct test tests[] = {
    TEST(what_was_put_is_got),
    TEST(files_are_listed_in_the_order_of_their_names),
    TEST(a_removed_file_is_gone_and_may_be_removed_again),
    TEST(a_name_leads_nowhere_else),
    TEST(a_file_larger_than_its_reader_takes_is_refused),
    TEST(what_was_not_finished_is_no_file),
    TEST(one_writes_at_a_time_and_others_read),
    TEST(what_is_not_there_cannot_be_read),
    TEST(files_are_for_their_owner_alone),
};
const struct suite test_file_store_suite =
    SUITE_WITH("core/files/file_store", tests, .set_up = set_up, .tear_down = tear_down);
