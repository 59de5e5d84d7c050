/*
 * Forgetting: who was forgotten, why, and by which rule. The stream of each is the person.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_PRIVACY_EVENTS_H
#define EVENTLOG_EVENTS_PRIVACY_EVENTS_H

#include "eventlog/event_type.h"

enum privacy_event { EVT_PERSON_ERASED = 0x0901 };

/* What the person's keys sealed is forgotten; a platform.key_destroyed for each of them follows in the same
 * command. What read models and index hold of the person goes with this event. */
struct person_erased {
    struct uuid subject_id; /* the person */
    struct text reason;     /* whoever ordered it gave it */
    struct text rule;       /* by which it was done */
};

extern const struct event_type person_erased_event;
extern const struct event_type *const privacy_event_types[];

#endif
