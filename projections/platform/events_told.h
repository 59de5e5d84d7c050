/*
 * System events from the inside: how the handlers of each area tell them. events.c holds the table
 * and the list of handlers; an area with more than a few has a file of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_PLATFORM_EVENTS_TOLD_H
#define PROJECTIONS_PLATFORM_EVENTS_TOLD_H

#include "eventlog/events/workspace_events.h"
#include "projections/projector.h"

struct node_row;

/* What there is to say besides where and when. */
struct told {
    const char *type;
    enum severity severity;
    struct text message;
    struct json metadata;
};

/* Tells it of a node, and hands it to the outbox. */
void events_tell(
    struct rows *rows,
    const struct record *record,
    const struct node_row *node,
    const struct told *told);

/* What events_tell() looks at, for a record of a node's stream. */
void events_want_node(struct rows *rows, const struct record *record);

/* Operators' changes of nodes (events_nodes.c). */
void events_node_team(struct rows *rows, const struct record *record);
void events_node_maintenance(struct rows *rows, const struct record *record);
void events_node_maintenance_end(struct rows *rows, const struct record *record);
void events_node_root_access(struct rows *rows, const struct record *record);
void events_node_notifications(struct rows *rows, const struct record *record);

#endif
