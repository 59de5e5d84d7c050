/*
 * A user as JSON, with those attributes that were asked for (RFC 7644, section 3.9).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_SCIM_WRITE_H
#define API_DIRECTORY_SCIM_WRITE_H

#include "api/directory/scim_user.h"
#include "core/base/buf.h"
#include "core/base/error.h"

enum { SCIM_LONGEST_SELECTION = 1000 };

/* What is shown of users; all of it where nothing is named. */
struct scim_selection {
    bool is_named[SCIM_USER_ATTRIBUTE_COUNT];
    bool is_for_these;     /* attributes: nothing else is shown */
    bool is_without_these; /* excludedAttributes */
};

/* Names of attributes with commas between them, of `attributes` and `excludedAttributes`; absent ones name nothing.
 * Names that accounts do not have are read over. STATUS_INVALID where there are both. */
MUST_USE enum status scim_selection_read(
    struct text attributes, struct text excluded, struct scim_selection *out, struct error *error);

/* Adds a text to an object that was begun, of any order or resource; nothing where it is absent. */
void scim_write_member(struct buf *out, const char *name, struct text value);

void scim_write_user(
    struct arena *arena,
    const struct scim_row *row,
    const struct scim_selection *selection,
    struct buf *out);

#endif
