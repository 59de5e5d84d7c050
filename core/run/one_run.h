/*
 * One program, run to its end, for straight-line code.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_ONE_RUN_H
#define CORE_RUN_ONE_RUN_H

#include "core/base/buf.h"
#include "core/base/error.h"

#include <stdatomic.h>

struct one_run {
    const char *const *argv;        /* absolute program first, NULL-ended */
    const char *const *environment; /* NULL-ended; NULL: a usual PATH and nothing else */
    struct text input;              /* may be absent */
    int most_seconds;               /* then it is killed … */
    const atomic_bool *is_ended;    /* … and soon after this is true; NULL: it never is */
};

/* Its exit code, or -1 where it was ended by a signal, or killed. What it says on both of its streams is appended to
 * `said`. STATUS_NOT_FOUND or STATUS_UNAVAILABLE where it could not be started. */
MUST_USE enum status
one_run(const struct one_run *run, struct buf *said, int *out_code, struct error *error);

#endif
