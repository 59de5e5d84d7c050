/*
 * Threads with a role. Threads share nothing but what is made for it: queues
 * (queue.h), loops' mailboxes (loop.h) and atomic marks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_THREAD_H
#define CORE_RUN_THREAD_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

struct thread;

/* Starts a thread running `run(context)`. `role` (at most 15 characters, a literal) becomes its
 * name; signals are blocked in it. Given to the caller, who must join it. */
struct thread *thread_start(const char *role, void (*run)(void *context), void *context);

/* The calling thread gives way to the others of the process when there is not enough for all. */
void thread_give_way(void);

/* The calling thread pauses: it is woken, or would look, more often than there is reason to. A signal that is
 * not blocked ends it early. */
void thread_pause(int64_t us);

/* Waits for the end and frees. Accepts NULL. For threads that wait for nobody but us. */
void thread_join(struct thread *thread);

/* The same until the monotonic clock shows `until_us`. False when it still runs then; it stays the
 * caller's. */
MUST_USE bool thread_join_until(struct thread *thread, int64_t until_us);

const char *thread_role(const struct thread *thread);

#endif
