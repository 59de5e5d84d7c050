/*
 * Why commands about selections are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/selection/selection.h"

const struct refusal refused_selection_missing = {
    "selection_not_found",
    STATUS_NOT_FOUND,
    "Selection %s was not found",
    "List the selections of the workspace.",
};
const struct refusal refused_selection_unclear = {
    "selection_unclear",
    STATUS_INVALID,
    "Name the nodes by one of selector and selectionId.",
    "Send one of them, and not the other.",
};
const struct refusal refused_selection_in_use = {
    "selection_in_use",
    STATUS_CONFLICT,
    "The scheduled task %s goes by this selection.",
    "Delete the scheduled task first, or change the selection instead.",
};
const struct refusal refused_selections_full = {
    "selections_full",
    STATUS_CONFLICT,
    "A workspace can have at most 200 selections.",
    "Delete selections that are no longer needed.",
};

const struct refusal *const selection_refusals[] = {
    &refused_selection_missing,
    &refused_selection_unclear,
    &refused_selection_in_use,
    &refused_selections_full,
    NULL,
};
