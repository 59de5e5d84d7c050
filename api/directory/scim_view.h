/*
 * Accounts as directories read them (RFC 7643, section 4.1): one, and lists (RFC 7644, section 3.4.2). All on LANE_READ, of
 * the directory that calls alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_VIEW_H
#define API_DIRECTORY_SCIM_VIEW_H

#include "api/call.h"

enum { SCIM_MOST_PER_PAGE = 200, SCIM_LONGEST_FILTER = 1000 };

struct scim_list {
    struct text filter;
    int64_t start_index;
    int64_t count;
};
extern const struct shape scim_list_shape;

/* Answers with one, 404 for none. */
void scim_answer_user(struct call *call, int status, struct uuid user_id);

/* GET /scim/v2/Users, whose input is a struct scim_list. */
void scim_list_users(struct call *call);

#endif
