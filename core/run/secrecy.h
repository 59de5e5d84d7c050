/*
 * What the process knows stays in it: no core dump, no other process of the same user that reads its
 * memory, and no page of keys in the swap.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_SECRECY_H
#define CORE_RUN_SECRECY_H

#include <stdbool.h>
#include <stddef.h>

/* No core dumps and no tracing from now on (PR_SET_DUMPABLE, RLIMIT_CORE); children that are other
 * programs begin with PR_SET_DUMPABLE as usual. False where the system refuses. Main thread, before
 * anything secret is read. */
bool secrecy_refuse_dumps(void);

/* Keeps memory out of the swap and out of dumps; false where the system refuses, as it does beyond
 * RLIMIT_MEMLOCK. It may be given back as any other. */
bool secrecy_lock(const void *memory, size_t size);

#endif
