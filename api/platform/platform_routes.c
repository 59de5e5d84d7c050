/*
 * Routes of the installation: health, metrics, events, audit, its own description.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/docs.h"
#include "api/platform/health.h"
#include "api/platform/platform_queries.h"
#include "api/route.h"
#include "eventlog/telemetry.h"

#define OPEN .method = "GET", .tag = "platform", .who = WHO_ANYONE, .status = 200

const struct route platform_routes[] = {
    {OPEN, .path = "/health", .is_at_root = true, .doc = "Is the process there?",
     .handle = health_handle, .answer_shape = &health_view_shape},
    {OPEN, .path = "/health", .doc = "Is the process there?", .handle = health_handle,
     .answer_shape = &health_view_shape},
    {OPEN, .path = "/health/ready", .is_at_root = true, .lane = LANE_PLAIN,
     .doc = "Does everything work? 503 when not.", .handle = health_ready_handle},
    {OPEN, .path = "/health/dependencies", .is_at_root = true, .lane = LANE_PLAIN,
     .doc = "How each part stands.", .handle = health_dependencies_handle},
    {OPEN, .path = "/metrics", .is_at_root = true, .lane = LANE_PLAIN,
     .doc = "Metrics for Prometheus.", .handle = metrics_handle, .answer_type = "text/plain"},
    {OPEN, .path = "/docs-json", .lane = LANE_PLAIN, .doc = "This description, as OpenAPI 3.1.",
     .handle = docs_json_handle},
    {OPEN, .path = "/docs", .lane = LANE_PLAIN, .doc = "The same as a page, to try calls on.",
     .handle = docs_page_handle, .answer_type = "text/html"},
    {OPEN, .path = "/docs/:file", .lane = LANE_PLAIN, .doc = "What that page is made of.",
     .handle = docs_file_handle, .input_shape = &docs_file_shape,
     .answer_type = "application/octet-stream"},
    {.method = "GET",
     .path = "/events",
     .tag = "platform",
     .doc = "Lists system events of the caller's workspaces, newest first; of all for platform "
            "admins.",
     .who = WHO_USER,
     .status = 200,
     .query = &events_query},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/events",
     .tag = "platform",
     .doc = "Lists system events of a workspace, newest first.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &events_query},
    {.method = "GET",
     .path = "/audit-logs",
     .tag = "platform",
     .doc = "Lists audit entries of the platform, newest first.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .query = &platform_audit_query},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/audit-logs",
     .tag = "platform",
     .doc = "Lists audit entries of a workspace, newest first.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .query = &workspace_audit_query},
    {.method = "GET",
     .path = "/platform-metrics",
     .tag = "platform",
     .doc = "Lists samples of nodes of the caller's workspaces, newest first; of all for "
            "platform admins.",
     .who = WHO_USER,
     .status = 200,
     .handle = samples_handle,
     .input_shape = &sample_filter_shape,
     .answer_shape = &metric_sample_shape,
     .answer_is_list = true},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/metrics",
     .tag = "platform",
     .doc = "Lists samples of a workspace's nodes, newest first.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .handle = samples_handle,
     .input_shape = &sample_filter_shape,
     .answer_shape = &metric_sample_shape,
     .answer_is_list = true},
    {.method = NULL},
};
