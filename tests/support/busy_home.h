/*
 * A home in which a server is at work, in a process of its own: it appends, folds, indexes and
 * projects without a pause. For tests of what looks at a home from outside.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_BUSY_HOME_H
#define TESTS_SUPPORT_BUSY_HOME_H

#include "projections/data_dir.h"

#include <sys/types.h>

struct busy_home {
    struct data_dir_settings settings;
    pid_t pid;
    int stop; /* closing it ends the work */
};

/* Returns when the first events are there and served. */
struct busy_home make_busy_home(void);

/* How the process ended: 0 is well. */
int end_busy_home(struct busy_home home);

#endif
