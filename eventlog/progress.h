/*
 * How far a follower of the ledger has come: published by the follower (the projector) and the
 * writer, read by any thread without a lock or a question. Fields are single atomics; a reader that needs the size and
 * the generation it belongs to reads the size first, because it is published last.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_PROGRESS_H
#define EVENTLOG_PROGRESS_H

#include "core/base/timestamp.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    atomic_uint_fast64_t size;       /* ledger size that is shown */
    atomic_uint_fast64_t generation; /* counts switches of what is shown; 0: nothing is */
    atomic_uint_fast64_t applied;    /* events since start */
    atomic_uint_fast64_t cleaned; /* of these, with text that had to be cleaned; of this session */
    atomic_int_fast64_t
        current_us;           /* monotonic: what was recorded before is shown; never goes back */
    atomic_bool is_stopped;   /* at an event that cannot be applied */
    atomic_bool is_connected; /* to its database, and may work in it */
    atomic_bool is_damaged;   /* that database, again and again by its own word */
};

void progress_init(struct progress *progress);

/* The writer's thread: the ledger had `size` until now. Who has shown all that lags from now on. */
void progress_appended(struct progress *progress, uint64_t size);

/* The follower's thread: everything recorded until then is shown. */
void progress_shown_until(struct progress *progress, struct timestamp recorded_at);

/* How long ago the oldest event that is not shown was recorded, at most; 0 where all of `head` is
 * shown. */
int64_t progress_lag_us(const struct progress *progress, uint64_t head);

#endif
