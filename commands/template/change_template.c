/*
 * Change a template, take it out of use or back: whatever is not given stays. What is another template then is another
 * version.
 *
 *   api ──change_template──► [here] ──template_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template.h"

enum { /* their places in the table */
       NAME_FIELD = 2,
       DESCRIPTION_FIELD,
       TYPE_FIELD,
       PAYLOAD_FIELD,
       PARAMETERS_FIELD,
       RUNNABLE_FIELD,
       ARCHIVED_FIELD
};

static const struct field change_template_fields[] = {
    {UUID(change_template, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(change_template, template_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the template."},
    {TEXT(change_template, name), .tag = 3, .flags = ONE_LINE | TRIM | MAY_BE_NULL, .min = 2,
     .max = 160, .doc = "Name of the template; not null."},
    {TEXT(change_template, description), .tag = 4, .flags = MANY_LINES | TRIM | MAY_BE_NULL,
     .max = 2000, .doc = "What the template is for; null or blank clears it."},
    {TEXT(change_template, task_type), .tag = 5, .flags = ONE_LINE | TRIM | MAY_BE_NULL, .min = 2,
     .max = 120, .doc = "Type of the tasks that are made from it; not null."},
    {JSON(change_template, payload_template), .tag = 6, .flags = MAY_BE_NULL,
     .max = TEMPLATE_PAYLOAD_BYTES,
     .doc =
         "Payload of these tasks, where {{name}} stands for the value of a parameter; not null."},
    {OBJECTS(change_template, parameters, template_parameter), .tag = 7, .flags = MAY_BE_NULL,
     .max = TEMPLATE_MOST_PARAMETERS,
     .doc = "What whoever runs it says, all of it; null or empty: nothing."},
    {BOOL(change_template, runnable_by_members), .tag = 8, .flags = MAY_BE_NULL,
     .doc = "Whether all members of the workspace may run it, and not only its admins; not null."},
    {TIMESTAMP(change_template, archived_at), .tag = 9, .flags = MAY_BE_NULL,
     .doc = "Time it was taken out of use; null takes it back."},
    {INT64(change_template, given), .tag = 10, .doc = "Fields that were given, as bits."},
};
static const struct shape change_template_shape =
    SHAPE_WITH(change_template, "Changes of a template.", .given_tag = 10);

static bool is_given(const struct change_template *order, int field)
{
    return (order->given >> field & 1) != 0;
}

/* What a template cannot be without is given, or left out, and never null. */
static enum status nothing_must_be_null(const struct change_template *order, struct error *error)
{
    static const int needed[] = {NAME_FIELD, TYPE_FIELD, PAYLOAD_FIELD, RUNNABLE_FIELD};

    for (size_t i = 0; i < COUNT_OF(needed); i++) {
        const struct field *field = &change_template_fields[needed[i]];
        char name[64];
        if (!is_given(order, needed[i]) || !field_is_absent(field, order))
            continue;
        field_json_name(field, name);
        return error_set_field(error, "validation_failed", name, "must not be null");
    }
    return STATUS_OK;
}

static void merge(struct template_definition *definition, const struct change_template *order)
{
    if (is_given(order, NAME_FIELD))
        definition->name = order->name;
    if (is_given(order, DESCRIPTION_FIELD))
        definition->description =
            order->description.size > 0 ? order->description : (struct text){0};
    if (is_given(order, TYPE_FIELD))
        definition->task_type = order->task_type;
    if (is_given(order, PAYLOAD_FIELD))
        definition->payload = order->payload_template;
    if (is_given(order, PARAMETERS_FIELD))
        definition->parameters = order->parameters.count > 0 ? order->parameters : (struct list){0};
    if (is_given(order, RUNNABLE_FIELD))
        definition->is_runnable_by_members = template_yes_or_absent(order->runnable_by_members);
    if (is_given(order, ARCHIVED_FIELD))
        definition->archived_at = order->archived_at;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_template *order = input;
    struct template_definition old;
    struct template_changed changed;
    enum status status =
        template_must_be_of(decision, order->workspace_id, order->template_id, &old, error);

    if (status == STATUS_OK)
        status = nothing_must_be_null(order, error);
    if (status != STATUS_OK)
        return status;
    changed.definition = old;
    merge(&changed.definition, order);
    status = template_check(&changed.definition, decision->arena, error);
    if (status == STATUS_OK &&
        (is_given(order, PAYLOAD_FIELD) || is_given(order, PARAMETERS_FIELD)))
        status = template_secrets_must_exist(decision, &changed.definition, error);
    if (status != STATUS_OK || shape_equal(&template_definition_shape, &changed.definition, &old))
        return status;
    changed.definition.version++;
    decision_emit(
        decision, &template_changed_event, order->template_id, order->workspace_id, &changed);
    return STATUS_OK;
}

const struct command change_template_command = {
    .name = "change_template",
    .doc = "Changes a template of tasks, takes it out of use or back.",
    .input = &change_template_shape,
    .decide = decide,
};
