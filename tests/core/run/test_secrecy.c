/*
 * A process that keeps its memory to itself leaves no core, and its keys stay out of the swap.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "core/base/must.h"
#include "core/run/secrecy.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child, as it cannot be taken back. */
static int in_child(int (*work)(void))
{
    int how = 0;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0)
        _exit(work());
    must(waitpid(child, &how, 0) == child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static int refuse(void)
{
    struct rlimit limit = {1, 1};

    if (!secrecy_refuse_dumps() || getrlimit(RLIMIT_CORE, &limit) != 0)
        return 1;
    return prctl(PR_GET_DUMPABLE) == 0 && limit.rlim_max == 0 ? 0 : 2;
}

static void no_core_is_dumped(void)
{
    expect_int64(in_child(refuse), 0);
}

/* The sanitizer makes mlock() do nothing: then only its answer can be looked at. */
static bool has_locked_pages(void)
{
#ifdef FAILPOINTS
    return true;
#else
    char line[128] = "";
    FILE *status = fopen("/proc/self/status", "r");
    long locked = 0;

    while (status != NULL && fgets(line, sizeof(line), status) != NULL)
        sscanf(line, "VmLck: %ld", &locked);
    return locked > 0;
#endif
}

static int lock(void)
{
    static char key[32];

    return secrecy_lock(key, sizeof(key)) && has_locked_pages() ? 0 : 1;
}

static void keys_stay_out_of_the_swap(void)
{
    expect_int64(in_child(lock), 0);
}

static const struct test tests[] = {
    TEST(no_core_is_dumped),
    TEST(keys_stay_out_of_the_swap),
};

const struct suite test_secrecy_suite = SUITE("core/run/secrecy", tests);
