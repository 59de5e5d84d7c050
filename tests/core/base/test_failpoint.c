/*
 * Failpoints, each plan in a process of its own: plans are taken once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "core/base/timestamp.h"
#include "tests/support/expect.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PASSED = 0, FAILED = 1, LATE = 2 };

/* In the child: the n-th passage of COMMIT, and how it went. */
static int pass(const char *plan, int passages)
{
    enum status status = STATUS_OK;
    int64_t before_us;

    failpoint_arm(plan);
    for (int i = 1; i < passages; i++) {
        if (failpoint_pass(FAILPOINT_COMMIT, NULL) != STATUS_OK)
            return 100 + i;
    }
    before_us = monotonic_us();
    status = failpoint_pass(FAILPOINT_COMMIT, NULL);
    if (status != STATUS_OK)
        return FAILED;
    return monotonic_us() - before_us >= 30 * US_PER_MS ? LATE : PASSED;
}

/* Its exit code, or minus the signal that ended it. */
static int passed_in_child(const char *plan, int passages)
{
    pid_t child;
    int how = 0;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nothing, STDERR_FILENO);
        _exit(pass(plan, passages));
    }
    expect(child > 0 && waitpid(child, &how, 0) == child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -WTERMSIG(how);
}

static void a_step_fails_at_the_passage_that_was_named_and_at_no_other(void)
{
    expect_int64(passed_in_child("commit=error@2", 1), PASSED);
    expect_int64(passed_in_child("commit=error@2", 2), FAILED);
    expect_int64(passed_in_child("commit=error@2", 3), 102); /* the second of three did */
    expect_int64(passed_in_child("decide=error@1", 1), PASSED);
}

static void the_program_is_killed_at_a_point(void)
{
    expect_int64(passed_in_child("commit=kill@1", 1), -SIGKILL);
    expect_int64(passed_in_child("decide=kill@1,commit=kill@3", 3), -SIGKILL);
}

static void time_passes_at_a_point(void)
{
    expect_int64(passed_in_child("commit=delay:30@2", 2), LATE);
}

static void without_a_plan_nothing_happens(void)
{
    expect_int64(passed_in_child(NULL, 3), PASSED);
    expect_int64(passed_in_child("", 3), PASSED);
}

static void a_plan_that_cannot_be_understood_ends_the_program(void)
{
    static const char *const plans[] = {"comit=kill@1", "commit=kil@1",   "commit=kill@0",
                                        "commit=kill",  "commit=delay@1", "commit",
                                        "send=error@1"};

    for (size_t i = 0; i < COUNT_OF(plans); i++)
        expect_at(passed_in_child(plans[i], 1) == -SIGABRT, __FILE__, __LINE__, plans[i]);
}

static const struct test tests[] = {
    TEST(a_step_fails_at_the_passage_that_was_named_and_at_no_other),
    TEST(the_program_is_killed_at_a_point),
    TEST(time_passes_at_a_point),
    TEST(without_a_plan_nothing_happens),
    TEST(a_plan_that_cannot_be_understood_ends_the_program),
};
const struct suite test_failpoint_suite = SUITE("core/base/failpoint", tests);
