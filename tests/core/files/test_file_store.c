/*
 * Files by name in a directory: whole or not at all, in the order of their names, below the directory and
 * nowhere else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/files/file_store.h"
#include "tests/support/expect.h"

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

static void given_file(const char *name, const char *content)
{
    expect_ok(
        file_store_put(store, text_from(name), bytes_of_text(text_from(content)), &error), &error);
}

static struct text content_of(const char *name)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    expect_ok(file_store_get(store, text_from(name), &out, &error), &error);
    return text_copy(arena, buf_text(&out));
}

static void add_line(const struct stored_file *file, void *context)
{
    buf_printf(context, "%.*s %llu\n", TEXT_ARGS(file->name), (unsigned long long)file->size);
}

static struct text listed(const char *prefix)
{
    AUTO_BUF out = {0};

    buf_init(&out, 1 << 16);
    expect_ok(file_store_list(store, text_from(prefix), add_line, &out, &error), &error);
    return text_copy(arena, buf_text(&out));
}

static void what_was_put_is_got(void)
{
    given_file("a/b/c.txt", "first");
    expect_text(content_of("a/b/c.txt"), "first");
    given_file("a/b/c.txt", "second");
    expect_text(content_of("a/b/c.txt"), "second");
    given_file("empty", "");
    expect_text(content_of("empty"), "");
}

static void files_are_listed_in_the_order_of_their_names(void)
{
    given_file("a/2", "22");
    given_file("a-1", "1");
    given_file("a/10", "1010");
    given_file("b", "");
    expect_text(listed(""), "a-1 1\na/10 4\na/2 2\nb 0\n");
    expect_text(listed("a"), "a-1 1\na/10 4\na/2 2\n");
    expect_text(listed("a/1"), "a/10 4\n");
    expect_text(listed("c"), "");
}

static void a_removed_file_is_gone_and_may_be_removed_again(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 100);
    given_file("a/b/1", "1");
    given_file("a/2", "2");
    expect_ok(file_store_remove(store, text_lit("a/b/1"), &error), &error);
    expect_ok(file_store_remove(store, text_lit("a/b/1"), &error), &error);
    expect_status(file_store_get(store, text_lit("a/b/1"), &out, &error), STATUS_NOT_FOUND, &error);
    expect_text(text_from(error.code), "file_missing");
    expect_text(listed(""), "a/2 1\n");
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
    expect_text(listed(""), "");
}

static void a_file_larger_than_its_reader_takes_is_refused(void)
{
    AUTO_BUF out = {0};

    buf_init(&out, 4);
    given_file("five", "12345");
    expect_status(file_store_get(store, text_lit("five"), &out, &error), STATUS_TOO_LARGE, &error);
    expect_int64((int64_t)out.size, 0);
}

/* As a kill while writing leaves it. */
static void what_was_not_finished_is_no_file(void)
{
    FILE *file = fopen(text_format(arena, "%s/.unfinished", directory).data, "we");

    must(file != NULL && fputs("half", file) >= 0 && fclose(file) == 0);
    expect_text(listed(""), "");
    given_file("whole", "1");
    expect_text(listed(""), "whole 1\n");
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

    given_file("a/secret", "1");
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
