/*
 * The end of the process when an invariant is broken. The supervisor starts us again, what was
 * acknowledged is durable, and nothing else is claimed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"

#include "core/base/log.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void must_fail(const char *file, int line, const char *condition)
{
    void *frames[32];
    int depth = backtrace(frames, (int)COUNT_OF(frames));

    log_flush();
    dprintf(STDERR_FILENO, "fatal: %s:%d: must(%s) does not hold\n", file, line, condition);
    backtrace_symbols_fd(frames, depth, STDERR_FILENO);
    abort();
}
