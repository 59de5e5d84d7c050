/*
 * Groups of a directory, from the read model. LANE_READ, of the directory that calls alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_GROUP_SELECT_H
#define API_DIRECTORY_SCIM_GROUP_SELECT_H

#include "api/call.h"

/* Input: struct scim_asked_groups. Rows in this order, by rising id of the group: */
extern const struct query scim_groups_query;        /* struct scim_group_row */
extern const struct query scim_groups_total_query;  /* struct scim_groups_total */
extern const struct query scim_group_members_query; /* struct scim_member_row, 20,000 at most */

struct scim_asked_groups {
    struct uuid directory_id;
    struct uuid group_id;
    struct text display_name;
    struct text external_id;
    struct uuid member_id;
    int64_t start;
    int64_t count;
};

struct scim_group_row {
    struct uuid id;
    struct text display_name;
    struct text external_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};

struct scim_member_row {
    struct uuid group_id;
    struct uuid user_id;
};

struct scim_groups_total {
    int64_t total;
};

#endif
