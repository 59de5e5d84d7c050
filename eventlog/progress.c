/*
 * The arithmetic of lag: ages are taken by the wall clock, because records carry it, and kept by the
 * monotonic one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/progress.h"

void progress_init(struct progress *progress)
{
    atomic_init(&progress->size, 0);
    atomic_init(&progress->generation, 0);
    atomic_init(&progress->applied, 0);
    atomic_init(&progress->current_us, monotonic_us());
    atomic_init(&progress->is_stopped, false);
    atomic_init(&progress->is_connected, false);
}

static void move_to(struct progress *progress, int64_t us)
{
    int_fast64_t before = progress->current_us;

    while (before < us && !atomic_compare_exchange_weak(&progress->current_us, &before, us)) {
    }
}

void progress_appended(struct progress *progress, uint64_t size)
{
    if (progress->size >= size)
        move_to(progress, monotonic_us());
}

void progress_shown_until(struct progress *progress, struct timestamp recorded_at)
{
    int64_t age_us = timestamp_now().us - recorded_at.us;

    move_to(progress, monotonic_us() - (age_us > 0 ? age_us : 0));
}

int64_t progress_lag_us(const struct progress *progress, uint64_t head)
{
    int64_t lag_us = monotonic_us() - progress->current_us;

    return progress->size >= head || lag_us < 0 ? 0 : lag_us;
}
