/*
 * The watchdog of test programs, on a child that hangs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/text.h"
#include "tests/support/expect.h"
#include "tests/support/watchdog.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child; the copy of this very test never ends. */
NORETURN static void hang(int to_parent)
{
    dup2(to_parent, STDERR_FILENO);
    watchdog_start(1);
    for (;;)
        pause();
}

static void a_test_that_hangs_is_ended_and_named(void)
{
    char said[4096];
    size_t size = 0;
    ssize_t got;
    int ends[2];
    pid_t child;
    int how = 0;

    expect(pipe(ends) == 0);
    fflush(stdout);
    child = fork();
    if (child == 0)
        hang(ends[1]);
    close(ends[1]);
    while (size < sizeof(said) && (got = read(ends[0], said + size, sizeof(said) - size)) > 0)
        size += (size_t)got;
    close(ends[0]);
    expect(waitpid(child, &how, 0) == child && WIFEXITED(how) && WEXITSTATUS(how) == 1);
    expect(text_contains(
        (struct text){said, size},
        text_lit("tests/support/watchdog, a_test_that_hangs_is_ended_and_named")));
    expect(text_contains((struct text){said, size}, text_lit("waits in")));
}

static const struct test tests[] = {
    TEST(a_test_that_hangs_is_ended_and_named),
};
const struct suite test_watchdog_suite = SUITE("tests/support/watchdog", tests);
