/*
 * What happened to nodes, their agents and their installation.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_NODE_EVENTS_H
#define EVENTLOG_EVENTS_NODE_EVENTS_H

#include "eventlog/event_type.h"
#include "eventlog/events/joining_events.h"
#include "eventlog/events/label_events.h"

enum node_event {
    EVT_NODE_ADDED = 0x0401,
    EVT_NODE_REGISTERED = 0x0402,
    EVT_NODE_CAME_ONLINE = 0x0403,
    EVT_NODE_WENT_OFFLINE = 0x0404,
    EVT_NODE_VERSIONS_REPORTED = 0x0405,
    EVT_NODE_ROOT_ACCESS_REPORTED = 0x0406,
    EVT_NODE_CPU_CROSSED = 0x0407,
    EVT_NODE_REMOVED = 0x0408,
    EVT_NODE_TEAM_CHANGED = 0x0409,
    EVT_NODE_MAINTENANCE_ENTERED = 0x040A,
    EVT_NODE_MAINTENANCE_LEFT = 0x040B,
    EVT_NODE_ROOT_ACCESS_WANTED = 0x040C,
    EVT_NODE_NOTIFICATIONS_CHANGED = 0x040D,
    EVT_NODE_AGENT_REPLACED = 0x040E,
    EVT_NODE_AGENT_STARTED = 0x040F,
    EVT_INSTALL_CREATED = 0x0411,
    EVT_INSTALL_PROGRESSED = 0x0412,
    EVT_INSTALL_CONSUMED = 0x0413,
    EVT_INSTALL_EXPIRED = 0x0414,
    EVT_ENROLLMENT_INITIATED = 0x0421,
    EVT_ENROLLMENT_APPROVED = 0x0422,
    EVT_ENROLLMENT_REVOKED = 0x0423,
    EVT_NODE_AGENT_CONNECTED = 0x0431,
    EVT_NODE_AGENT_DISCONNECTED = 0x0432,
    EVT_NODE_LOCATION_REPORTED = 0x0433,
    EVT_NODE_LABELS_CHANGED = 0x0434,
    EVT_NODE_LABELS_REPORTED = 0x0435
};

enum node_status { NODE_ONLINE = 1, NODE_OFFLINE = 2 };
extern const char *const node_status_names[];

/* How a node came to be. */
enum node_source {
    SOURCE_OPERATOR = 1,
    SOURCE_INSTALL = 2,
    SOURCE_REGISTRATION = 3,
    SOURCE_ENROLLMENT = 4
};
extern const char *const node_source_names[];

/* What showed that a node is there. */
enum node_sign { SIGN_HEARTBEAT = 1, SIGN_METRICS = 2, SIGN_REGISTRATION = 3, SIGN_CONNECTION = 4 };
extern const char *const node_sign_names[];

/* What showed that it is there no longer. */
enum node_absence { ABSENCE_SILENCE = 1, ABSENCE_CONNECTION = 2 };
extern const char *const node_absence_names[];

/* Why an agent's connection ended. */
enum connection_end { CONNECTION_CLOSED = 1, CONNECTION_SILENT = 2, CONNECTION_OVERLOADED = 3 };
extern const char *const connection_end_names[];

/* What a root access profile opens: see docs/glossary.md. */
enum root_profile {
    ROOT_OFF = 1,
    ROOT_OPERATIONAL,
    ROOT_TASK,
    ROOT_TERMINAL,
    ROOT_OPERATIONAL_TASK,
    ROOT_OPERATIONAL_TERMINAL,
    ROOT_TASK_TERMINAL,
    ROOT_ALL
};
extern const char *const root_profile_names[];

enum root_sync { ROOT_PENDING = 1, ROOT_APPLIED = 2, ROOT_FAILED = 3 };
extern const char *const root_sync_names[];

/* Stream: the node. Without a credential digest no agent can speak for it yet. */
struct node_added {
    struct uuid node_id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct text hostname;
    struct text os;
    struct text arch;
    struct uuid team_id;
    struct enum_value source;
    struct bytes credential_digest; /* SHA-256 of the agent's token */
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    const struct node_location *location;
};

