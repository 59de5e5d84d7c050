/*
 * A target of a rollout: what its events make of it, and what they say in words. The read model and the write model both
 * ask here, so that an answer from either is the same.
 *
 *   record ──► rollout_target_apply ──► the target as it is after it
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_ROLLOUT_TARGET_H
#define EVENTLOG_EVENTS_ROLLOUT_TARGET_H

#include "eventlog/events/rollout_events.h"
#include "eventlog/record.h"

struct rollout_target {
    struct uuid id;
    struct uuid rollout_id;
    struct uuid node_id;
    struct uuid workspace_id;
    struct uuid team_id;
    struct text node_name_snapshot;
    struct text previous_version;
    struct text target_version;
    struct enum_value status; /* enum update_status */
    int64_t progress_percent;
    struct text status_message;
    struct uuid task_id; /* the newest; absent: there is none */
    int64_t sequence;    /* its place in the order of the rollout, from 0 */
    struct timestamp dispatched_at;
    struct timestamp completed_at; /* when it was over, however it ended */
    struct timestamp created_at;
    struct timestamp updated_at;
};
extern const struct shape rollout_target_shape;

/* The n-th of a rollout.created record. Texts are the event's. */
struct rollout_target rollout_target_nth(const struct record *record, size_t n);

/* What any other event that is about it makes of it; texts are in the arena, or the event's. */
void rollout_target_apply(
    struct rollout_target *target, const struct record *record, struct arena *arena);

/* The target that an event is about; absent for those about the rollout, or about several. */
struct uuid rollout_target_of(const struct record *record);

/* What a status is called in a sentence: "waiting for reconnect". In the arena. */
struct text update_status_words(struct arena *arena, struct enum_value status);

#endif
