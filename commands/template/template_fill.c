/*
 * Filling a template in: values in place of placeholders, checked first.
 *
 *   payload "systemctl restart {{unit}}", values {"unit":"a b"}
 *     ─► "command":"systemctl restart \"${PARAM_unit?}\"", "environment":{"PARAM_unit":"a b"}
 *
 * Of a secret the value is a name: that stands in the payload's "secrets", and not in its environment.
 *
 * Pure: what is made of it is the same whenever and wherever it is done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template.h"
#include "core/base/buf.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum { MOST_FILLED = 1 << 20 };
#define VARIABLE "PARAM_"

struct filling {
    struct arena *arena;
    const struct template_definition *template;
    const struct text *values; /* JSON, one for each parameter */
    bool *is_variable;         /* of each parameter: the command asks for it */
    struct buf *out;
    bool is_too_large;
};

static size_t index_of(const struct filling *filling, const struct template_parameter *parameter)
{
    const struct template_parameter *parameters = filling->template->parameters.items;

    return (size_t)(parameter - parameters);
}

/* As it stands in a text. */
static struct text plain_value(const struct filling *filling, size_t index)
{
    const struct template_parameter *parameters = filling->template->parameters.items;

    if (parameters[index].type.is == PARAMETER_NUMBER)
        return filling->values[index];
    return json_peek_text(filling->arena, filling->values[index]);
}

static void add_value(
    struct filling *filling,
    const struct template_parameter *parameter,
    bool is_command,
    struct buf *out)
{
    if (!is_command) {
        buf_add_text(out, plain_value(filling, index_of(filling, parameter)));
        return;
    }
    filling->is_variable[index_of(filling, parameter)] = true;
    buf_add_c(out, "\"${" VARIABLE);
    buf_add_text(out, parameter->name);
    buf_add_c(out, "?}\"");
}

/* Is the text nothing but the placeholder of a number? */
static const struct template_parameter *sole_number(const struct filling *filling, struct text text)
{
    struct placeholder found;
    size_t at = 0;
    const struct template_parameter *parameter;

    if (!placeholder_next(text, &at, &found) || found.before.size > 0 || at < text.size)
        return NULL;
    parameter = template_parameter_named(filling->template, found.name);
    return parameter != NULL && parameter->type.is == PARAMETER_NUMBER ? parameter : NULL;
}

/* What is the placeholder of no parameter stays as it is. */
static void fill_text(struct filling *filling, struct text text, bool is_command)
{
    struct placeholder found;
    size_t at = 0;
    AUTO_BUF out = {0};

    buf_init(&out, MOST_FILLED);
    while (placeholder_next(text, &at, &found)) {
        const struct template_parameter *parameter =
            template_parameter_named(filling->template, found.name);
        buf_add_text(&out, found.before);
        if (parameter != NULL)
            add_value(filling, parameter, is_command, &out);
        else
            buf_add_text(&out, text_slice(text, at - found.name.size - 4, found.name.size + 4));
    }
    buf_add_text(&out, text_slice(text, at, text.size));
    filling->is_too_large = filling->is_too_large || buf_is_full(&out);
    json_write_text(filling->out, buf_text(&out));
}

static void fill_value(struct filling *filling, struct text value);

static void fill_string(struct filling *filling, struct text value, bool is_command)
{
    struct text text = json_peek_text(filling->arena, value);
    const struct template_parameter *number = is_command ? NULL : sole_number(filling, text);

    if (number != NULL)
        buf_add_text(filling->out, filling->values[index_of(filling, number)]);
    else
        fill_text(filling, text, is_command);
}

static void add_name(struct filling *filling, struct text name, size_t *count)
{
    if ((*count)++ > 0)
        buf_add_char(filling->out, ',');
    json_write_text(filling->out, name);
    buf_add_char(filling->out, ':');
}

