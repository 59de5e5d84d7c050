/*
 * Channels, which system events of a workspace, or of the platform and its workspaces, are told to.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_NOTIFICATION_CHANNELS_H
#define MIGRATIONS_NOTIFICATION_CHANNELS_H

#include "core/db/table.h"
#include "eventlog/events/channel_events.h"

struct channel_row {
    struct uuid id;
    struct uuid workspace_id; /* absent: it is the platform's */
    struct list workspace_ids;
    struct text name;
    struct enum_value kind;
    struct text host;
    struct list user_ids;
    struct opt_bool is_enabled;
    struct list severities;
    struct list types;
    struct text selector;
    const struct quiet_hours *quiet_hours;
    int64_t digest_seconds;
    struct text text;
    struct bytes url_box;     /* as sealed in the event that set it */
    struct uuid url_event_id; /* … which is this one */
    struct uuid key_id;
    struct uuid former_key_id;
    struct timestamp former_key_until;
    struct timestamp quiet_until;
    struct timestamp switched_off_at;
    struct text switched_off_reason;
    struct uuid created_by_user_id;
    struct uuid updated_by_user_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape channel_row_shape;
extern const struct table channels_table;

/* The channels of a workspace, or of the platform, for whoever has something to tell; nobody sees it. */
struct channel_list_row {
    struct uuid id;
    struct list channel_ids; /* at least one */
};
extern const struct table channel_lists_table;

/* Its key: the workspace's id, or where that is absent another one. */
struct uuid channels_list_id(struct uuid workspace_id);

#endif
