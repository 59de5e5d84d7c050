/*
 * Runs every suite of a folder with CUnit, one CUnit suite each, and ends with CUnit's summary. An
 * argument names the only test to run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/alloc.h"
#include "core/base/must.h"
#include "tests/support/expect.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct suite *const all_suites[];

enum { MOST_DIRECTORIES = 4096 };

static char *directories[MOST_DIRECTORIES];
static size_t directory_count;

void expect_at(bool holds, const char *file, int line, const char *what)
{
    CU_assertImplementation(holds, (unsigned)line, what, file, "", CU_TRUE);
}

void expect_text_at(
    struct text actual, struct text wanted, const char *file, int line, const char *what)
{
    char message[4096];

    snprintf(
        message, sizeof(message), "%s is \"%.*s\", wanted \"%.*s\"", what, TEXT_ARGS(actual),
        TEXT_ARGS(wanted));
    expect_at(text_equal(actual, wanted), file, line, message);
}

void expect_int64_at(int64_t actual, int64_t wanted, const char *file, int line, const char *what)
{
    char message[512];

    snprintf(
        message, sizeof(message), "%s is %lld, wanted %lld", what, (long long)actual,
        (long long)wanted);
    expect_at(actual == wanted, file, line, message);
}

void expect_status_at(
    enum status actual,
    enum status wanted,
    const struct error *error,
    const char *file,
    int line,
    const char *what)
{
    char message[1024];

    snprintf(
        message, sizeof(message), "%s gave %s, wanted %s: %s", what, status_code(actual),
        status_code(wanted), error == NULL || actual == STATUS_OK ? "" : error->text);
    expect_at(actual == wanted, file, line, message);
}

unsigned expect_failures(void)
{
    return CU_get_number_of_failures();
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static void remove_directories(void)
{
    for (size_t i = 0; i < directory_count; i++) {
        nftw(directories[i], remove_entry, 16, FTW_DEPTH | FTW_PHYS);
        heap_free(directories[i]);
    }
}

const char *make_directory(void)
{
    const char *base = getenv("TMPDIR");
    char *path = heap_new(256);

    /* At the very end, after whatever a test's helpers stop at exit: they live in here. */
    must(directory_count > 0 || atexit(remove_directories) == 0);
    must(directory_count < MOST_DIRECTORIES);
    snprintf(path, 256, "%s/fleetledger-test-XXXXXX", base == NULL ? "/tmp" : base);
    must(mkdtemp(path) != NULL);
    directories[directory_count++] = path;
    return path;
}

static void add_suite(const struct suite *suite, const char *only)
{
    CU_pSuite added = CU_add_suite_with_setup_and_teardown(
        suite->name, NULL, NULL, suite->set_up, suite->tear_down);

    must(added != NULL);
    for (size_t i = 0; i < suite->count; i++) {
        if (only == NULL || strcmp(only, suite->tests[i].name) == 0)
            must(CU_add_test(added, suite->tests[i].name, suite->tests[i].run) != NULL);
    }
}

int main(int argc, char **argv)
{
    unsigned failures;

    setvbuf(stdout, NULL, _IOLBF, 0);
    must(CU_initialize_registry() == CUE_SUCCESS);
    for (size_t i = 0; all_suites[i] != NULL; i++)
        add_suite(all_suites[i], argc > 1 ? argv[1] : NULL);
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failures = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
    CU_cleanup_registry();
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
