/*
 * Small files, read whole or refused by name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/files/file_read.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/file_read.XXXXXX";

static void given_file(const char *content)
{
    int file = mkstemp(memcpy(path, "/tmp/file_read.XXXXXX", sizeof(path)));

    must(file >= 0 && write(file, content, strlen(content)) == (ssize_t)strlen(content));
    close(file);
}

static void expect_refused(const char *name, size_t largest, const char *why)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct error error = {0};
    struct text content;

    expect(file_read(arena, text_from(name), largest, &content, &error) == STATUS_INVALID);
    expect_text(text_from(error.code), "file_unreadable");
    expect(strstr(error.text, why) != NULL && strncmp(error.text, name, strlen(name)) == 0);
}

static void a_file_of_the_largest_size_is_read_whole(void)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct error error = {0};
    struct text content = {NULL, 0};

    given_file("four");
    expect_ok(file_read(arena, text_from(path), 4, &content, &error), &error);
    expect_text(content, "four");
    unlink(path);
}

static void a_larger_file_is_refused_and_named(void)
{
    given_file("fives");
    expect_refused(path, 4, "it is too large");
    unlink(path);
}

static void what_is_no_file_is_refused_and_named(void)
{
    expect_refused("/nowhere/file", 4, "No such file or directory");
    expect_refused("/", 4, "Is a directory");
}

static const struct test tests[] = {
    TEST(a_file_of_the_largest_size_is_read_whole),
    TEST(a_larger_file_is_refused_and_named),
    TEST(what_is_no_file_is_refused_and_named),
};
const struct suite test_file_read_suite = SUITE("core/files/file_read", tests);
