/*
 * A thread that looks once a second whether CUnit has come further.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/watchdog.h"

#include "core/base/must.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int bound;

/* Of a file of the kernel's about one of our threads: its first line, cut. */
static void read_of_thread(const char *thread, const char *name, char out[64])
{
    char path[64];
    ssize_t size = -1;
    int file;

    snprintf(path, sizeof(path), "/proc/self/task/%.16s/%s", thread, name);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        size = read(file, out, 63);
        close(file);
    }
    out[size > 0 ? size : 0] = '\0';
    for (char *c = out; *c != '\0'; c++) {
        if (*c == '\n')
            *c = '\0';
    }
}

static void print_threads(void)
{
    DIR *threads = opendir("/proc/self/task");

    for (const struct dirent *entry = threads == NULL ? NULL : readdir(threads); entry != NULL;
         entry = readdir(threads)) {
        char name[64];
        char waits_in[64];
        if (entry->d_name[0] == '.')
            continue;
        read_of_thread(entry->d_name, "comm", name);
        read_of_thread(entry->d_name, "wchan", waits_in);
        fprintf(stderr, "  thread %s (%s) waits in %s\n", entry->d_name, name, waits_in);
    }
    if (threads != NULL)
        closedir(threads);
}

static void *watch(void *nothing)
{
    const struct timespec second = {.tv_sec = 1};
    const struct CU_Test *seen = NULL;
    unsigned checks = 0;
    int64_t since_us = monotonic_us();

    (void)nothing;
    for (;;) {
        const struct CU_Test *now = CU_get_current_test();
        unsigned checks_now = CU_get_number_of_asserts();

        if (now != seen || checks_now != checks || now == NULL)
            since_us = monotonic_us();
        else if (monotonic_us() - since_us > bound * US_PER_S)
            break;
        seen = now;
        checks = checks_now;
        nanosleep(&second, NULL);
    }
    fprintf(
        stderr, "\nhangs for %d s: %s, %s\n", bound, CU_get_current_suite()->pName, seen->pName);
    print_threads();
    _exit(EXIT_FAILURE);
}

void watchdog_start(int bound_s)
{
    pthread_t thread;
    int rc;

    bound = bound_s;
    rc = pthread_create(&thread, NULL, watch, NULL); /* allowed: not all may use core/run */
    must(rc == 0 && pthread_detach(thread) == 0);
}
