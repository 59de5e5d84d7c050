/*
 * Exit codes of every sub-command.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_EXIT_CODES_H
#define REPLAY_EXIT_CODES_H

#include "core/base/status.h"

enum exit_code {
    EXIT_HOLDS = 0,   /* done; what was checked holds */
    EXIT_DIFFERS = 1, /* failed; of verify: something is damaged or differs */
    EXIT_TROUBLE = 2, /* asked wrongly; of verify: not all was checked */
    EXIT_NOT_FOUND = 3,
    EXIT_NOT_ALLOWED = 4,  /* not signed in, or not allowed */
    EXIT_REFUSED = 5,      /* by a rule */
    EXIT_NOT_REACHED = 6,  /* not reachable, or not ready */
    EXIT_UNPROVEN = 7,     /* evidence does not verify */
    EXIT_INTERRUPTED = 130 /* stopped by a signal; replay and prepare go on from there */
};

/* Of a command that asks or orders something. */
static inline int exit_code_for(enum status status)
{
    static const unsigned char codes[STATUS_COUNT] = {
        [STATUS_INVALID] = EXIT_TROUBLE,         [STATUS_UNAUTHENTICATED] = EXIT_NOT_ALLOWED,
        [STATUS_FORBIDDEN] = EXIT_NOT_ALLOWED,   [STATUS_NOT_FOUND] = EXIT_NOT_FOUND,
        [STATUS_GONE] = EXIT_NOT_FOUND,          [STATUS_CONFLICT] = EXIT_REFUSED,
        [STATUS_STALE] = EXIT_REFUSED,           [STATUS_TOO_MANY] = EXIT_NOT_REACHED,
        [STATUS_UNAVAILABLE] = EXIT_NOT_REACHED, [STATUS_TIMED_OUT] = EXIT_NOT_REACHED,
        [STATUS_CORRUPT] = EXIT_UNPROVEN,
    };

    if (status == STATUS_OK)
        return EXIT_HOLDS;
    return codes[status] == 0 ? EXIT_DIFFERS : codes[status];
}

#endif
