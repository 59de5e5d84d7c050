/*
 * Orders about nodes, their agents and installs.
 *
 * An agent speaks for its node with a credential; commands carry its SHA-256
 * (`credential_digest`, 32 bytes, computed before the queue), and decide compares it in constant
 * time with the node's.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_NODE_COMMANDS_H
#define COMMANDS_NODE_NODE_COMMANDS_H

#include "commands/timers.h"
#include "eventlog/events/joining_events.h"

/* By an operator; without workspace_id in the default workspace. */
struct add_node {
    struct uuid workspace_id; /* FROM_PATH */
    struct text hostname;
    struct text os;
    struct text arch;
    struct text name;
    struct text description;
    struct uuid team_id;
};
extern const struct command add_node_command;

struct remove_node {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
};
extern const struct command remove_node_command;

/* Without team_id: none looks after it any more. */
struct assign_team {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    struct uuid team_id;
};
extern const struct command assign_team_command;

struct enter_maintenance {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    struct text reason;
};
extern const struct command enter_maintenance_command;

struct leave_maintenance {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
};
extern const struct command leave_maintenance_command;

/* The agent is told with its next claim, and reports what came of it. */
struct want_root_access {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    struct enum_value profile;
};
extern const struct command want_root_access_command;

/* What is absent stays as it is; levels that are null become all. */
struct change_notifications {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    struct opt_bool notification_email_enabled;
    struct list notification_email_levels;
    struct opt_bool notification_telegram_enabled;
    struct list notification_telegram_levels;
    int64_t given; /* SERVER_SET: see shape.given_tag */
};
extern const struct command change_notifications_command;

/* By an operator: null takes a label away, what is not named stays. */
struct change_labels {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    struct json labels;       /* values, or null, by keys */
};
extern const struct command change_labels_command;

/* By the shared token (compared by decide with policy->enrollment_digest). */
struct register_agent {
    struct text hostname;
    struct text enrollment_token; /* SECRET; emptied by prepare, which fills the digest */
    struct text os;
    struct text arch;
    struct text operating_system;
    struct text architecture;
    struct text platform;
    struct text platform_version;
    struct text kernel_version;
    struct text agent_version;
    struct bytes enrollment_digest; /* SERVER_SET */
    struct bytes credential_digest; /* SERVER_SET: of the fresh credential */
    const struct node_location *location;
    struct list altered;
    struct json labels;
};
struct registered_agent {
    struct uuid node_id;
    struct opt_bool has_replaced; /* an agent that had fallen silent */
};
extern const struct command register_agent_command; /* answers `registered_agent` */

struct report_heartbeat {
    struct uuid node_id;
    struct text agent_token; /* SECRET; emptied by prepare */
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    struct timestamp sent_at;
    struct bytes credential_digest; /* SERVER_SET */
    struct list altered;
    struct json labels; /* absent: as they were */
};
struct heartbeat_answer {
    struct uuid node_id;
    struct enum_value status;
    struct timestamp last_seen_at;
};
extern const struct shape heartbeat_answer_shape;
extern const struct command report_heartbeat_command; /* answers `heartbeat_answer` */

/* An agent has started: what an earlier start ran is abandoned. Claims may say the same. */
struct report_agent_start {
    struct uuid node_id;
    struct bytes credential_digest;
    struct text start;
    struct list altered;
};
extern const struct command report_agent_start_command;

/* What an observation needs checked: percentages are in range, the credential fits. May emit
 * node_came_online and node_cpu_crossed; the sample itself goes to telemetry. */
struct report_metrics {
    struct uuid node_id;
    struct bytes credential_digest;
    double cpu_usage;
    struct text agent_version;
};
struct metrics_answer {
    struct uuid workspace_id;
};
extern const struct command report_metrics_command; /* answers `metrics_answer` */

/* A question: refused unless the credential speaks for the node. */
struct query_agent {
    struct uuid node_id;
    struct bytes credential_digest;
};
extern const struct command query_agent_command;

/* By the offline watch. Does nothing when the node is not online. */
struct mark_node_offline {
    struct uuid node_id;
    struct timestamp last_seen_at;
    int64_t timeout_seconds;
};
extern const struct command mark_node_offline_command;

/* One-click installs. */
struct create_install {
    struct uuid workspace_id; /* FROM_PATH */
    struct text node_name;
    struct text description;
    struct uuid team_id;
    struct uuid install_id;    /* SERVER_SET: the token is derived from it before the queue */
    struct bytes token_digest; /* SERVER_SET */
};
extern const struct command create_install_command; /* answers `install_view` */

/* The state of an install, as its routes answer. */
struct install_view {
    struct uuid install_id;
    struct uuid workspace_id;
    struct uuid team_id;
    struct text node_name;
    struct text description;
    struct text hostname;
    struct uuid node_id;
    struct enum_value status;
    struct text stage;
    int64_t progress_percent;
    struct text status_message;
    struct timestamp started_at;
    struct timestamp consumed_at;
    struct timestamp expires_at;
    struct timestamp created_at;
    struct timestamp updated_at;
};
extern const struct shape install_view_shape;

/* Shows an install whose time is over as expired, before the clock has recorded it. */
void install_show_expiry(struct install_view *install, struct timestamp now);

struct report_install {
    struct text token; /* SECRET; emptied by prepare */
    struct text stage;
    struct enum_value status;
    int64_t progress_percent;
    struct text status_message;
    struct bytes token_digest; /* SERVER_SET */
};
extern const struct command report_install_command; /* answers `install_view` */

/* What a machine tells of itself while it joins the fleet. */
struct additional_info {
    struct text os;
    struct text arch;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    const struct node_location *location;
    struct text operating_system;
    struct text platform;
    struct text architecture;
};
extern const struct shape additional_info_shape;

struct consume_install {
    struct text token; /* SECRET; emptied by prepare */
    struct text hostname;
    const struct additional_info *additional_info;
    struct bytes token_digest;      /* SERVER_SET */
    struct bytes credential_digest; /* SERVER_SET: of the fresh credential */
    struct list altered;
};
extern const struct command consume_install_command; /* answers `registered_agent` */

/* By the clock, of a struct timer: a bootstrap token that was not used in time, an enrollment that
 * waited for too long. */
extern const struct command expire_install_command;
extern const struct command expire_enrollment_command;

extern const struct command *const node_commands[];
extern const struct refusal *const node_refusals[];
extern const struct timer_kind node_timers[];

#endif