static void fill_object(struct filling *filling, struct text object)
{
    struct text name;
    struct text value;
    size_t cursor = 0;
    size_t count = 0;

    buf_add_char(filling->out, '{');
    while (json_peek_pair(filling->arena, object, &cursor, &name, &value)) {
        add_name(filling, name, &count);
        fill_value(filling, value);
    }
    buf_add_char(filling->out, '}');
}

static void fill_array(struct filling *filling, struct text array)
{
    struct text item;
    size_t cursor = 0;

    buf_add_char(filling->out, '[');
    for (size_t i = 0; json_peek_item(array, &cursor, &item); i++) {
        if (i > 0)
            buf_add_char(filling->out, ',');
        fill_value(filling, item);
    }
    buf_add_char(filling->out, ']');
}

/* As deep as the payload, which was read within JSON_DEPTH_MAX. */
static void fill_value(struct filling *filling, struct text value)
{
    char first = value.size == 0 ? '\0' : value.data[0];

    if (first == '{')
        fill_object(filling, value);
    else if (first == '[')
        fill_array(filling, value);
    else if (first == '"')
        fill_string(filling, value, false);
    else
        buf_add_text(filling->out, value);
}

static bool is_secret(const struct filling *filling, size_t index)
{
    const struct template_parameter *parameters = filling->template->parameters.items;

    return parameters[index].type.is == PARAMETER_SECRET;
}

/* Is it the name of a variable that a parameter has? */
static bool is_ours(const struct filling *filling, struct text name)
{
    const struct template_parameter *parameter = NULL;

    if (text_starts_with(name, text_lit(VARIABLE)))
        parameter = template_parameter_named(
            filling->template, text_slice(name, sizeof(VARIABLE) - 1, name.size));
    return parameter != NULL && filling->is_variable[index_of(filling, parameter)];
}

/* An object of variables: those of the payload, and those of the parameters that the command asks for. */
static void fill_variables(struct filling *filling, struct text own, bool of_secrets)
{
    const struct template_parameter *parameters = filling->template->parameters.items;
    struct text name;
    struct text value;
    size_t cursor = 0;
    size_t count = 0;

    buf_add_char(filling->out, '{');
    while (json_peek_pair(filling->arena, own, &cursor, &name, &value)) {
        if (is_ours(filling, name))
            continue;
        add_name(filling, name, &count);
        fill_value(filling, value);
    }
    for (size_t i = 0; i < filling->template->parameters.count; i++) {
        if (!filling->is_variable[i] || is_secret(filling, i) != of_secrets)
            continue;
        add_name(
            filling, text_format(filling->arena, VARIABLE "%.*s", TEXT_ARGS(parameters[i].name)),
            &count);
        json_write_text(filling->out, plain_value(filling, i));
    }
    buf_add_char(filling->out, '}');
}

static bool has_secrets(const struct filling *filling, struct text own)
{
    bool has = text_is_present(own);

    for (size_t i = 0; i < filling->template->parameters.count; i++)
        has = has || (filling->is_variable[i] && is_secret(filling, i));
    return has;
}

/* Environment and secrets come last: only then is known what the command asks for. */
static void fill_shell(struct filling *filling, struct text payload)
{
    struct text environment = {0};
    struct text secrets = {0};
    struct text name;
    struct text value;
    size_t cursor = 0;
    size_t count = 0;

    buf_add_char(filling->out, '{');
    while (json_peek_pair(filling->arena, payload, &cursor, &name, &value)) {
        if (text_is(name, "environment")) {
            environment = value;
            continue;
        }
        if (text_is(name, "secrets")) {
            secrets = value;
            continue;
        }
        add_name(filling, name, &count);
        if (text_is(name, "command") && value.data[0] == '"')
            fill_string(filling, value, true);
        else
            fill_value(filling, value);
    }
    add_name(filling, text_lit("environment"), &count);
    fill_variables(filling, environment, false);
    if (has_secrets(filling, secrets)) {
        add_name(filling, text_lit("secrets"), &count);
        fill_variables(filling, secrets, true);
    }
    buf_add_char(filling->out, '}');
}

