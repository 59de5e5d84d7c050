/*
 * System events as a table: what operators are notified of, by type of event. The rules of an area
 * stand with the area; events (platform/) makes the rows, and hands them to the outbox.
 *
 *   record ──► its type's rule ──► [values of the event, the node's row] ──► events, outbox
 *
 * An event of a node whose row is gone makes no system event, unless its rule says that it may lack one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SYSTEM_EVENTS_H
#define PROJECTIONS_SYSTEM_EVENTS_H

#include "eventlog/events/workspace_events.h"
#include "projections/details.h"

struct node_row;

struct system_event_rule {
    const struct event_type *event;
    const char *type;
    enum severity severity; /* 0: severity_of says it */
    struct value_ref severity_of;

    /* The sentence for people, in the arena. Absent: the next rule of this event is asked, which has the
     * same node and row; after the last there is no system event. */
    struct text (*message)(const struct value_context *context, const struct node_row *node);
    const struct detail *metadata;

    /* The task whose result, as its agent reported it, stands in the metadata as "result". */
    struct value_ref task_id;

    struct value_ref node_id;
    bool may_lack_node; /* it is shown and sent all the same, as its workspace wants it */
    /* The row that values are taken from; without a table it is the node's. */
    const struct table *table;
    struct value_ref key;

    /* The node as the event leaves it, where that says who is notified. */
    void (*change_node)(struct node_row *node, const struct record *record);
};

/* The rules of each area, ended by one without an event; and all of them, NULL-ended. */
extern const struct system_event_rule node_system_event_rules[];
extern const struct system_event_rule task_system_event_rules[];
extern const struct system_event_rule schedule_system_event_rules[];
extern const struct system_event_rule rolling_system_event_rules[];
extern const struct system_event_rule rollout_system_event_rules[];
extern const struct system_event_rule channel_system_event_rules[];
extern const struct system_event_rule upgrade_system_event_rules[];
extern const struct system_event_rule identity_system_event_rules[];
extern const struct system_event_rule authority_system_event_rules[];
extern const struct system_event_rule *const system_event_catalog[];

#endif
