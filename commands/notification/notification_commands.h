/*
 * Orders about what has to be told: how a delivery went, and what becomes of dead letters.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NOTIFICATION_NOTIFICATION_COMMANDS_H
#define COMMANDS_NOTIFICATION_NOTIFICATION_COMMANDS_H

#include "commands/command.h"

/* The sender tried. A failure is tried again after 2, 4, 8, 16, 32, 60 and 60 seconds; after the
 * eighth it is a dead letter. Nothing happens to a delivery that has ended already. */
struct record_delivery {
    struct uuid outbox_id;
    struct uuid workspace_id;    /* whose event it tells; may be absent */
    struct text error;           /* absent: it was delivered */
    struct opt_bool is_hopeless; /* trying again cannot help: a dead letter at once */
};
extern const struct command record_delivery_command;

/* All of them, or none; a repeated one counts once. */
struct remediation {
    struct list ids; /* of UUIDs */
};
/* Dead letters start again. */
extern const struct command requeue_deliveries_command;
/* Dead letters are given up. */
extern const struct command drop_deliveries_command;

/* What both answer. */
struct remediated_view {
    struct opt_bool success;
    int64_t affected;
};
extern const struct shape remediated_view_shape;

extern const struct command *const notification_commands[];
extern const struct refusal *const notification_refusals[];

#endif
