/*
 * Ctrl-C as a question: while open, SIGINT and SIGTERM wait until somebody asks for them, so that
 * long work ends where it can go on again. Main thread, no other threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_STOPPING_H
#define REPLAY_STOPPING_H

#include <signal.h>
#include <stdbool.h>

struct stopping {
    sigset_t asked; /* the signals that ask us to stop */
    sigset_t before;
    bool is_wanted;
};

void stopping_begin(struct stopping *stopping);
void stopping_end(struct stopping *stopping);

/* Did one come, now or earlier? Waits up to `wait_ms` for it. */
bool stopping_is_wanted(struct stopping *stopping, int wait_ms);

#endif
