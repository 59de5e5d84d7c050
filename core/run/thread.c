/*
 * Threads by pthreads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/run/thread.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { GIVEN_WAY = 10 /* nice */ };
enum { LONGEST_ROLE = 15 }; /* what the kernel keeps of a thread's name */

struct thread {
    pthread_t id;
    const char *role;
    void (*run)(void *context);
    void *context;
};

static void *start(void *arg)
{
    struct thread *thread = arg;

    must(pthread_setname_np(pthread_self(), thread->role) == 0);
    thread->run(thread->context);
    return NULL;
}

/* Signals from outside are the main thread's business; those that an error raises stay open,
 * because blocking them would hide where it happened. */
static void block_signals(sigset_t *before)
{
    static const int from_within[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGPROF};
    sigset_t blocked;

    must(sigfillset(&blocked) == 0);
    for (size_t i = 0; i < sizeof(from_within) / sizeof(from_within[0]); i++)
        must(sigdelset(&blocked, from_within[i]) == 0);
    must(pthread_sigmask(SIG_SETMASK, &blocked, before) == 0);
}

struct thread *thread_start(const char *role, void (*run)(void *context), void *context)
{
    struct thread *thread = heap_new(sizeof(*thread));
    sigset_t before;

    must(strlen(role) <= LONGEST_ROLE);
    *thread = (struct thread){.role = role, .run = run, .context = context};
    block_signals(&before);
    must(pthread_create(&thread->id, NULL, start, thread) == 0);
    must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    return thread;
}

void thread_give_way(void)
{
    /* Of the thread, not of the process, on Linux. A refusal costs comfort, not correctness. */
    (void)setpriority(PRIO_PROCESS, 0, GIVEN_WAY);
}

void thread_join(struct thread *thread)
{
    if (thread == NULL)
        return;
    must(pthread_join(thread->id, NULL) == 0); /* allowed: the caller's own threads */
    heap_free(thread);
}

bool thread_join_until(struct thread *thread, int64_t until_us)
{
    const struct timespec until = {
        .tv_sec = (time_t)(until_us / US_PER_S), .tv_nsec = (long)(until_us % US_PER_S * 1000)};
    int rc = pthread_clockjoin_np(thread->id, NULL, CLOCK_MONOTONIC, &until);

    must(rc == 0 || rc == ETIMEDOUT);
    if (rc == 0)
        heap_free(thread);
    return rc == 0;
}

const char *thread_role(const struct thread *thread)
{
    return thread->role;
}
