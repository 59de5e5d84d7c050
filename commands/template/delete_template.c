/*
 * Delete a template. Tasks that were made from it still name it.
 *
 *   api ──delete_template──► [here] ──template_deleted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template.h"

static const struct field delete_template_fields[] = {
    {UUID(delete_template, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(delete_template, template_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the template."},
};
static const struct shape delete_template_shape = SHAPE(delete_template, "Template to delete.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_template *order = input;
    const struct template_deleted deleted = {order->template_id, order->workspace_id, OPT_FALSE};
    struct template_definition definition;
    enum status status =
        template_must_be_of(decision, order->workspace_id, order->template_id, &definition, error);

    if (status == STATUS_OK)
        decision_emit(
            decision, &template_deleted_event, order->template_id, order->workspace_id, &deleted);
    return status;
}

const struct command delete_template_command = {
    .name = "delete_template",
    .doc = "Deletes a template of tasks.",
    .input = &delete_template_shape,
    .decide = decide,
};
