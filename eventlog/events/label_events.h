/*
 * What happened to the labels of nodes; part of the events of nodes. The stream is the node.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_LABEL_EVENTS_H
#define EVENTLOG_EVENTS_LABEL_EVENTS_H

#include "eventlog/event_type.h"

/* By operators, as a merge patch: values by keys, null takes one away (see core/label/label.h). */
struct node_labels_changed {
    struct uuid node_id;
    struct json changes;
};

/* The same of what its agent reports: keys have the agents' prefix. */
struct node_labels_reported {
    struct uuid node_id;
    struct json changes;
    struct list altered; /* of struct alteration: what was not taken as it came; absent: nothing */
};

extern const struct event_type node_labels_changed_event;
extern const struct event_type node_labels_reported_event;

#endif
