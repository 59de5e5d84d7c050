/*
 * Groups as directories read them (RFC 7643, section 4.2): one, and lists (RFC 7644, section 3.4.2). All on LANE_READ, of the
 * directory that calls alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_GROUP_VIEW_H
#define API_DIRECTORY_SCIM_GROUP_VIEW_H

#include "api/call.h"

enum {
    SCIM_MOST_GROUPS_PER_PAGE = 200,
    SCIM_MOST_MEMBERS_PER_PAGE =
        20000 /* of all groups of a page: what would go beyond is left for the next */
};

extern const struct shape scim_groups_shape;
extern const struct shape scim_one_group_shape;

/* Answers with one, 404 for none. Its members are left out where the query string says so. */
void scim_answer_group(struct call *call, int status, struct uuid group_id);

void scim_read_group(struct call *call);
void scim_list_groups(struct call *call);

#endif
