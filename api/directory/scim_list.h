/*
 * Accounts as directories read them: lists (RFC 7644, sections 3.4.2 and 3.4.3).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_LIST_H
#define API_DIRECTORY_SCIM_LIST_H

#include "api/route.h"

enum { SCIM_MOST_PER_PAGE = 200, SCIM_MOST_LOOKED_AT = 50000 };

extern const struct shape scim_list_shape;
extern const struct shape scim_search_shape;

/* GET /scim/v2/Users, and POST /scim/v2/Users/.search. */
void scim_list_users(struct call *call);
void scim_search_users(struct call *call);

/* Up to the bracket that opens the resources; "]}" ends it. */
struct buf;
void scim_begin_list(struct buf *out, int64_t total, int64_t start, size_t count);

#endif
