/*
 * The feed of changes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/feed.h"
#include "api/route.h"

#define FEED                                                                                       \
    .method = "GET", .tag = "news", .status = 200, .handle = feed_open,                            \
    .input_shape = &feed_filter_shape, .reply.shape = &feed_page_shape, .reply.is_followed = true

const struct route news_routes[] = {
    {FEED, .path = "/changes",
     .doc = "Streams what changes in the caller's workspaces (platform admins: in all) as "
            "server-sent events, or with wait answers it as pages.",
     .who = WHO_USER},
    {FEED, .path = "/workspaces/:workspaceId/changes",
     .doc = "Streams what changes in a workspace as server-sent events, or with wait answers it as "
            "pages.",
     .who = WHO_WORKSPACE_MEMBER},
    {.method = NULL},
};
