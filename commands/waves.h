/*
 * Waves: how something is done to many, some at a time. A rule and nothing else: what is to be done next, given what was
 * asked for and how far it has come. Whoever rolls something out keeps the figures, asks here, and does what is said.
 *
 *   policy, progress ──► [waves_next] ──► begin a wave of n · wait · pause · stop · complete
 *
 * A wave begins when the one before it is over, and after the pause between. The first may be a canary: the few that
 * the rest waits for. It has shown nothing where it was not reached, so there that counts as a failure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WAVES_H
#define COMMANDS_WAVES_H

#include "core/base/timestamp.h"

#include <stdbool.h>
#include <stdint.h>

struct waves_policy {
    int64_t canary;        /* targets of the first wave; 0: it is as large as the others */
    int64_t size;          /* targets of a wave, 1 at least */
    int64_t most_failures; /* more of them stop it */
    int64_t pause_us;      /* from the end of a wave to the next; 0: none */
};

/* Failures are those since it began, was resumed or tried again. */
struct waves_progress {
    int64_t pending;               /* targets that nothing was begun for */
    int64_t active;                /* of the present wave, and not over */
    int64_t failures;              /* of the canary, also those that were not reached */
    bool is_canary;                /* the present wave; or, before the first, the one to come */
    bool has_begun;                /* a wave, since it began or was tried again */
    struct timestamp paused_until; /* absent: it does not pause */
    struct timestamp now;
};

enum waves_move { WAVES_WAIT = 1, WAVES_BEGIN, WAVES_PAUSE, WAVES_STOP, WAVES_COMPLETE };

struct waves_step {
    enum waves_move move;
    int64_t count;  /* WAVES_BEGIN: targets of the wave, 1 at least */
    bool is_canary; /* … and whether it is the canary */
};

struct waves_step
waves_next(const struct waves_policy *policy, const struct waves_progress *progress);

#endif
