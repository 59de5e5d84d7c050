/*
 * The table of nodes, as other projectors look at it, and the projectors of the area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_NODE_NODES_H
#define PROJECTIONS_NODE_NODES_H

#include "migrations/node/nodes.h"
#include "projections/projector.h"

struct node_notifications_changed;

/* The row as that event leaves it, for projectors that run before the row is changed. */
void node_row_take_notifications(
    struct node_row *row, const struct node_notifications_changed *event);

extern const struct projector nodes_projector;
extern const struct projector node_installs_projector;
extern const struct projector enrollments_projector;

#endif
