/*
 * The templates of tasks, each in its newest version. What callers of old do not know of is left out where there is
 * nothing to say.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/template/templates.h"

static const struct field template_row_fields[] = {
    {UUID(template_row, id), .flags = REQUIRED, .doc = "Id of the template."},
    {UUID(template_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the template belongs to."},
    {TEXT(template_row, name), .flags = REQUIRED, .doc = "Name of the template."},
    {TEXT(template_row, description), .doc = "What the template is for."},
    {TEXT(template_row, task_type), .flags = REQUIRED,
     .doc = "Type of the tasks that are made from it."},
    {JSON(template_row, payload_template), .flags = REQUIRED,
     .doc = "Payload of these tasks, where {{name}} stands for the value of a parameter."},
    {OBJECTS(template_row, parameters, template_parameter_shown), .flags = OMIT_ABSENT,
     .doc = "What whoever runs it says; left out where it is nothing."},
    {BOOL(template_row, runnable_by_members), .flags = OMIT_ABSENT,
     .doc = "True where all members of the workspace may run it; else left out."},
    {INT64(template_row, version), .flags = OMIT_ABSENT,
     .doc = "Number of this version; left out of the first."},
    {UUID(template_row, created_by_user_id), .doc = "Person who created it."},
    {UUID(template_row, updated_by_user_id), .doc = "Person who changed it last."},
    {TIMESTAMP(template_row, archived_at),
     .doc = "Time it was taken out of use; null: it is in use."},
    {TIMESTAMP(template_row, created_at), .flags = REQUIRED,
     .doc = "Time the template was created."},
    {TIMESTAMP(template_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {BOOL(template_row, is_archived), .flags = REQUIRED | HIDDEN,
     .doc = "Whether it is out of use."},
    {INT64(template_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape template_row_shape = SHAPE(template_row, "A template of tasks.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, is_archived, created_at desc, id desc"},
    {.columns = NULL},
};

const struct table templates_table = {
    .name = "templates",
    .area = "template",
    .shape = &template_row_shape,
    .indexes = indexes,
};
