/*
 * Threads by pthreads. Whoever waits for an end with a bound waits for the thread's own word and joins
 * it then: the C library's joining with a bound tells no sanitizer that the thread is over.
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
    pthread_mutex_t lock;
    pthread_cond_t ended; /* waits by the monotonic clock */
    bool has_ended;
};

static void *start(void *arg)
{
    struct thread *thread = arg;

    must(pthread_setname_np(pthread_self(), thread->role) == 0);
    thread->run(thread->context);
    must(pthread_mutex_lock(&thread->lock) == 0);
    thread->has_ended = true;
    must(pthread_cond_signal(&thread->ended) == 0);
    must(pthread_mutex_unlock(&thread->lock) == 0);
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

static void init_end(struct thread *thread)
{
    pthread_condattr_t attributes;

    must(pthread_mutex_init(&thread->lock, NULL) == 0);
    must(pthread_condattr_init(&attributes) == 0);
    must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    must(pthread_cond_init(&thread->ended, &attributes) == 0);
    must(pthread_condattr_destroy(&attributes) == 0);
}

struct thread *thread_start(const char *role, void (*run)(void *context), void *context)
{
    struct thread *thread = heap_new(sizeof(*thread));
    sigset_t before;

    must(strlen(role) <= LONGEST_ROLE);
    *thread = (struct thread){.role = role, .run = run, .context = context};
    init_end(thread);
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

void thread_pause(int64_t us)
{
    const struct timespec span = {
        .tv_sec = (time_t)(us / US_PER_S), .tv_nsec = (long)(us % US_PER_S * 1000)};

    nanosleep(&span, NULL);
}

void thread_join(struct thread *thread)
{
    if (thread == NULL)
        return;
    must(pthread_join(thread->id, NULL) == 0); /* allowed: the caller's own threads */
    must(pthread_cond_destroy(&thread->ended) == 0);
    must(pthread_mutex_destroy(&thread->lock) == 0);
    heap_free(thread);
}

bool thread_join_until(struct thread *thread, int64_t until_us)
{
    const struct timespec until = {
        .tv_sec = (time_t)(until_us / US_PER_S), .tv_nsec = (long)(until_us % US_PER_S * 1000)};
    bool has_ended;
    int rc = 0;

    must(pthread_mutex_lock(&thread->lock) == 0);
    while (!thread->has_ended && rc == 0)
        rc = pthread_cond_timedwait(&thread->ended, &thread->lock, &until);
    has_ended = thread->has_ended;
    must(pthread_mutex_unlock(&thread->lock) == 0);
    must(rc == 0 || rc == ETIMEDOUT);
    if (has_ended)
        thread_join(thread);
    return has_ended;
}

const char *thread_role(const struct thread *thread)
{
    return thread->role;
}
