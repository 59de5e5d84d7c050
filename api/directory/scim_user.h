/*
 * A user as directories know them (RFC 7643, sections 3.1 and 4.1): one table of attributes, from which follow the schema
 * that is shown, what an account is written as, and what filters compare.
 *
 *   row of `users` ─► scim_user_value ─► scim_view.c (JSON), scim_filter_match.c
 *   table ─► scim_discovery.c (/Schemas)
 *
 * Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_USER_H
#define API_DIRECTORY_SCIM_USER_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

#define SCIM_CORE     "urn:ietf:params:scim:schemas:core:2.0:"
#define SCIM_USER_URN SCIM_CORE "User"

enum scim_type { SCIM_STRING, SCIM_BOOLEAN, SCIM_DATE_TIME, SCIM_REFERENCE, SCIM_COMPLEX };
extern const char *const scim_type_names[];

/* As schemas show it (RFC 7643, section 7); what is not said is the usual. */
struct scim_attribute {
    const char
        *path; /* "name.formatted" is a sub-attribute of "name", whose row stands before it */
    const char *doc;
    enum scim_type type;
    bool is_common; /* of every resource, so that no schema names it (RFC 7643, section 3.1) */
    bool is_many;
    bool is_required;
    bool is_case_exact;
    bool is_read_only;
    bool is_always_returned;
    bool is_unique;           /* on this server */
    const char *only_value;   /* of a text */
    const char *reference_to; /* type of resource that it leads to */
};

enum scim_user_attribute {
    SCIM_USER_ID,
    SCIM_USER_EXTERNAL_ID,
    SCIM_USER_NAME,
    SCIM_USER_DISPLAY_NAME,
    SCIM_USER_FULL_NAME,
    SCIM_USER_FULL_NAME_FORMATTED,
    SCIM_USER_ACTIVE,
    SCIM_USER_EMAILS,
    SCIM_USER_EMAILS_VALUE,
    SCIM_USER_EMAILS_TYPE,
    SCIM_USER_EMAILS_PRIMARY,
    SCIM_USER_META,
    SCIM_USER_META_RESOURCE_TYPE,
    SCIM_USER_META_CREATED,
    SCIM_USER_META_LAST_MODIFIED,
    SCIM_USER_META_LOCATION,
    SCIM_USER_META_VERSION,
    SCIM_USER_ATTRIBUTE_COUNT
};
extern const struct scim_attribute scim_user_attributes[SCIM_USER_ATTRIBUTE_COUNT];

/* By its path, in any case, with the schema's URN before it or without (RFC 7644, section 3.10);
 * SCIM_USER_ATTRIBUTE_COUNT for one that accounts do not have. */
enum scim_user_attribute scim_user_attribute_named(struct text path);

/* The row that one is a sub-attribute of, or its own. */
enum scim_user_attribute scim_user_attribute_whole(enum scim_user_attribute attribute);

/* An account that a directory looks after. */
struct scim_row {
    struct uuid id;
    struct text email;
    struct text name;
    struct opt_bool is_active;
    struct text external_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape scim_row_shape;

/* One of text, yes or no, and time, as the attribute's type says; none of them: it is not assigned. */
struct scim_value {
    struct text text;
    struct opt_bool flag;
    struct timestamp time;
};

/* Borrowed from the row, or in the arena. Of what has sub-attributes there is none. */
struct scim_value scim_user_value(
    struct arena *arena, const struct scim_row *row, enum scim_user_attribute attribute);

/* Where it is read. In the arena. */
struct text scim_user_location(struct arena *arena, struct uuid user_id);

#endif
