/*
 * The outbox: mails and messages that are to be sent. Other projectors hand over what happened; the
 * outbox knows whom the workspace and the node want notified. api/outbound reads its rows, sends,
 * and reports the result by a command.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_NOTIFICATION_OUTBOX_H
#define PROJECTIONS_NOTIFICATION_OUTBOX_H

#include "projections/projector.h"

struct event_row;
struct node_row;

extern const struct projector outbox_projector;
extern const struct projector channels_projector; /* channels.c */

/* Asks for what outbox_add_event() will look at: the workspace of the record. */
void outbox_prefetch(struct rows *rows, const struct record *record);

/* Adds a mail and a message about a system event, where workspace and node want them, and what its channels want; `node`
 * is NULL of one that is about none. The system event has the record's id. */
void outbox_add_event(
    struct rows *rows,
    const struct record *record,
    const struct node_row *node,
    const struct event_row *event);

#endif
