/*
 * Parameters of a template: which there are, where they are named, and what their values may be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template.h"
#include "core/shape/json_peek.h"
#include "core/unicode/pattern.h"

const struct template_parameter *
template_parameter_named(const struct template_definition *template, struct text name)
{
    const struct template_parameter *parameters = template->parameters.items;

    for (size_t i = 0; i < template->parameters.count; i++) {
        if (text_equal(parameters[i].name, name))
            return &parameters[i];
    }
    return NULL;
}

static enum status refuse(struct error *error, const char *field, const char *what)
{
    return error_set_field(error, "validation_failed", field, "%s", what);
}

static enum status check_text(
    const struct template_parameter *parameter,
    struct text value,
    const char *field,
    struct error *error)
{
    if (text_length(value) > PARAMETER_LONGEST_VALUE)
        return refuse(error, field, "must be shorter than or equal to 1024 characters");
    if (!text_is_present(parameter->pattern))
        return STATUS_OK;
    if (!pattern_matches(parameter->pattern, value))
        return error_set_field(
            error, "validation_failed", field, "must match %.*s", TEXT_ARGS(parameter->pattern));
    return STATUS_OK;
}

static enum status check_choice(
    const struct template_parameter *parameter,
    struct text value,
    const char *field,
    struct error *error)
{
    const struct text *choices = parameter->choices.items;

    for (size_t i = 0; i < parameter->choices.count; i++) {
        if (text_equal(choices[i], value))
            return STATUS_OK;
    }
    return refuse(error, field, "must be one of the choices of the template");
}

enum status template_check_value(
    const struct template_parameter *parameter,
    struct text value,
    const char *field,
    struct arena *arena,
    struct error *error)
{
    struct text text = json_peek_text(arena, value);
    double number;

    if (parameter->type.is == PARAMETER_NUMBER)
        return json_peek_number(value, &number) ? STATUS_OK
                                                : refuse(error, field, "must be a number");
    if (!text_is_present(text))
        return refuse(error, field, "must be a string");
    if (parameter->type.is == PARAMETER_CHOICE || parameter->choices.count > 0)
        return check_choice(parameter, text, field, error);
    return check_text(parameter, text, field, error);
}
