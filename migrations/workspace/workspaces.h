/*
 * The workspaces, and which of them is the default one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_WORKSPACE_WORKSPACES_H
#define MIGRATIONS_WORKSPACE_WORKSPACES_H

#include "core/db/table.h"

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
    struct bytes bot_token_box;     /* as sealed in the event that set it */
    struct uuid bot_token_event_id; /* … which is this one; absent without a box */
    struct text automation_telegram_chat_id;
    struct list automation_email_levels;
    struct list automation_telegram_levels;
    struct opt_bool second_factor_required;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape workspace_row_shape;
extern const struct table workspaces_table;

/* One row only: which workspace is the default. */
struct default_workspace_row {
    struct uuid id;
    struct uuid workspace_id;
};
extern const struct table default_workspace_table;

#endif
