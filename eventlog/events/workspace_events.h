/*
 * What happened to workspaces and their members.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_WORKSPACE_EVENTS_H
#define EVENTLOG_EVENTS_WORKSPACE_EVENTS_H

#include "core/time/window.h"
#include "eventlog/event_type.h"

enum workspace_event {
    EVT_WORKSPACE_CREATED = 0x0301,
    EVT_MEMBER_ADDED = 0x0302,
    EVT_WORKSPACE_CHANGED = 0x0303,
    EVT_WORKSPACE_DELETED = 0x0304,
    EVT_MEMBER_ROLE_CHANGED = 0x0305,
    EVT_MEMBER_REMOVED = 0x0306,
    EVT_WORKSPACE_WINDOWS_CHANGED = 0x0307,
    EVT_TEAM_CREATED = 0x0311,
    EVT_TEAM_CHANGED = 0x0312,
    EVT_TEAM_DELETED = 0x0313,
    EVT_TEAM_MEMBER_ADDED = 0x0314,
    EVT_TEAM_MEMBER_REMOVED = 0x0315
};

enum member_role { MEMBER_OWNER = 1, MEMBER_ADMIN = 2, MEMBER_MEMBER = 3, MEMBER_VIEWER = 4 };
extern const char *const member_role_names[];

enum severity { SEVERITY_INFO = 1, SEVERITY_WARNING = 2, SEVERITY_CRITICAL = 3 };
extern const char *const severity_names[];

/* Every event that sets the token of the Telegram bot keeps it under this tag, so that its box opens
 * by the shape of any of them. */
enum { BOT_TOKEN_TAG = 9 };

/* Stream: the workspace. Becoming the default takes that mark from the one that had it. */
struct workspace_created {
    struct uuid workspace_id;
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct opt_bool is_default;
    struct opt_bool is_archived;
    struct opt_bool automation_email_enabled;
    struct opt_bool automation_telegram_enabled;
    struct personal automation_telegram_bot_token; /* a secret: sealed under the workspace's key */
    struct text automation_telegram_chat_id;
    struct list automation_email_levels; /* severities */
    struct list automation_telegram_levels;
    struct uuid created_by_user_id; /* absent: the system */
};

/* Whatever is absent stays as it is; the two texts for Telegram are cleared by empty ones. Becoming
 * the default takes that mark from the one that had it; there is no other way to lose it. */
struct workspace_changed {
    struct uuid workspace_id;
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct opt_bool is_default;
    struct opt_bool is_archived;
    struct opt_bool automation_email_enabled;
    struct opt_bool automation_telegram_enabled;
    struct personal automation_telegram_bot_token; /* a secret: sealed under the workspace's key */
    struct text automation_telegram_chat_id;
    struct list automation_email_levels; /* severities */
    struct list automation_telegram_levels;
    struct opt_bool second_factor_required; /* of who is to see it */
};

/* What belonged to it was removed before, by events of the same command. */
struct workspace_deleted {
    struct uuid workspace_id;
};

enum { WORKSPACE_MOST_WINDOWS = 50 };

/* These are all of its windows from now on. Stream: the workspace. */
struct workspace_windows_changed {
    struct uuid workspace_id;
    struct list windows; /* of struct window */
};

/* Stream: the membership, as with all that follow of it. */
struct member_added {
    struct uuid membership_id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct enum_value role;
    struct opt_bool is_consequence; /* of the workspace's beginning; absent: no */
    struct uuid provider_id;        /* whose rules did it; absent: somebody did */
};

struct member_role_changed {
    struct uuid membership_id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct enum_value role;
    struct uuid provider_id; /* as above */
};

/* The person left the workspace's teams before, by events of the same command. */
struct member_removed {
    struct uuid membership_id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct opt_bool is_consequence; /* of the workspace's end */
    struct uuid provider_id;        /* as above */
};

/* Stream: the team, as with all that follow of it. */
struct team_created {
    struct uuid team_id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
};

/* Whatever is absent stays as it is; the description is cleared by an empty one. */
struct team_changed {
    struct uuid team_id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
};

/* Its members left it before, by events of the same command. */
struct team_deleted {
    struct uuid team_id;
    struct uuid workspace_id;
    struct opt_bool is_consequence; /* of the workspace's end */
};

/* Stream: the membership in the team, as with what follows. */
struct team_member_added {
    struct uuid team_membership_id;
    struct uuid team_id;
    struct uuid workspace_id;
    struct uuid user_id;
};

struct team_member_removed {
    struct uuid team_membership_id;
    struct uuid team_id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct opt_bool is_consequence; /* of the team's end, or of leaving the workspace */
};

extern const struct event_type workspace_created_event;
extern const struct event_type workspace_changed_event;
extern const struct event_type workspace_deleted_event;
extern const struct event_type workspace_windows_changed_event;
extern const struct event_type member_added_event;
extern const struct event_type member_role_changed_event;
extern const struct event_type member_removed_event;
extern const struct event_type team_created_event;
extern const struct event_type team_changed_event;
extern const struct event_type team_deleted_event;
extern const struct event_type team_member_added_event;
extern const struct event_type team_member_removed_event;
extern const struct event_type *const workspace_event_types[];

#endif
