/*
 * The outbox: what must be told by mail or message. Other projectors hand over what happened; the
 * outbox knows who wants to be told of it. Whoever sends (api/outbound) reads the rows, and says
 * by a command how it went.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_NOTIFICATION_OUTBOX_H
#define PROJECTIONS_NOTIFICATION_OUTBOX_H

#include "projections/projector.h"

struct node_row;

extern const struct projector outbox_projector;

/* Asks for what outbox_tell() will look at: the workspace of the record. */
void outbox_want(struct rows *rows, const struct record *record);

/* A system event was told: puts a mail and a message into the outbox where the workspace and the
 * node want them. `node` is NULL for an event of the workspace itself, or of a node that is gone.
 * The row of the system event has the record's id. */
void outbox_tell(
    struct rows *rows, const struct record *record, const struct node_row *node, int64_t severity);

#endif
