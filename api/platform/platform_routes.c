/*
 * Routes of the installation: health, metrics, events, audit, its own description.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/docs.h"
#include "api/platform/front_page.h"
#include "api/platform/health.h"
#include "api/platform/platform_resources.h"
#include "api/route.h"
#include "eventlog/telemetry.h"

#define OPEN                                                                                       \
    .method = "GET", .tag = "platform", .who = WHO_ANYONE, .status = 200, .is_in_setup = true

const struct route platform_routes[] = {
    {OPEN, .path = "/", .is_at_root = true,
     .doc = "Says what this is and where to go, as JSON or as a web page.",
     .handle = front_page_handle, .reply.shape = &front_page_shape},
    {OPEN, .path = "/health", .is_at_root = true, .doc = "Reports that the process is alive.",
     .handle = health_handle, .reply.shape = &health_view_shape},
    {OPEN, .path = "/health", .doc = "Reports that the process is alive.", .handle = health_handle,
     .reply.shape = &health_view_shape},
    {OPEN, .path = "/health/ready", .is_at_root = true, .lane = LANE_PLAIN,
     .doc = "Reports whether everything works; answers 503 when not.",
     .handle = health_ready_handle},
    {OPEN, .path = "/health/dependencies", .is_at_root = true, .lane = LANE_PLAIN,
     .doc = "Reports the status of each component.", .handle = health_dependencies_handle},
    {OPEN, .path = "/metrics", .is_at_root = true, .lane = LANE_PLAIN,
     .doc = "Metrics in the format of Prometheus.", .handle = metrics_handle,
     .reply.media_type = "text/plain"},
    {OPEN, .path = "/docs-json", .doc = "This API as an OpenAPI 3.1 document.",
     .handle = docs_json_handle},
    {OPEN, .path = "/docs-events", .doc = "What goes over sockets, as an AsyncAPI 3.0 document.",
     .handle = docs_events_handle},
    {OPEN, .path = "/docs", .doc = "This API as a web page, to try requests on.",
     .handle = docs_page_handle, .reply.media_type = "text/html"},
    {OPEN, .path = "/docs/:file", .doc = "A file of that web page.", .handle = docs_file_handle,
     .input_shape = &docs_file_shape, .reply.media_type = "application/octet-stream"},
    {.method = "GET",
     .path = "/events",
     .tag = "platform",
     .doc = "Lists system events of the caller's workspaces, newest first; of all for platform "
            "admins.",
     .who = WHO_USER,
     .status = 200,
     .lists = &event_resource},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/events",
     .tag = "platform",
     .doc = "Lists system events of a workspace, newest first.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .lists = &event_resource},
    {.method = "GET",
     .path = "/audit-logs",
     .tag = "platform",
     .doc = "Lists audit entries of the platform, newest first.",
     .who = WHO_PLATFORM_AUDITOR,
     .status = 200,
     .lists = &platform_audit_resource},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/audit-logs",
     .tag = "platform",
     .doc = "Lists audit entries of a workspace, newest first.",
     .who = WHO_WORKSPACE_AUDITOR,
     .status = 200,
     .lists = &workspace_audit_resource},
    {.method = "GET",
     .path = "/platform-metrics",
     .tag = "platform",
     .doc = "Lists samples of nodes of the caller's workspaces, newest first; of all for "
            "platform admins.",
     .who = WHO_USER,
     .status = 200,
     .handle = samples_handle,
     .input_shape = &sample_filter_shape,
     .reply.shape = &metric_sample_shape,
     .reply.is_list = true},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/metrics",
     .tag = "platform",
     .doc = "Lists samples of a workspace's nodes, newest first.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .handle = samples_handle,
     .input_shape = &sample_filter_shape,
     .reply.shape = &metric_sample_shape,
     .reply.is_list = true},
    {.method = NULL},
};
