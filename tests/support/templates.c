/*
 * Templates for scenarios.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/templates.h"

const struct template_parameter unit_parameter = {
    .name = TEXT_OF("unit"),
    .type = {PARAMETER_TEXT},
    .required = {1},
    .pattern = TEXT_OF("[a-z0-9@.-]+"),
};

struct template_definition make_template(struct uuid template_id)
{
    return (struct template_definition){
        .template_id = template_id,
        .workspace_id = W1,
        .name = text_lit("Restart"),
        .task_type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"systemctl restart {{unit}}\"}")},
        .parameters = {&unit_parameter, 1},
        .version = 1,
    };
}

void given_template(struct scenario *s, const struct template_definition *definition)
{
    GIVEN(s, HAPPENED(template_created, .definition = *definition));
}
