/*
 * Who acted, trail by trail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/audit_actors.h"

static const struct field audit_actor_row_fields[] = {
    {UUID(audit_actor_row, id), .flags = REQUIRED,
     .doc = "Made of the trail, the person and the address."},
    {ENUM(audit_actor_row, scope, audit_scope_names), .flags = REQUIRED,
     .doc = "Trail: that of the platform, or of a workspace."},
    {UUID(audit_actor_row, workspace_id), .doc = "Workspace of the trail."},
    {UUID(audit_actor_row, actor_user_id), .flags = REQUIRED, .doc = "Person who acted."},
    {TEXT(audit_actor_row, actor_email_snapshot), .flags = REQUIRED,
     .doc = "Address of that person at the time."},
};
const struct shape audit_actor_row_shape =
    SHAPE(audit_actor_row, "A person who acted, with the address at the time; once in each trail.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, actor_email_snapshot public.gin_trgm_ops",
     .method = "gin",
     .where = AUDIT_IN_WORKSPACE},
    {.columns = "actor_email_snapshot public.gin_trgm_ops",
     .method = "gin",
     .where = AUDIT_OF_PLATFORM},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "actor_user_id", .removes = true},
    {.of = NULL},
};

const struct table audit_actors_table = {
    .name = "audit_actors",
    .area = "platform",
    .shape = &audit_actor_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
