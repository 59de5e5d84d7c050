/*
 * What happened to workspaces and their members.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_WORKSPACE_EVENTS_H
#define EVENTLOG_EVENTS_WORKSPACE_EVENTS_H

#include "eventlog/event_type.h"

enum workspace_event { EVT_WORKSPACE_CREATED = 0x0301, EVT_MEMBER_ADDED = 0x0302 };

enum member_role { MEMBER_OWNER = 1, MEMBER_ADMIN = 2, MEMBER_MEMBER = 3, MEMBER_VIEWER = 4 };
extern const char *const member_role_names[];

enum severity { SEVERITY_INFO = 1, SEVERITY_WARNING = 2, SEVERITY_CRITICAL = 3 };
extern const char *const severity_names[];

/* Stream: the workspace. Becoming the default takes that mark from the one that had it. */
struct workspace_created {
    struct uuid workspace_id;
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct flag is_default;
    struct flag is_archived;
    struct flag automation_email_enabled;
    struct flag automation_telegram_enabled;
    struct text automation_telegram_bot_token;
    struct text automation_telegram_chat_id;
    struct list automation_email_levels; /* severities */
    struct list automation_telegram_levels;
    struct uuid created_by_user_id; /* absent: the system */
};

/* Stream: the workspace. */
struct member_added {
    struct uuid membership_id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct choice role;
};

extern const struct event_type workspace_created_event;
extern const struct event_type member_added_event;
extern const struct event_type *const workspace_event_types[];

#endif
