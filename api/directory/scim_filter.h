/*
 * Filters of directories (RFC 7644, section 3.4.2.2), as a tree of comparisons of the attributes that accounts have:
 *
 *   userName sw "a" and not (active eq true)   ─►   and ─┬─ userName sw "a"
 *                                                         └─ not ── active eq true
 *
 *   text ─► scim_filter_read.c ─► tree ─► scim_filter_match.c: does a user pass?
 *                                   └───► what an index finds
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_FILTER_H
#define API_DIRECTORY_SCIM_FILTER_H

#include "api/directory/scim_user.h"
#include "core/base/error.h"

enum { SCIM_LONGEST_FILTER = 1000, SCIM_DEEPEST_FILTER = 10 };

enum scim_operator {
    SCIM_EQ,
    SCIM_NE,
    SCIM_CO,
    SCIM_SW,
    SCIM_EW,
    SCIM_PR,
    SCIM_GT,
    SCIM_GE,
    SCIM_LT,
    SCIM_LE,
    SCIM_OPERATOR_COUNT
};

enum scim_filter_kind { SCIM_COMPARISON, SCIM_AND, SCIM_OR, SCIM_NOT };

struct scim_filter {
    enum scim_filter_kind kind;
    enum scim_user_attribute attribute; /* of a comparison: one that has a value of its own */
    enum scim_operator is;
    struct scim_value value;        /* none: null; a text as it was written */
    const struct scim_filter *left; /* of SCIM_NOT the only one */
    const struct scim_filter *right;
};

/* In the arena; NULL for an absent or blank text, which everybody passes. STATUS_INVALID with code
 * "scim_filter_invalid", naming what is wrong and the character where. Any thread. */
MUST_USE enum status scim_filter_read(
    struct arena *arena, struct text text, const struct scim_filter **out, struct error *error);

/* Does the user pass? NULL: yes. What that takes lies in the arena. */
bool scim_filter_passes(
    struct arena *arena, const struct scim_filter *filter, const struct scim_row *row);

/* What everybody who passes has, for an index to find them by: an eq of id, userName or externalId that the whole filter
 * is, or one side of an `and`. NULL: there is none. */
const struct scim_filter *scim_filter_key(const struct scim_filter *filter);

#endif
