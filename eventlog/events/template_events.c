/*
 * Tables of the events of templates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/template_events.h"

const char *const parameter_type_names[] = {"text", "number", "choice", "secret", NULL};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* As a variable of a shell may be called, because that is what becomes of some. */
static bool is_parameter_name(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        bool is_digit = name.data[i] >= '0' && name.data[i] <= '9';
        if (!is_letter(name.data[i]) && (i == 0 || (!is_digit && name.data[i] != '_')))
            return false;
    }
    return name.size > 0;
}

static const struct field template_parameter_fields[] = {
    {TEXT(template_parameter, name), .tag = 1, .flags = REQUIRED, .max = 40,
     .accepts = is_parameter_name,
     .rule = "name must be a letter, followed by letters, digits and underscores",
     .doc = "Name of the parameter: {{name}} in the payload stands for its value."},
    {ENUM(template_parameter, type, parameter_type_names), .tag = 2, .flags = REQUIRED,
     .doc = "What its values are."},
    {TEXT(template_parameter, label), .tag = 3, .flags = ONE_LINE | TRIM | OMIT_ABSENT, .max = 160,
     .doc = "What to call it when people are asked for it."},
    {BOOL(template_parameter, required), .tag = 4, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether a value must be given where there is no default."},
    {.name = "default",
     .offset = offsetof(struct template_parameter, fallback),
     .size = sizeof(struct json),
     .kind = KIND_JSON,
     .tag = 5,
     .flags = JSON_ANY | OMIT_ABSENT,
     .max = 6 * PARAMETER_LONGEST_VALUE,
     .doc = "Value where none is given."},
    {TEXT(template_parameter, pattern), .tag = 6, .flags = ONE_LINE | OMIT_ABSENT, .min = 1,
     .max = PARAMETER_LONGEST_PATTERN,
     .doc = "Regular expression, as ICU knows them, that a text must match as a whole."},
    {LIST_OF(template_parameter, choices, KIND_TEXT), .tag = 7,
     .flags = ONE_LINE | UNIQUE | OMIT_ABSENT, .max = PARAMETER_MOST_CHOICES,
     .doc = "What a choice may be, or which secrets."},
};
const struct shape template_parameter_shape =
    SHAPE(template_parameter, "Something that whoever runs a template says.");

const struct shape template_parameter_shown_shape = {
    .name = "template_parameter_shown",
    .doc = "Something that whoever runs a template says.",
    .fields = template_parameter_fields,
    .count = sizeof(template_parameter_fields) / sizeof(template_parameter_fields[0]),
    .size = sizeof(struct template_parameter),
};

static const struct field template_definition_fields[] = {
    {UUID(template_definition, template_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the template."},
    {UUID(template_definition, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the template belongs to."},
    {TEXT(template_definition, name), .tag = 3, .flags = REQUIRED, .max = 160,
     .doc = "Name of the template."},
    {TEXT(template_definition, description), .tag = 4, .max = 2000,
     .doc = "What the template is for."},
    {TEXT(template_definition, task_type), .tag = 5, .flags = REQUIRED, .max = 120,
     .doc = "Type of the tasks that are made from it."},
    {JSON(template_definition, payload), .tag = 6, .flags = REQUIRED, .max = TEMPLATE_PAYLOAD_BYTES,
     .doc = "Payload of these tasks, with placeholders for parameters."},
    {OBJECTS(template_definition, parameters, template_parameter), .tag = 7,
     .max = TEMPLATE_MOST_PARAMETERS, .doc = "What whoever runs it says."},
    {BOOL(template_definition, is_runnable_by_members), .tag = 8,
     .doc = "Yes where all members of the workspace may run it; else absent."},
    {TIMESTAMP(template_definition, archived_at), .tag = 9,
     .doc = "Time it was taken out of use; absent while it is in use."},
    {INT64(template_definition, version), .tag = 10, .flags = REQUIRED,
     .doc = "Number of the version, from 1."},
};
const struct shape template_definition_shape = SHAPE(template_definition, "All of a template.");

/* Of events that are a definition and nothing else. */
#define DEFINITION(tag_of, sentence)                                                               \
    {                                                                                              \
        .name = #tag_of, .doc = sentence, .fields = template_definition_fields,                    \
        .count = sizeof(template_definition_fields) / sizeof(template_definition_fields[0]),       \
        .size = sizeof(struct tag_of)                                                              \
    }

EVENT_WITH(
    template_created,
    EVT_TEMPLATE_CREATED,
    "template.created",
    "A template of tasks was created.",
    DEFINITION(template_created, "A template of tasks was created."),
    .schema = 1);

EVENT_WITH(
    template_changed,
    EVT_TEMPLATE_CHANGED,
    "template.changed",
    "A template has another version: this one.",
    DEFINITION(template_changed, "A template has another version: this one."),
    .schema = 1);

static const struct field template_deleted_fields[] = {
    {UUID(template_deleted, template_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the template."},
    {UUID(template_deleted, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the template belonged to."},
    {BOOL(template_deleted, is_consequence), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it follows from deleting the workspace."},
};
EVENT(template_deleted, EVT_TEMPLATE_DELETED, "template.deleted", "A template was deleted.");

const struct event_type *const template_event_types[] = {
    &template_created_event,
    &template_changed_event,
    &template_deleted_event,
    NULL,
};
