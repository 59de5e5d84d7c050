/*
 * Exit codes of every sub-command.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_EXIT_CODES_H
#define REPLAY_EXIT_CODES_H

enum exit_code {
    EXIT_HOLDS = 0,        /* done; what was checked holds */
    EXIT_DIFFERS = 1,      /* verify: something is damaged or differs */
    EXIT_TROUBLE = 2,      /* usage, settings or surroundings: not done, or not all was checked */
    EXIT_NOT_ALLOWED = 4,  /* not signed in, or not allowed */
    EXIT_NOT_REACHED = 6,  /* not reachable, or not ready */
    EXIT_UNPROVEN = 7,     /* evidence does not verify */
    EXIT_INTERRUPTED = 130 /* stopped by a signal; replay and prepare go on from there */
};

#endif
