/*
 * Signals that wait.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/stopping.h"

#include "core/base/must.h"

#include <stddef.h>
#include <time.h>

void stopping_begin(struct stopping *stopping)
{
    stopping->is_wanted = false;
    sigemptyset(&stopping->asked);
    sigaddset(&stopping->asked, SIGINT);
    sigaddset(&stopping->asked, SIGTERM);
    must(sigprocmask(SIG_BLOCK, &stopping->asked, &stopping->before) == 0);
}

void stopping_end(struct stopping *stopping)
{
    must(sigprocmask(SIG_SETMASK, &stopping->before, NULL) == 0);
}

bool stopping_is_wanted(struct stopping *stopping, int wait_ms)
{
    const struct timespec span = {wait_ms / 1000, (long)(wait_ms % 1000) * 1000000};

    if (!stopping->is_wanted && sigtimedwait(&stopping->asked, NULL, &span) > 0)
        stopping->is_wanted = true;
    return stopping->is_wanted;
}
