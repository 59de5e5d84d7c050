/*
 * Who acted, trail by trail: few rows beside the many of the trail (audit_logs), so that a search by
 * part of an address looks here first.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_PLATFORM_AUDIT_ACTORS_H
#define MIGRATIONS_PLATFORM_AUDIT_ACTORS_H

#include "migrations/platform/audit_logs.h"

/* One for each trail, person and address. Its columns are called as those of the entries. */
struct audit_actor_row {
    struct uuid id;
    struct enum_value scope;
    struct uuid workspace_id;
    struct uuid actor_user_id;
    struct text actor_email_snapshot;
};
extern const struct shape audit_actor_row_shape;
extern const struct table audit_actors_table;

#endif
