/*
 * Create a template of tasks.
 *
 *   api ──create_template──► [here] ──template_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field create_template_fields[] = {
    {UUID(create_template, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the template will belong to."},
    {TEXT(create_template, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = 160, .doc = "Name of the template."},
    {TEXT(create_template, description), .tag = 3, .flags = MANY_LINES | TRIM, .max = 2000,
     .doc = "What the template is for."},
    {TEXT(create_template, task_type), .tag = 4, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = 120, .doc = "Type of the tasks that are made from it."},
    {JSON(create_template, payload_template), .tag = 5, .max = TEMPLATE_PAYLOAD_BYTES,
     .doc =
         "Payload of these tasks, where {{name}} stands for the value of a parameter; {} when absent."},
    {OBJECTS(create_template, parameters, template_parameter), .tag = 6,
     .max = TEMPLATE_MOST_PARAMETERS, .doc = "What whoever runs it says."},
    {BOOL(create_template, runnable_by_members), .tag = 7, .flags = HAS_FALLBACK, .fallback = 2,
     .doc = "Whether all members of the workspace may run it, and not only its admins."},
};
static const struct shape create_template_shape = SHAPE(create_template, "Template to create.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_template *order = input;
    struct template_created created = {{
        .workspace_id = order->workspace_id,
        .name = order->name,
        .description = order->description.size > 0 ? order->description : (struct text){0},
        .task_type = order->task_type,
        .payload = order->payload_template,
        .parameters = order->parameters.count > 0 ? order->parameters : (struct list){0},
        .is_runnable_by_members = template_yes_or_absent(order->runnable_by_members),
        .version = 1,
    }};
    struct template_definition *definition = &created.definition;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (template_count(decision, order->workspace_id, MOST_TEMPLATES) >= MOST_TEMPLATES)
        return decision_refuse(error, &refused_templates_full);
    if (!text_is_present(definition->payload.text))
        definition->payload.text = text_lit("{}");
    status = template_check(definition, decision->arena, error);
    if (status == STATUS_OK)
        status = template_secrets_must_exist(decision, definition, error);
    if (status != STATUS_OK)
        return status;
    definition->template_id = decision_id(decision);
    decision_emit(
        decision, &template_created_event, definition->template_id, order->workspace_id, &created);
    return STATUS_OK;
}

const struct command create_template_command = {
    .name = "create_template",
    .doc = "Creates a template of tasks.",
    .input = &create_template_shape,
    .decide = decide,
};
