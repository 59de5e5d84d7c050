/*
 * Threads: roles, names, signals.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/run/thread.h"
#include "tests/support/expect.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

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

static void run_until_told(void *context)
{
    const atomic_bool *is_told = context;
    const struct timespec step = {.tv_nsec = 1000000};

    while (!*is_told)
        nanosleep(&step, NULL);
}

static void a_thread_that_runs_on_stays_its_owners(void)
{
    atomic_bool is_told = false;
    struct thread *thread = thread_start("stubborn", run_until_told, &is_told);

    expect(!thread_join_until(thread, monotonic_us() + 10 * US_PER_MS));
    expect_text(text_from(thread_role(thread)), "stubborn");
    is_told = true;
    expect(thread_join_until(thread, INT64_MAX / 2));
}

static const struct test tests[] = {
    TEST(a_thread_is_called_after_its_role),
    TEST(signals_from_outside_are_blocked_in_a_thread_and_faults_are_not),
    TEST(joining_nothing_is_allowed),
    TEST(a_thread_that_runs_on_stays_its_owners),
};

const struct suite test_thread_suite = SUITE("core/run/thread", tests);
