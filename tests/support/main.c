/*
 * Runs every suite of a folder with CUnit, one CUnit suite each, and ends with CUnit's summary. An
 * argument names the only test to run.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "tests/support/expect.h"
#include "tests/support/watchdog.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void remove_directory(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void remove_directories(void)
{
    for (size_t i = 0; i < directory_count; i++) {
        remove_directory(directories[i]);
        heap_free(directories[i]);
    }
}

/* PostgreSQL runs as another user where tests run as root, and must get there. */
static bool is_open_to_all(const char *path)
{
    char part[PATH_MAX];
    struct stat st;

    for (size_t at = 1; at < sizeof(part); at++) {
        if (path[at] != '/' && path[at] != '\0')
            continue;
        memcpy(part, path, at);
        part[at] = '\0';
        if (stat(part, &st) != 0 || (st.st_mode & S_IXOTH) == 0)
            return false;
        if (path[at] == '\0')
            return true;
    }
    return false;
}

FILE *source_file(const char *path)
{
    char whole[PATH_MAX];
    int size = snprintf(whole, sizeof(whole), "%s/%s", test_source_root, path);

    return size > 0 && (size_t)size < sizeof(whole) ? fopen(whole, "re") : NULL;
}

/* Below the build directory, where that can be. */
static const char *base_directory(void)
{
    const char *wanted = getenv("TMPDIR");

    if (wanted != NULL)
        return wanted;
    if (mkdir(test_directory, 0711) != 0 && errno != EEXIST)
        return "/tmp";
    return geteuid() != 0 || is_open_to_all(test_directory) ? test_directory : "/tmp";
}

/* What a run that was interrupted has left: named after a process that is gone. */
static void sweep(const char *base)
{
    DIR *all = opendir(base);
    char path[PATH_MAX];

    for (const struct dirent *entry = all == NULL ? NULL : readdir(all); entry != NULL;
         entry = readdir(all)) {
        struct text rest = text_from(entry->d_name);
        int64_t pid;

        if (!text_equal(text_cut(&rest, '-'), text_lit("test")) ||
            !text_to_int64(text_cut(&rest, '-'), &pid) || pid <= 0 || pid > INT_MAX ||
            kill((pid_t)pid, 0) == 0 || errno != ESRCH)
            continue;
        if (snprintf(path, sizeof(path), "%s/%s", base, entry->d_name) < (int)sizeof(path))
            remove_directory(path);
    }
    if (all != NULL)
        closedir(all);
}

const char *make_directory(void)
{
    const char *base = base_directory();
    char *path = heap_new(PATH_MAX);

    /* At the very end, after whatever a test's helpers stop at exit: they live in here. */
    if (directory_count == 0) {
        sweep(base);
        must(atexit(remove_directories) == 0);
    }
    must(directory_count < MOST_DIRECTORIES);
    snprintf(path, PATH_MAX, "%s/test-%d-XXXXXX", base, (int)getpid());
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
    watchdog_start(WATCHDOG_S);
    must(CU_initialize_registry() == CUE_SUCCESS);
    for (size_t i = 0; all_suites[i] != NULL; i++)
        add_suite(all_suites[i], argc > 1 ? argv[1] : NULL);
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    failures = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
    CU_cleanup_registry();
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
