/*
 * A note is left by whoever dies of a fault of its own, and by nobody else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/run/crash_note.h"
#include "tests/support/expect.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 512 };

/* Whether a process that was armed so often and dies of this signal leaves one, and how it ends. */
static bool leaves_note(int number, int times, int *out_how)
{
    char path[PATH_SIZE];
    pid_t child;

    snprintf(path, sizeof(path), "%s/note", make_directory());
    expect(!crash_note_is_there(path));
    fflush(NULL);
    child = fork();
    if (child == 0) {
        for (int i = 1; i < 32; i++)
            signal(i, SIG_DFL);
        for (int i = 0; i < times; i++)
            must(crash_note_arm(path));
        raise(number);
        raise(number); /* as the same instruction would */
        _exit(0);
    }
    must(waitpid(child, out_how, 0) == child);
    return crash_note_is_there(path);
}

static void a_fault_leaves_a_note_and_ends_the_process_as_before(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGABRT};

    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        int how = 0;
        expect(leaves_note(faults[i], 1, &how));
        expect(WIFSIGNALED(how) && WTERMSIG(how) == faults[i]);
    }
}

static void armed_again_for_another_home_it_still_ends(void)
{
    int how = 0;

    expect(leaves_note(SIGBUS, 2, &how));
    expect(WIFSIGNALED(how) && WTERMSIG(how) == SIGBUS);
}

static void whoever_is_killed_leaves_none(void)
{
    static const int others[] = {SIGKILL, SIGTERM, SIGINT};
    int how = 0;

    for (size_t i = 0; i < COUNT_OF(others); i++)
        expect(!leaves_note(others[i], 1, &how));
}

static void a_note_is_cleared(void)
{
    char path[PATH_SIZE];
    FILE *file;

    snprintf(path, sizeof(path), "%s/note", make_directory());
    file = fopen(path, "w");
    must(file != NULL && fclose(file) == 0);
    expect(crash_note_is_there(path));
    crash_note_clear(path);
    expect(!crash_note_is_there(path));
}

static const struct test tests[] = {
    TEST(a_fault_leaves_a_note_and_ends_the_process_as_before),
    TEST(armed_again_for_another_home_it_still_ends),
    TEST(whoever_is_killed_leaves_none),
    TEST(a_note_is_cleared),
};

const struct suite test_crash_note_suite = SUITE("core/run/crash_note", tests);
