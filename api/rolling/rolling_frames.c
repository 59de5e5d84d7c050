/*
 * What is told of rolling runs: how each stands, and not each of its targets, of which thousands may end at once. The
 * ends are counted together, and what was recorded together is told once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"
#include "api/rolling/rolling_resources.h"
#include "eventlog/events/rolling_events.h"

static const struct event_type *const updated[] = {
    &rolling_run_created_event,   &rolling_run_wave_begun_event, &rolling_run_counted_event,
    &rolling_run_paused_event,    &rolling_run_stopped_event,    &rolling_run_resumed_event,
    &rolling_run_retried_event,   &rolling_run_skipped_event,    &rolling_run_completed_event,
    &rolling_run_cancelled_event, &rolling_run_held_event,       NULL,
};

static const struct frame rolling_run_updated_frame = {
    .name = "rolling-run.updated",
    .doc = "A rolling run was created, or stands in another way.",
    .after = updated,
    .resource = &rolling_run_resource};

const struct frame *const rolling_frames[] = {&rolling_run_updated_frame, NULL};
