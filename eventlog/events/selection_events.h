/*
 * What happened to selections: selectors of nodes that are saved under a name. The stream of each is the selection.
 * Whatever is created or changed says all of it, as it is from then on.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_SELECTION_EVENTS_H
#define EVENTLOG_EVENTS_SELECTION_EVENTS_H

#include "eventlog/event_type.h"

enum selection_event {
    EVT_SELECTION_CREATED = 0x0C01,
    EVT_SELECTION_CHANGED = 0x0C02,
    EVT_SELECTION_DELETED = 0x0C03
};

enum { SELECTION_LONGEST_NAME = 160, SELECTION_LONGEST_DESCRIPTION = 2000 };

struct selection_definition {
    struct uuid selection_id;
    struct uuid workspace_id;
    struct text name;
    struct text description; /* absent: none */
    struct text selector;    /* see core/label/selector.h */
};
extern const struct shape selection_definition_shape;

struct selection_created {
    struct selection_definition definition;
};

struct selection_changed {
    struct selection_definition definition;
};

struct selection_deleted {
    struct uuid selection_id;
    struct uuid workspace_id;
    struct opt_bool is_consequence; /* of deleting the workspace */
};

extern const struct event_type selection_created_event;
extern const struct event_type selection_changed_event;
extern const struct event_type selection_deleted_event;
extern const struct event_type *const selection_event_types[];

#endif
