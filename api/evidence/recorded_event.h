/*
 * An event as evidence shows it: its entry, which has nothing personal in it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_RECORDED_EVENT_H
#define API_EVIDENCE_RECORDED_EVENT_H

#include "core/shape/shape.h"
#include "eventlog/timeline.h"

/* Who did it. */
struct event_actor {
    struct enum_value kind;
    struct uuid id;
    struct uuid session;
};
extern const struct shape event_actor_shape;

struct recorded_event {
    int64_t position;
    struct uuid event_id;
    struct timestamp recorded_at;
    struct text type;
    struct enum_value outcome;
    struct uuid workspace;
    const struct event_actor *actor;
    struct uuid stream;
    int64_t revision;
    struct uuid command_id;
    struct uuid correlation;
    struct uuid causation;
    struct opt_bool has_body;
};
extern const struct shape recorded_event_shape;

/* Lends the event's texts. */
struct recorded_event recorded_event_of(const struct timeline_event *event, struct arena *arena);

#endif
