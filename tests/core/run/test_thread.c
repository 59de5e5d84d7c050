/*
 * Threads: roles, names, signals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/thread.h"
#include "tests/support/expect.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

struct seen {
    bool blocks_terminate;
    bool blocks_segv;
    char name[16];
};

static void look_around(void *context)
{
    struct seen *seen = context;
    sigset_t set;

    pthread_sigmask(SIG_SETMASK, NULL, &set);
    seen->blocks_terminate = sigismember(&set, SIGTERM) == 1;
    seen->blocks_segv = sigismember(&set, SIGSEGV) == 1;
    pthread_getname_np(pthread_self(), seen->name, sizeof(seen->name));
}

static struct seen given_a_worker_looked_around(void)
{
    struct seen seen = {0};

    thread_join(thread_start("worker", look_around, &seen));
    return seen;
}

static void a_thread_is_called_after_its_role(void)
{
    struct seen seen = given_a_worker_looked_around();

    expect_text(text_from(seen.name), "worker");
}

static void signals_from_outside_are_blocked_in_a_thread_and_faults_are_not(void)
{
    struct seen seen = given_a_worker_looked_around();
    sigset_t here;

    expect(seen.blocks_terminate);
    expect(!seen.blocks_segv);
    pthread_sigmask(SIG_SETMASK, NULL, &here);
    expect(sigismember(&here, SIGTERM) == 0);
}

static void joining_nothing_is_allowed(void)
{
    thread_join(NULL);
    expect(true);
}

static const struct test tests[] = {
    TEST(a_thread_is_called_after_its_role),
    TEST(signals_from_outside_are_blocked_in_a_thread_and_faults_are_not),
    TEST(joining_nothing_is_allowed),
};

const struct suite test_thread_suite = SUITE("core/run/thread", tests);
