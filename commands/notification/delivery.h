/*
 * Deliveries: what the write side knows of a row of the outbox. Nothing, until it was first tried.
 *
 *   pending ──succeeded──► delivered
 *    │   ▲
 *    │   └──requeued── dead letter ──dropped──► dropped
 *    └─failed, final──────►┘
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NOTIFICATION_DELIVERY_H
#define COMMANDS_NOTIFICATION_DELIVERY_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/notification/notification_commands.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum notification_kind {
    STATE_DELIVERY = AREA_NOTIFICATION << AREA_SHIFT,
    STATE_CHANNEL,
    STATE_CHANNEL_HEALTH,
    LINK_WORKSPACE_CHANNEL /* workspace → channel */
};

enum delivery_status {
    DELIVERY_PENDING = 1,
    DELIVERY_DELIVERED = 2,
    DELIVERY_DEAD = 3,
    DELIVERY_DROPPED = 4
};

struct delivery {
    struct enum_value status;
    int64_t attempts;
};
extern const struct aggregate delivery_aggregate;

void notification_evolve(struct fold *fold, const struct record *record);

/* What is known of it; pending and never tried, where that is nothing. */
struct delivery delivery_of(const struct decision *decision, struct uuid outbox_id);

/* What is done with dead letters, on an operator's order: an event of the type, whose one field is
 * the delivery, for each that is named. 400 when none is, or when any is no dead letter. */
extern const struct shape remediation_shape;
enum status remediation_emit(
    struct decision *decision,
    const struct remediation *order,
    const struct event_type *type,
    struct error *error);
/* Answers `remediated_view`. */
void remediation_answer(
    const struct decision *decision, const void *input, struct arena *arena, void *answer);

extern const struct refusal refused_no_dead_letter_named;
extern const struct refusal refused_no_dead_letter;

#endif
