/*
 * Routes of channels, which system events of a workspace, or of the platform and its workspaces, are told to; and trying
 * them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/notification/channel_resources.h"
#include "api/route.h"
#include "commands/notification/notification_commands.h"

/* Of a workspace, and of the platform: the same rows of the same commands. */
#define OF_WORKSPACE(below)                                                                        \
    .path = "/workspaces/:workspaceId/channels" below, .tag = "notification",                      \
    .who = WHO_WORKSPACE_ADMIN
#define OF_PLATFORM(below)                                                                         \
    .path = "/notification-channels" below, .tag = "notification", .who = WHO_PLATFORM_ADMIN
#define ONE "/:channelId"

#define LIST   .method = "GET", .status = 200
#define READ   .method = "GET", .status = 200, .doc = "Reads a channel."
#define CREATE .method = "POST", .status = 201, .command = &create_channel_command
#define CHANGE                                                                                     \
    .method = "PATCH", .status = 200, .doc = "Changes a channel, or switches it on or off.",       \
    .command = &change_channel_command
#define DELETE                                                                                     \
    .method = "DELETE", .status = 200, .doc = "Deletes a channel, and what it has not told.",      \
    .command = &delete_channel_command, .render = deleted_answer,                                  \
    .reply.shape = &deleted_view_shape
#define ROTATE                                                                                     \
    .method = "POST", .status = 200, .command = &rotate_channel_key_command,                       \
    .doc =                                                                                         \
        "Gives a webhook another key and shows it, once; the former one signs too for 24 hours."
#define TEST                                                                                       \
    .method = "POST", .status = 202, .command = &test_channel_command,                             \
    .doc = "Sends a test message; what becomes of it stands among the channel's deliveries."
#define DELIVERIES                                                                                 \
    .method = "GET", .status = 200,                                                                \
    .doc = "Lists what a channel has told or is to tell, the newest first."

const struct route channel_routes[] = {
    {OF_WORKSPACE(""), LIST, .doc = "Lists the channels of a workspace, the newest first.",
     .lists = &channel_resource},
    {OF_WORKSPACE(ONE), READ, .reads = &channel_resource},
    {OF_WORKSPACE(""), CREATE,
     .doc = "Sets up a channel, which system events are told to; shows the key of a webhook, once.",
     .shows = &keyed_channel_resource},
    {OF_WORKSPACE(ONE), CHANGE, .shows = &channel_resource},
    {OF_WORKSPACE(ONE), DELETE},
    {OF_WORKSPACE(ONE "/rotate-key"), ROTATE, .shows = &keyed_channel_resource},
    {OF_WORKSPACE(ONE "/test"), TEST},
    {OF_WORKSPACE(ONE "/deliveries"), DELIVERIES, .lists = &channel_delivery_resource},
    {OF_PLATFORM(""), LIST, .doc = "Lists the channels of the platform, the newest first.",
     .lists = &platform_channel_resource},
    {OF_PLATFORM(ONE), READ, .reads = &platform_channel_resource},
    {OF_PLATFORM(""), CREATE,
     .doc = "Sets up a channel, which system events of the platform and of any workspace are told "
            "to; shows the key of a webhook, once.",
     .shows = &keyed_platform_channel_resource},
    {OF_PLATFORM(ONE), CHANGE, .shows = &platform_channel_resource},
    {OF_PLATFORM(ONE), DELETE},
    {OF_PLATFORM(ONE "/rotate-key"), ROTATE, .shows = &keyed_platform_channel_resource},
    {OF_PLATFORM(ONE "/test"), TEST},
    {OF_PLATFORM(ONE "/deliveries"), DELIVERIES, .lists = &platform_channel_delivery_resource},
    {.path = "/workspaces/:workspaceId/notifications/test",
     .tag = "notification",
     .who = WHO_WORKSPACE_ADMIN,
     .method = "POST",
     .status = 202,
     .doc = "Sends a test message by mail to whoever asks, or by the workspace's Telegram bot.",
     .command = &test_notification_command},
    {.method = NULL},
};
