/*
 * Threads with a role. Threads share nothing but what is made for it: queues
 * (queue.h), loops' mailboxes (loop.h) and atomic marks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_THREAD_H
#define CORE_RUN_THREAD_H

struct thread;

/* Starts a thread running `run(context)`. `role` (at most 15 characters, a literal) becomes its
 * name; signals are blocked in it. Given to the caller, who must join it. */
struct thread *thread_start(const char *role, void (*run)(void *context), void *context);

/* Waits for the end and frees. Accepts NULL. */
void thread_join(struct thread *thread);

#endif
