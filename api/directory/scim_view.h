/*
 * Accounts as directories read them (RFC 7643, section 4.1): one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_VIEW_H
#define API_DIRECTORY_SCIM_VIEW_H

#include "api/call.h"
#include "api/directory/scim_write.h"

#define SCIM_MEDIA_TYPE "application/scim+json; charset=utf-8"

/* Whom a call answers with, and what of them. */
struct scim_shown {
    struct uuid user_id;
    struct scim_selection selection;
};

/* What the query string asks for (attributes, excludedAttributes); in the arena. NULL: answered. */
struct scim_shown *scim_take_shown(struct call *call, struct uuid user_id);

/* Answers with a resource, where it is and its entity tag; 304 to whoever has that already (RFC 7644, section 3.14). */
void scim_answer_resource(
    struct call *call, int status, struct text location, int64_t revision, const struct buf *body);

/* Answers with one, 404 for none. LANE_READ, of the directory that calls alone. */
void scim_answer_user(struct call *call, int status, const struct scim_shown *shown);

#endif
