/*
 * What can be said in the namespace /realtime.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/realtime.h"
#include "api/route.h"
#include "commands/identity/identity_commands.h"

#define BY_USER                                                                                    \
    .method = "EMIT", .is_at_root = true, .tag = "news", .who = WHO_USER,                          \
    .throttle = THROTTLE_NONE, .status = 200

const struct route news_messages[] = {
    {.path = "/realtime/connect",
     .doc = "Opens the feed of what happens in the workspaces of the caller.",
     BY_USER,
     .command = &query_user_scope_command,
     .before_submit = realtime_prepare_connect,
     .render = realtime_answer_connect},
    {.path = "/realtime/subscribe.node",
     .doc = "Sends what happens to a node from now on.",
     BY_USER,
     .handle = realtime_subscribe_node,
     .input_shape = &node_subscription_shape,
     .reply.shape = &subscription_view_shape},
    {.path = "/realtime/unsubscribe.node",
     .doc = "Sends what happens to a node no longer.",
     BY_USER,
     .handle = realtime_unsubscribe_node,
     .input_shape = &node_subscription_shape,
     .reply.shape = &subscription_view_shape},
    {.path = "/realtime/subscribe.workspace",
     .doc = "Sends what happens in a workspace from now on.",
     BY_USER,
     .handle = realtime_subscribe_workspace,
     .input_shape = &workspace_subscription_shape,
     .reply.shape = &subscription_view_shape},
    {.path = "/realtime/unsubscribe.workspace",
     .doc = "Sends what happens in a workspace no longer.",
     BY_USER,
     .handle = realtime_unsubscribe_workspace,
     .input_shape = &workspace_subscription_shape,
     .reply.shape = &subscription_view_shape},
    {.method = NULL},
};
