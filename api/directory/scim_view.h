/*
 * Accounts as directories read them (RFC 7643, section 4.1): one, and lists (RFC 7644, section 3.4.2). All on LANE_READ, of
 * the directory that calls alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_VIEW_H
#define API_DIRECTORY_SCIM_VIEW_H

#include "api/call.h"
#include "api/directory/scim_write.h"

#define SCIM_MEDIA_TYPE "application/scim+json; charset=utf-8"

enum { SCIM_MOST_PER_PAGE = 200, SCIM_LONGEST_FILTER = 1000 };

extern const struct shape scim_list_shape;
extern const struct shape scim_search_shape;

/* Whom a call answers with, and what of them. */
struct scim_shown {
    struct uuid user_id;
    struct scim_selection selection;
};

/* What the query string asks for (attributes, excludedAttributes); in the arena. NULL: answered. */
struct scim_shown *scim_take_shown(struct call *call, struct uuid user_id);

/* Answers with one, 404 for none. */
void scim_answer_user(struct call *call, int status, const struct scim_shown *shown);

/* GET /scim/v2/Users, and POST /scim/v2/Users/.search. */
void scim_list_users(struct call *call);
void scim_search_users(struct call *call);

/* Up to the bracket that opens the resources (RFC 7644, section 3.4.2); "]}" ends it. */
void scim_begin_list(struct buf *out, int64_t total, int64_t start, size_t count);

#endif
