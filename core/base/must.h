/*
 * Invariants, checked in production too: where one is broken, nothing more may be written.
 * Never for anything that arrives from outside; those are errors (error.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_MUST_H
#define CORE_BASE_MUST_H

#include "core/base/attributes.h"

/* Stops the process with place and condition when `condition` is false. */
#define must(condition) ((condition) ? (void)0 : must_fail(__FILE__, __LINE__, #condition))

/* Prints where a belief failed, with a stack, and aborts. Any thread. */
NORETURN void must_fail(const char *file, int line, const char *condition);

#endif
