/*
 * Forgetting, and what may not be forgotten: who was forgotten, why, and by which rule (stream: the person);
 * what is held, and no longer (stream: the hold); and where people came from, whose time was over.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_PRIVACY_EVENTS_H
#define EVENTLOG_EVENTS_PRIVACY_EVENTS_H

#include "eventlog/event_type.h"

enum privacy_event {
    EVT_PERSON_ERASED = 0x0901,
    EVT_HOLD_PLACED = 0x0902,
    EVT_HOLD_RELEASED = 0x0903,
    EVT_ERASURE_REFUSED = 0x0904,
    EVT_ORIGINS_DROPPED = 0x0905,
    EVT_ORIGINS_WITHHELD = 0x0906
};

/* What a legal hold is over. */
enum hold_kind { HOLD_PERSON = 1, HOLD_WORKSPACE = 2, HOLD_NODE = 3, HOLD_POSITIONS = 4 };
extern const char *const hold_kind_names[];

/* What the person's keys sealed is forgotten; a platform.key_destroyed for each of them follows in the same
 * command. What read models and index hold of the person goes with this event. */
struct person_erased {
    struct uuid subject_id; /* the person */
    struct text reason;     /* whoever ordered it gave it */
    struct text rule;       /* by which it was done */
};

/* From now on nothing is dropped or forgotten of what it is over. */
struct hold_placed {
    struct uuid hold_id;
    struct enum_value kind; /* enum hold_kind */
    struct uuid target_id;  /* person, workspace or node; absent of positions */
    int64_t first_position; /* of positions, both inclusive; absent of anything else */
    int64_t last_position;
    struct text reason;
    struct uuid workspace_id; /* of a node, where that is there still */
};

struct hold_released {
    struct uuid hold_id;
    struct text reason;
};

/* Somebody ordered to erase a person, and a hold forbade it; of outcome refused. */
struct erasure_refused {
    struct uuid subject_id; /* the person */
    struct uuid hold_id;
    struct text reason; /* that was given for erasing them */
    struct text rule;   /* by which it was refused */
};

/* Where somebody came from is forgotten, because its time is over: what these keys sealed. They are keys of months
 * of persons, or of days of all agents, or of all strangers (origin_key.h); what they sealed was recorded between
 * these moments. Stream: the installation. */
enum { MOST_DROPPED_KEYS = 250 };
struct origins_dropped {
    struct text rule;             /* by which it was done: a setting */
    struct enum_value actor_kind; /* enum actor_kind; user: of persons */
    struct timestamp since;
    struct timestamp until;
    struct bytes keys; /* of each subject 16 ‖ key id 8, joined */
};

/* Their time was over, too, and this hold kept them; once for each month. */
struct origins_withheld {
    struct uuid hold_id;
    struct text rule;       /* by which they were withheld */
    struct timestamp until; /* what was recorded before */
};

extern const struct event_type person_erased_event;
extern const struct event_type hold_placed_event;
extern const struct event_type hold_released_event;
extern const struct event_type erasure_refused_event;
extern const struct event_type origins_dropped_event;
extern const struct event_type origins_withheld_event;
extern const struct event_type *const privacy_event_types[];

#endif
