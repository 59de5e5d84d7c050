/*
 * Filters of directories (RFC 7644, section 3.4.2.2): so far one comparison, `<attribute> eq "<value>"`, of userName,
 * emails.value, externalId or id, which is what directories look people up by.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_FILTER_H
#define API_DIRECTORY_SCIM_FILTER_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/uuid.h"

struct scim_filter {
    struct text user_name; /* or externalId, or id; absent: not asked for */
    struct text external_id;
    struct uuid user_id;
    bool is_for_nobody; /* an id that can be nobody's */
};

/* An absent text is a filter that everybody passes. STATUS_INVALID with code "scim_filter_invalid". Any thread. */
MUST_USE enum status scim_filter_parse(
    struct arena *arena, struct text text, struct scim_filter *out, struct error *error);

#endif
