/*
 * Groups as directories write them: members of a body, and the operations of a PATCH (RFC 7644, section 3.5.2), as Entra, Okta and
 * the RFC's own examples spell them. Pure: what comes out is what is said, and no more.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_GROUP_PATCH_H
#define API_DIRECTORY_SCIM_GROUP_PATCH_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

enum { SCIM_MOST_GROUP_OPERATIONS = 1000, SCIM_LONGEST_PATH = 1000 };

struct scim_group_operation {
    struct text op;
    struct text path;
    struct json value;
};
struct scim_group_patch {
    struct uuid group_id;
    struct list _operations; /* struct scim_group_operation */
};
extern const struct shape scim_group_patch_shape;

/* What is absent is not said. */
struct scim_group_change {
    struct text display_name;
    struct text external_id; /* empty: there is none any more */
    bool replaces_members;   /* with those that are added */
    struct list added;       /* ids, each once, and none that is in the other list */
    struct list removed;
};

/* A list of members: [{"value": "<id>"}, …]. STATUS_INVALID names the one that is no id. */
MUST_USE enum status scim_group_members_read(
    struct arena *arena, struct text members, struct list *out, struct error *error);

/* All operations, in their order; the last word about somebody counts. STATUS_INVALID with the code
 * "scim_operation_invalid", "scim_path_invalid", "scim_target_missing", "scim_attribute_fixed", "validation_failed" or
 * "directory_member_unknown". */
MUST_USE enum status scim_group_patch_read(
    struct arena *arena,
    const struct scim_group_patch *patch,
    struct scim_group_change *out,
    struct error *error);

#endif
