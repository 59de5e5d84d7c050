/*
 * The tables of workspaces and teams, as other projectors look at it, and the projectors of the area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_WORKSPACE_WORKSPACES_H
#define PROJECTIONS_WORKSPACE_WORKSPACES_H

#include "projections/projector.h"

struct workspace_row {
    struct uuid id;
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct uuid created_by_user_id;
    struct opt_bool is_archived;
    struct opt_bool is_default;
    struct opt_bool automation_email_enabled;
    struct opt_bool automation_telegram_enabled;
    struct text automation_telegram_bot_token;
    struct text automation_telegram_chat_id;
    struct list automation_email_levels;
    struct list automation_telegram_levels;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};

struct team_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};

extern const struct table workspaces_table;
extern const struct table teams_table;
extern const struct projector workspaces_projector;
extern const struct projector memberships_projector;
extern const struct projector teams_projector;
extern const struct projector team_members_projector;

#endif
