/*
 * Routes of channels, which system events of a workspace are told to; and trying them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/notification/channel_resources.h"
#include "api/route.h"
#include "commands/notification/notification_commands.h"

#define ALL .path = "/workspaces/:workspaceId/channels", .tag = "notification"
#define ONE .path = "/workspaces/:workspaceId/channels/:channelId", .tag = "notification"
#define BELOW(name)                                                                                \
    .path = "/workspaces/:workspaceId/channels/:channelId/" name, .tag = "notification"
#define READ    .method = "GET", .who = WHO_WORKSPACE_ADMIN, .status = 200
#define CHANGES .who = WHO_WORKSPACE_ADMIN

const struct route channel_routes[] = {
    {ALL, READ, .doc = "Lists the channels of a workspace, the newest first.",
     .lists = &channel_resource},
    {ONE, READ, .doc = "Reads a channel.", .reads = &channel_resource},
    {ALL, CHANGES, .method = "POST", .status = 201,
     .doc = "Sets up a channel, which system events are told to; shows the key of a webhook, once.",
     .command = &create_channel_command, .shows = &keyed_channel_resource},
    {ONE, CHANGES, .method = "PATCH", .status = 200,
     .doc = "Changes a channel, or switches it on or off.", .command = &change_channel_command,
     .shows = &channel_resource},
    {ONE, CHANGES, .method = "DELETE", .status = 200,
     .doc = "Deletes a channel, and what it has not told.", .command = &delete_channel_command,
     .render = deleted_answer, .reply.shape = &deleted_view_shape},
    {BELOW("rotate-key"), CHANGES, .method = "POST", .status = 200,
     .doc =
         "Gives a webhook another key and shows it, once; the former one signs too for 24 hours.",
     .command = &rotate_channel_key_command, .shows = &keyed_channel_resource},
    {BELOW("test"), CHANGES, .method = "POST", .status = 202,
     .doc = "Sends a test message; what becomes of it stands among the channel's deliveries.",
     .command = &test_channel_command},
    {BELOW("deliveries"), READ,
     .doc = "Lists what a channel has told or is to tell, the newest first.",
     .lists = &channel_delivery_resource},
    {.path = "/workspaces/:workspaceId/notifications/test",
     .tag = "notification",
     CHANGES,
     .method = "POST",
     .status = 202,
     .doc = "Sends a test message by mail to whoever asks, or by the workspace's Telegram bot.",
     .command = &test_notification_command},
    {.method = NULL},
};
