/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/notification/notification_commands.h"

const struct command *const notification_commands[] = {
    &record_delivery_command,
    &requeue_deliveries_command,
    &drop_deliveries_command,
    &create_channel_command,
    &change_channel_command,
    &delete_channel_command,
    &rotate_channel_key_command,
    &test_channel_command,
    &test_notification_command,
    &make_digest_command,
    NULL,
};
