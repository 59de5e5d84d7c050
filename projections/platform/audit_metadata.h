/*
 * What entries of the audit trail say beyond their columns.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_PLATFORM_AUDIT_METADATA_H
#define PROJECTIONS_PLATFORM_AUDIT_METADATA_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

struct sign_in_failed;
struct refusal_recorded;
struct workspace_created;
struct node_added;

/* All in the arena. */
struct json sign_in_failed_metadata(struct arena *arena, const struct sign_in_failed *event);
struct json refusal_metadata(
    struct arena *arena, const struct refusal_recorded *event, struct uuid workspace_id);
struct json workspace_metadata(struct arena *arena, const struct workspace_created *event);
struct json node_metadata(struct arena *arena, const struct node_added *event);
struct json place_metadata(struct arena *arena, struct uuid workspace_id);
struct json task_metadata(struct arena *arena, struct uuid node_id, struct text hostname);
struct json cancel_metadata(struct arena *arena, struct uuid workspace_id, struct text reason);

#endif