static const char *field_of(struct arena *arena, struct text name)
{
    return text_c(
        arena, text_format(arena, "parameters.%.*s", TEXT_ARGS(text_first_characters(name, 40))));
}

static enum status known_must_be_all(
    const struct template_definition *template,
    struct text values,
    struct arena *arena,
    struct error *error)
{
    struct text name;
    struct text value;
    size_t cursor = 0;

    while (json_peek_pair(arena, values, &cursor, &name, &value)) {
        if (template_parameter_named(template, name) == NULL)
            return error_set_field(
                error, "validation_failed", field_of(arena, name),
                "is no parameter of the template");
    }
    return STATUS_OK;
}

/* What was given, else the default; a text that need not be given is empty then. */
static enum status take_value(
    const struct template_parameter *parameter,
    struct text values,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const char *field = field_of(arena, parameter->name);

    *out = json_peek_member(arena, values, text_c(arena, parameter->name));
    if (!text_is_present(*out) || text_is(*out, "null"))
        *out = parameter->fallback.text;
    if (text_is_present(*out))
        return template_check_value(parameter, *out, field, arena, error);
    *out = text_lit("\"\"");
    if (opt_bool_is_true(parameter->required))
        return error_set_field(error, "validation_failed", field, "must be given");
    return STATUS_OK;
}

static enum status take_values(
    const struct template_definition *template,
    struct text values,
    struct arena *arena,
    struct text *out,
    struct error *error)
{
    const struct template_parameter *parameters = template->parameters.items;
    enum status status = known_must_be_all(template, values, arena, error);

    for (size_t i = 0; status == STATUS_OK && i < template->parameters.count; i++)
        status = take_value(&parameters[i], values, arena, &out[i], error);
    return status;
}

/* A member chooses among the secrets that the template offers, if it offers any. */
static bool
may_give(const struct template_parameter *parameter, struct text value, struct arena *arena)
{
    return parameter->type.is != PARAMETER_SECRET || parameter->choices.count > 0 ||
           !text_is_present(value) || text_is(value, "null") ||
           text_equal(
               json_peek_text(arena, value), json_peek_text(arena, parameter->fallback.text));
}

enum status template_secrets_must_be_offered(
    struct arena *arena,
    const struct template_definition *template,
    struct text values,
    struct error *error)
{
    const struct template_parameter *parameters = template->parameters.items;

    for (size_t i = 0; i < template->parameters.count; i++) {
        struct text value = json_peek_member(arena, values, text_c(arena, parameters[i].name));
        if (!may_give(&parameters[i], value, arena))
            return error_set_field(
                error, "validation_failed", field_of(arena, parameters[i].name),
                "must be left to the template, or chosen by an admin of the workspace");
    }
    return STATUS_OK;
}

enum status template_fill(
    struct arena *arena,
    const struct template_definition *template,
    struct text task_type,
    struct text values,
    struct json *out_payload,
    struct error *error)
{
    size_t count = template->parameters.count;
    struct text *taken = arena_array(arena, count + 1, sizeof(*taken));
    AUTO_BUF out = {0};
    struct filling filling = {
        .arena = arena,
        .template = template,
        .values = taken,
        .is_variable = arena_array(arena, count + 1, sizeof(bool)),
        .out = &out,
    };
    enum status status = take_values(template, values, arena, taken, error);

    if (status != STATUS_OK)
        return status;
    if (count == 0) {
        *out_payload = template->payload;
        return STATUS_OK;
    }
    buf_init(&out, MOST_FILLED);
    if (text_is(task_type, "shell.exec"))
        fill_shell(&filling, template->payload.text);
    else
        fill_value(&filling, template->payload.text);
    if (filling.is_too_large || buf_is_full(&out))
        return error_set_field(
            error, "validation_failed", "parameters", "must not make a payload of over 1 MiB");
    out_payload->text = text_copy(arena, buf_text(&out));
    return STATUS_OK;
}
