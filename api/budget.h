/*
 * What one caller may take of the server at once, so that nobody's large bodies are everybody's
 * trouble: bytes of them on their way or at work, and processor time spent on them.
 *
 * A caller has a quarter of a processor in the long run, and one second of it at once. Callers are
 * names: a person, an agent, else an address. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_BUDGET_H
#define API_BUDGET_H

#include "core/base/attributes.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { BUDGET_CALLER_SIZE = 46 }; /* a name, terminated */

struct budget;

/* `caller_bytes`: the most that one caller may have at once. Given to the caller. */
struct budget *budget_new(size_t caller_bytes);
void budget_free(struct budget *budget); /* accepts NULL */

/* Takes bytes for a caller; given back by budget_give(). What is over the caller's bytes is let in
 * alone. 0: taken; else nothing was, and after so many seconds it is worth trying again. `now_us` is
 * monotonic. */
MUST_USE int64_t
budget_take(struct budget *budget, struct text caller, size_t bytes, int64_t now_us);
void budget_give(struct budget *budget, struct text caller, size_t bytes);

/* So much processor time went into a body of the caller's, who still has bytes taken. */
void budget_spend(struct budget *budget, struct text caller, int64_t cpu_us, int64_t now_us);

#endif
