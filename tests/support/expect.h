/*
 * Checks for tests, on CUnit. Setting up (make_…, given_…) never checks; checking (expect_…)
 * never sets up. A failed check ends its test.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_EXPECT_H
#define TESTS_SUPPORT_EXPECT_H

#include "core/base/attributes.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct test {
    const char *name; /* a sentence */
    void (*run)(void);
};
#define TEST(function)                                                                             \
    {                                                                                              \
#function, function                                                                        \
    }

struct suite {
    const char *name; /* the tested file: "commands/task/create_task" */
    const struct test *tests;
    size_t count;
    void (*set_up)(void); /* before each test, or NULL */
    void (*tear_down)(void);
};
#define SUITE(path, tests_array) SUITE_WITH(path, tests_array, .set_up = NULL)
#define SUITE_WITH(path, tests_array, ...)                                                         \
    {                                                                                              \
        .name = path, .tests = tests_array, .count = COUNT_OF(tests_array), __VA_ARGS__            \
    }

#define expect(condition) expect_at((condition), __FILE__, __LINE__, #condition)
#define expect_text(actual, wanted)                                                                \
    expect_text_at((actual), text_from(wanted), __FILE__, __LINE__, #actual)
#define expect_int64(actual, wanted)                                                               \
    expect_int64_at((int64_t)(actual), (int64_t)(wanted), __FILE__, __LINE__, #actual)
#define expect_ok(status, error)                                                                   \
    expect_status_at((status), STATUS_OK, (error), __FILE__, __LINE__, #status)
#define expect_status(status, wanted, error)                                                       \
    expect_status_at((status), (wanted), (error), __FILE__, __LINE__, #status)

void expect_at(bool holds, const char *file, int line, const char *what);
void expect_text_at(
    struct text actual, struct text wanted, const char *file, int line, const char *what);
void expect_int64_at(int64_t actual, int64_t wanted, const char *file, int line, const char *what);
void expect_status_at(
    enum status actual,
    enum status wanted,
    const struct error *error,
    const char *file,
    int line,
    const char *what);

/* How many checks of the program have failed so far. */
unsigned expect_failures(void);

/* Where the build found the tree, and where it puts what tests make and the programs themselves. */
extern const char test_source_root[];
extern const char test_directory[];
extern const char test_server[];
extern const char test_node_agent[];

/* A file of the tree to read, its path below the root. Given; NULL when it is missing. */
FILE *source_file(const char *path);

/* A fresh directory below TMPDIR, else below the build directory (or /tmp, where that is closed to
 * other users); removed with all it holds when the test program ends, or else when the next one
 * begins. Borrowed for the life of the program. */
const char *make_directory(void);

#endif
