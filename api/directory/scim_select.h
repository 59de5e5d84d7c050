/*
 * Accounts that a directory looks after, from the read model. LANE_READ, of the directory that calls alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_SELECT_H
#define API_DIRECTORY_SCIM_SELECT_H

#include "api/call.h"
#include "api/directory/scim_user.h"

extern const struct query scim_users_query;
extern const struct query scim_users_total_query; /* its input begins with the provider's id */

/* Whom; each that is present by an index, and in the order of ids. */
struct scim_asked {
    struct uuid directory_id; /* the caller's, filled in here */
    struct uuid user_id;
    struct text user_name;
    struct text external_id;
    struct uuid after; /* only those behind it */
    int64_t start;     /* how many to leave out */
    int64_t count;
};

/* Rows lie in the call's arena. Statuses as call_query(). */
MUST_USE enum status scim_select(
    struct call *call,
    const struct scim_asked *asked,
    const struct scim_row **out_rows,
    size_t *out_count,
    struct error *error);

/* How many there are in all. */
MUST_USE enum status scim_count(struct call *call, int64_t *out, struct error *error);

#endif
