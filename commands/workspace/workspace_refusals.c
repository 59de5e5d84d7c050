/*
 * Why commands in workspaces are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"

const struct refusal refused_workspace_missing = {
    "workspace_not_found",
    STATUS_NOT_FOUND,
    "Workspace %s was not found",
    "List the workspaces that you may see.",
};
const struct refusal refused_workspace_archived = {
    "workspace_archived",
    STATUS_CONFLICT,
    "Archived workspaces are read-only. Restore the workspace before making changes.",
    "Restore the workspace, or work in another one.",
};
const struct refusal refused_slug_taken = {
    "slug_taken",
    STATUS_CONFLICT,
    "A workspace with this slug already exists.",
    "Choose another slug; those of archived workspaces count too.",
};
const struct refusal refused_archived_default = {
    "archived_default",
    STATUS_CONFLICT,
    "Archived workspaces cannot become the default workspace.",
    "Leave out isDefault or isArchived.",
};
const struct refusal refused_timezone_unknown = {
    "timezone_unknown",
    STATUS_INVALID,
    "%s is not a valid IANA timezone.",
    "Use a name like Europe/Istanbul; offsets are not accepted.",
};

const struct refusal *const workspace_refusals[] = {
    &refused_workspace_missing, &refused_workspace_archived, &refused_slug_taken,
    &refused_archived_default,  &refused_timezone_unknown,   NULL,
};
