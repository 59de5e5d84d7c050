/*
 * Every area's routes, messages, frames and relays, and what it tells on sockets, one line each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"
#include "api/news/news_told.h"
#include "api/news/relay.h"
#include "api/route.h"
#include "api/told.h"

const struct route_area route_catalog[] = {
    {"identity", identity_routes},
    {"identity", session_routes},
    {"provider", provider_routes},
    {"directory", directory_routes},
    {"workspace", workspace_routes},
    {"node", node_routes},
    {"task", task_routes},
    {"template", template_routes},
    {"schedule", schedule_routes},
    {"rolling", rolling_routes},
    {"selection", selection_routes},
    {"upgrade", upgrade_routes},
    {"secret", secret_routes},
    {"authority", authority_routes},
    {"rollout", rollout_routes},
    {"release", release_routes},
    {"terminal", terminal_routes},
    {"agent", agent_routes},
    {"notification", notification_routes},
    {"channel", channel_routes},
    {"platform", platform_routes},
    {"setup", setup_routes},
    {"settings", settings_routes},
    {"search", search_routes},
    {"evidence", evidence_routes},
    {"sink", sink_routes},
    {"privacy", privacy_routes},
    {"export", export_routes},
    {"follower", follower_routes},
    {"socket", socket_routes},
    {"news", news_routes},
    {NULL, NULL},
};

const struct frame_area frame_catalog[] = {
    {"node", node_frames},       {"task", task_frames},         {"terminal", terminal_frames},
    {"rolling", rolling_frames}, {"platform", platform_frames}, {NULL, NULL},
};

const struct relay_area relay_catalog[] = {
    {"node", node_relays},
    {"terminal", terminal_relays},
    {NULL, NULL},
};

const struct route_area message_catalog[] = {
    {"agent", agent_messages},
    {"terminal", terminal_messages},
    {"news", news_messages},
    {NULL, NULL},
};

const struct told_area told_catalog[] = {
    {"agent", agent_told, NULL},
    {"realtime", realtime_told, NULL},
    {"frames", NULL, news_told_frame},
    {"relays", NULL, news_told_relay},
    {NULL, NULL, NULL},
};
