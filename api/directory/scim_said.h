/*
 * What a directory says of a person, read attribute by attribute (RFC 7644, sections 3.3 to 3.5).
 *
 *   a user, or operations ─► [here] ─► scim_orders.c ─► the command's input
 *
 * Names of attributes count whatever their case. Attributes that accounts do not have, and those that only the server
 * says, are read over: directories send whatever they have. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_SAID_H
#define API_DIRECTORY_SCIM_SAID_H

#include "api/directory/scim_user.h"
#include "core/base/error.h"

/* What is absent is not said. */
struct scim_said {
    struct text user_name;
    struct text external_id;
    struct text display_name;
    struct text formatted_name; /* where there is no displayName */
    struct opt_bool is_active;
    bool has_no_external_id; /* said, too */
    bool has_no_name;
};

/* A whole user: an object of attributes. STATUS_INVALID, naming the attribute, for a value of another type. */
MUST_USE enum status scim_said_read_user(
    struct arena *arena, struct text body, struct scim_said *said, struct error *error);

/* One change among those of a PATCH. */
struct scim_operation {
    struct text op;
    struct text path;  /* absent: the value is an object of attributes */
    struct json value; /* of any kind */
};

/* STATUS_INVALID with code "scim_operation_invalid" for what is no operation, "scim_target_missing" for a removal of
 * nothing, "scim_attribute_fixed" for what cannot be changed so, or as above. */
MUST_USE enum status scim_said_read_operation(
    struct arena *arena,
    const struct scim_operation *operation,
    struct scim_said *said,
    struct error *error);

/* The name that is said; absent for none. */
struct text scim_said_name(const struct scim_said *said);

#endif
