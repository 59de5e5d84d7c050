/*
 * The parts of a drill.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_DRILL_INTERNAL_H
#define REPLAY_DRILL_INTERNAL_H

#include "eventlog/events/platform_events.h"
#include "replay/drill.h"
#include "replay/progress_bar.h"
#include "replay/verify_internal.h"

struct drill {
    const struct data_dir_settings *settings;
    const struct drill_options *options;
    const struct object_store_settings *objects;
    const struct drill_recorders *recorders;
    struct arena *arena;
    struct stopping stopping;
    struct progress_bar progress;
    struct data_dir_settings restored; /* the home that comes back */
    const char *directory;             /* that it lies in */
    int lock;                          /* on that; -1: not held */
    struct part part;                  /* what was found */
    struct drill_recorded event;       /* what is recorded of it */
    int64_t tables;                    /* compared */
};

/* Does the kept ledger begin with the restored one, and are the rows that follow from both the same? Fills the event. */
MUST_USE enum status drill_compare(struct drill *drill, struct error *error);

#endif
