/*
 * Why commands about templates are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template.h"

const struct refusal refused_template_missing = {
    "task_template_not_found",
    STATUS_NOT_FOUND,
    "Task template %s was not found",
    "Name a template of the node's workspace, or none.",
};
const struct refusal refused_template_archived = {
    "task_template_archived",
    STATUS_CONFLICT,
    "Task template %s is archived and cannot be used",
    "Take another template, or clear its archivedAt.",
};
const struct refusal refused_templates_full = {
    "task_templates_full",
    STATUS_CONFLICT,
    "A workspace can have at most 200 task templates.",
    "Delete templates that are no longer needed.",
};

const struct refusal *const template_refusals[] = {
    &refused_template_missing,
    &refused_template_archived,
    &refused_templates_full,
    NULL,
};
