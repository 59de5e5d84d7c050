/*
 * Workspaces and who belongs to them.
 *
 *   (none) ──workspace_created──► open, or archived from the start
 *   default: exactly one, the newest that was made so
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WORKSPACE_WORKSPACE_H
#define COMMANDS_WORKSPACE_WORKSPACE_H

#include "commands/command.h"
#include "commands/fold.h"

struct workspace {
    struct text slug;
    struct flag is_archived;
};
extern const struct aggregate workspace_aggregate;

struct membership {
    struct uuid workspace_id;
    struct uuid user_id;
    struct choice role;
};
extern const struct aggregate membership_aggregate;

void workspace_evolve(struct fold *fold, const struct record *record);

/* The one key of the claim on being the default; the slug of the first workspace too, which is the
 * default where none is marked. */
struct bytes workspace_default_key(void);

extern const struct refusal refused_workspace_missing;
extern const struct refusal refused_workspace_archived;
extern const struct refusal refused_slug_taken;
extern const struct refusal refused_archived_default;
extern const struct refusal refused_timezone_unknown;

#endif