/* An agent registered by the shared token: a new credential for a node that may be old. It comes
 * after node_added when the node is new. Stream: the node. */
struct node_registered {
    struct uuid node_id;
    struct text os;
    struct text arch;
    struct bytes credential_digest;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    const struct node_location *location; /* absent: unchanged, as versions are */
};

/* Stream: the node, as with all that follow. Versions: absent ones are unchanged. */
struct node_came_online {
    struct uuid node_id;
    struct enum_value sign;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
};

struct node_went_offline {
    struct uuid node_id;
    struct timestamp last_seen_at;
    int64_t timeout_seconds;   /* of silence; 0 where its connection ended */
    struct enum_value absence; /* absent: silence */
};

struct node_versions_reported {
    struct uuid node_id;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
};

/* What the agent says of the root access that it has applied. */
struct node_root_access_reported {
    struct uuid node_id;
    struct enum_value applied_profile;
    struct enum_value sync;
    struct timestamp last_applied_at;
    struct text last_error;
};

/* The processor is busier than the threshold: on crossing, on a change of severity, then at most
 * every five minutes. */
struct node_cpu_crossed {
    struct uuid node_id;
    double cpu_usage; /* per cent */
    struct enum_value severity;
};

struct node_removed {
    struct uuid node_id;
};

/* Another team looks after it; absent: none does. The name is that of the team at the time. */
struct node_team_changed {
    struct uuid node_id;
    struct uuid team_id;
    struct text team_name;
};

/* It takes no new work from now on; said again, with another reason, it begins anew. */
struct node_maintenance_entered {
    struct uuid node_id;
    struct text reason;
};

struct node_maintenance_left {
    struct uuid node_id;
};

/* The root access that is wanted; the agent reports what came of it. */
struct node_root_access_wanted {
    struct uuid node_id;
    struct enum_value profile;
};

/* Which of its events are delivered, and how; absent: unchanged. Levels in their own order. */
struct node_notifications_changed {
    struct uuid node_id;
    struct opt_bool email_enabled;
    struct list email_levels;
    struct opt_bool telegram_enabled;
    struct list telegram_levels;
};

/* Another agent took a node's name with the shared token, after the one before had fallen silent: that
 * one is no longer accepted. node_registered follows. */
struct node_agent_replaced {
    struct uuid node_id;
};

/* The agent says which of its starts it is: another one than before. */
struct node_agent_started {
    struct uuid node_id;
    struct text start;
};

/* An agent speaks for the node on this connection from now on, and on no other. `boot` is the run of
 * the server that has the connection: one of an earlier run is gone. */
struct node_agent_connected {
    struct uuid node_id;
    struct uuid connection;
    struct uuid boot;
    struct uuid replaced; /* the connection before, if it had not ended */
};

/* The connection that spoke for the node has ended; nothing is said of one that was replaced. */
struct node_agent_disconnected {
    struct uuid node_id;
    struct uuid connection;
    struct enum_value end;
};

/* The machine says that it is somewhere else than was known. */
struct node_location_reported {
    struct uuid node_id;
    const struct node_location *location;
};

extern const struct event_type node_added_event;
extern const struct event_type node_registered_event;
extern const struct event_type node_came_online_event;
extern const struct event_type node_went_offline_event;
extern const struct event_type node_versions_reported_event;
extern const struct event_type node_root_access_reported_event;
extern const struct event_type node_cpu_crossed_event;
extern const struct event_type node_removed_event;
extern const struct event_type node_team_changed_event;
extern const struct event_type node_maintenance_entered_event;
extern const struct event_type node_maintenance_left_event;
extern const struct event_type node_root_access_wanted_event;
extern const struct event_type node_notifications_changed_event;
extern const struct event_type node_agent_replaced_event;
extern const struct event_type node_agent_started_event;
extern const struct event_type node_agent_connected_event;
extern const struct event_type node_agent_disconnected_event;
extern const struct event_type node_location_reported_event;
extern const struct event_type *const node_event_types[];

#endif
