/*
 * The two steps of an upgrade, each from its beginning to its end: straight-line code of the upgrader's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_UPGRADE_UPGRADE_STEPS_H
#define API_UPGRADE_UPGRADE_STEPS_H

#include "api/upgrade/upgrader.h"
#include "eventlog/events/upgrade_events.h"

#include <stdatomic.h>

struct step {
    const struct upgrader_parts *parts;
    const struct upgrade_requested *release;
    const atomic_bool *is_stopping; /* then it is broken off, soon */
    void (*on_phase)(void *context, const char *status, const char *message);
    void *context;
};

struct step_end {
    struct error error;         /* where it failed: why … */
    struct enum_value rollback; /* … and what became of the program before */
    bool goes_on;               /* with the next start: nothing is to be said of it yet */
};

/* The release lies ready: HOME/releases (core/release/applied.h). */
MUST_USE enum status step_download(const struct step *step, struct step_end *end);

/* It runs already, or it is chosen and the program is to begin anew (end->goes_on). */
MUST_USE enum status step_apply(const struct step *step, struct step_end *end);

#endif
