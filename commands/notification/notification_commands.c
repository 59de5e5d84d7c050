/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/notification_commands.h"

const struct command *const notification_commands[] = {
    &record_delivery_command,
    &requeue_deliveries_command,
    &drop_deliveries_command,
    NULL,
};
