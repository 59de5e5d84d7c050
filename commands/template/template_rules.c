/*
 * What must hold of a template, and of values for its parameters.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret_lookup.h"
#include "commands/template/template.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/shape/json_peek.h"
#include "core/unicode/pattern.h"

enum { LONGEST_CHOICE = 200 };

enum status
template_missing(const struct decision *decision, struct uuid template_id, struct error *error)
{
    return decision_refuse(error, &refused_template_missing, decision_show(decision, template_id));
}

static enum status find(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid template_id,
    struct template_definition *out,
    struct error *error)
{
    if (!model_load(decision->model, &template_aggregate, template_id, decision->arena, out) ||
        !uuid_equal(out->workspace_id, workspace_id))
        return template_missing(decision, template_id, error);
    return STATUS_OK;
}

enum status template_must_be_usable(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid template_id,
    struct template_definition *out,
    struct error *error)
{
    enum status status = find(decision, workspace_id, template_id, out, error);

    if (status == STATUS_OK && timestamp_is_present(out->archived_at))
        return decision_refuse(
            error, &refused_template_archived, decision_show(decision, template_id));
    return status;
}

enum status template_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid template_id,
    struct template_definition *out,
    struct error *error)
{
    enum status status = workspace_must_be_writable(decision, workspace_id, error);

    if (status != STATUS_OK)
        return status;
    return find(decision, workspace_id, template_id, out, error);
}

static enum status refuse(struct error *error, const char *field, const char *what)
{
    return error_set_field(error, "validation_failed", field, "%s", what);
}

static enum status
check_choices(const struct template_parameter *parameter, const char *field, struct error *error)
{
    const struct text *choices = parameter->choices.items;
    bool is_choice = parameter->type.is == PARAMETER_CHOICE;
    bool is_secret = parameter->type.is == PARAMETER_SECRET;

    if (is_choice && parameter->choices.count == 0)
        return refuse(error, field, "must name at least one");
    if (!is_choice && !is_secret && parameter->choices.count > 0)
        return refuse(error, field, "is for parameters of type choice or secret");
    for (size_t i = 0; i < parameter->choices.count; i++) {
        if (choices[i].size == 0 || text_length(choices[i]) > LONGEST_CHOICE)
            return refuse(error, field, "must be of 1 to 200 characters each");
    }
    return STATUS_OK;
}

static enum status
check_pattern(const struct template_parameter *parameter, const char *field, struct error *error)
{
    struct error problem;

    if (!text_is_present(parameter->pattern))
        return STATUS_OK;
    if (parameter->type.is != PARAMETER_TEXT)
        return refuse(error, field, "is for parameters of type text");
    if (pattern_check(parameter->pattern, &problem) != STATUS_OK)
        return refuse(error, field, problem.text);
    return STATUS_OK;
}

static enum status check_default(
    const struct template_parameter *parameter,
    const char *field,
    struct arena *arena,
    struct error *error)
{
    if (text_is_present(parameter->fallback.text))
        return template_check_value(parameter, parameter->fallback.text, field, arena, error);
    if (parameter->type.is != PARAMETER_TEXT && !opt_bool_is_true(parameter->required))
        return refuse(error, field, "must be given where the parameter is not required");
    return STATUS_OK;
}

static const char *field_at_index(struct arena *arena, size_t index, const char *name)
{
    return text_c(arena, text_format(arena, "parameters.%zu.%s", index, name));
}

static enum status check_parameter(
    const struct template_definition *wanted,
    size_t index,
    struct arena *arena,
    struct error *error)
{
    const struct template_parameter *parameter =
        (const struct template_parameter *)wanted->parameters.items + index;
    enum status status = STATUS_OK;

    if (template_parameter_named(wanted, parameter->name) != parameter)
        status = refuse(error, field_at_index(arena, index, "name"), "must be another one's name");
    if (status == STATUS_OK)
        status = check_choices(parameter, field_at_index(arena, index, "choices"), error);
    if (status == STATUS_OK)
        status = check_pattern(parameter, field_at_index(arena, index, "pattern"), error);
    if (status == STATUS_OK)
        status = check_default(parameter, field_at_index(arena, index, "default"), arena, error);
    return status;
}

/* Bytes that the parameters take. */
static size_t size_of(const struct list *parameters)
{
    const struct template_parameter *all = parameters->items;
    size_t size = 0;

    for (size_t i = 0; i < parameters->count; i++) {
        const struct text *choices = all[i].choices.items;
        size +=
            all[i].name.size + all[i].label.size + all[i].fallback.text.size + all[i].pattern.size;
        for (size_t n = 0; n < all[i].choices.count; n++)
            size += choices[n].size;
    }
    return size;
}

/* In the payload's JSON as it is written: two braces in a row stand in a string, and neither they nor names are ever
 * escaped. A template without parameters has no placeholders, whatever looks like one. */
static enum status check_placeholders(
    const struct template_definition *wanted, struct arena *arena, struct error *error)
{
    struct placeholder found;
    size_t at = 0;

    if (wanted->parameters.count == 0)
        return STATUS_OK;
    while (placeholder_next(wanted->payload.text, &at, &found)) {
        if (template_parameter_named(wanted, found.name) == NULL)
            return refuse(
                error, "payloadTemplate",
                text_c(
                    arena, text_format(
                               arena, "names {{%.*s}}, which is no parameter",
                               TEXT_ARGS(text_first_characters(found.name, 40)))));
    }
    return STATUS_OK;
}

static bool is_of_secret(const struct template_definition *wanted, struct text name)
{
    const struct template_parameter *parameter = template_parameter_named(wanted, name);

    return parameter != NULL && parameter->type.is == PARAMETER_SECRET;
}

/* Are the placeholders in a text all of secrets, or none of them? */
static enum status check_secrecy(
    const struct template_definition *wanted,
    struct text text,
    bool is_for_secrets,
    struct arena *arena,
    struct error *error)
{
    struct placeholder found;
    size_t at = 0;

    while (placeholder_next(text, &at, &found)) {
        if (is_of_secret(wanted, found.name) != is_for_secrets)
            return error_set_field(
                error, "validation_failed",
                is_for_secrets ? "payloadTemplate.secrets" : "payloadTemplate",
                is_for_secrets ? "must have placeholders of secrets only, and not {{%s}}"
                               : "must have {{%s}}, which is a secret, in command or secrets only",
                text_c(arena, text_first_characters(found.name, 40)));
    }
    return STATUS_OK;
}

/* A secret reaches nothing but the environment: from the command, or from the payload's secrets. */
static enum status
check_secrets(const struct template_definition *wanted, struct arena *arena, struct error *error)
{
    static const char *const apart[] = {"command", "secrets", NULL};
    struct text rest = wanted->payload.text;
    enum status status;

    if (wanted->parameters.count == 0)
        return STATUS_OK;
    if (!text_is(wanted->task_type, "shell.exec"))
        return check_secrecy(wanted, rest, false, arena, error);
    status = check_secrecy(wanted, json_peek_without(arena, rest, apart), false, arena, error);
    if (status == STATUS_OK)
        status =
            check_secrecy(wanted, json_peek_member(arena, rest, "secrets"), true, arena, error);
    return status;
}

/* Does a shell that has read this far read on in quotation marks, or behind a backslash? */
static char quote_after(struct text command, char quote)
{
    for (size_t i = 0; i < command.size; i++) {
        char c = command.data[i];
        if (c == '\\' && quote != '\'') {
            if (++i == command.size)
                return '\\';
        } else if (quote == '\0' && (c == '\'' || c == '"')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        }
    }
    return quote;
}

/* A placeholder of a command is a word, or part of one, quoted by us: in marks of the author's own it would be
 * split, or not be seen. No value becomes code even so: see template_fill(). */
static enum status
check_command(const struct template_definition *wanted, struct arena *arena, struct error *error)
{
    struct text command =
        json_peek_text(arena, json_peek_member(arena, wanted->payload.text, "command"));
    struct placeholder found;
    size_t at = 0;
    char quote = '\0';

    if (wanted->parameters.count == 0 || !text_is(wanted->task_type, "shell.exec"))
        return STATUS_OK;
    while (placeholder_next(command, &at, &found)) {
        quote = quote_after(found.before, quote);
        if (quote != '\0')
            return refuse(
                error, "payloadTemplate.command",
                text_c(
                    arena,
                    text_format(
                        arena, "must have {{%.*s}} outside quotation marks: its value is quoted",
                        TEXT_ARGS(text_first_characters(found.name, 40)))));
    }
    return STATUS_OK;
}

enum status
template_check(const struct template_definition *wanted, struct arena *arena, struct error *error)
{
    enum status status = STATUS_OK;

    if (size_of(&wanted->parameters) > TEMPLATE_PARAMETERS_BYTES)
        return refuse(error, "parameters", "must not be larger than 32 KiB");
    for (size_t i = 0; status == STATUS_OK && i < wanted->parameters.count; i++)
        status = check_parameter(wanted, i, arena, error);
    if (status == STATUS_OK)
        status = check_placeholders(wanted, arena, error);
    if (status == STATUS_OK)
        status = check_command(wanted, arena, error);
    if (status == STATUS_OK)
        status = check_secrets(wanted, arena, error);
    return status;
}

static enum status parameters_must_name_secrets(
    const struct decision *decision, const struct template_definition *wanted, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < wanted->parameters.count; i++) {
        const struct template_parameter *parameter =
            (const struct template_parameter *)wanted->parameters.items + i;
        const struct text *choices = parameter->choices.items;
        if (parameter->type.is != PARAMETER_SECRET)
            continue;
        if (text_is_present(parameter->fallback.text))
            status = secret_must_exist(
                decision, wanted->workspace_id,
                json_peek_text(decision->arena, parameter->fallback.text),
                field_at_index(decision->arena, i, "default"), error);
        for (size_t n = 0; status == STATUS_OK && n < parameter->choices.count; n++)
            status = secret_must_exist(
                decision, wanted->workspace_id, choices[n],
                field_at_index(decision->arena, i, "choices"), error);
    }
    return status;
}

/* Those that are named by placeholders are known once it is run. */
enum status template_secrets_must_exist(
    const struct decision *decision, const struct template_definition *wanted, struct error *error)
{
    struct list refs;
    struct task_secret *known;
    size_t count = 0;
    enum status status =
        secret_refs_read(decision->arena, wanted->task_type, wanted->payload, &refs, error);

    if (status != STATUS_OK)
        return status;
    known = arena_array(decision->arena, refs.count + 1, sizeof(*known));
    for (size_t i = 0; i < refs.count; i++) {
        const struct task_secret *ref = (const struct task_secret *)refs.items + i;
        struct placeholder found;
        size_t at = 0;
        if (wanted->parameters.count == 0 || !placeholder_next(ref->secret, &at, &found))
            known[count++] = *ref;
    }
    status =
        secret_refs_must_exist(decision, wanted->workspace_id, (struct list){known, count}, error);
    return status == STATUS_OK ? parameters_must_name_secrets(decision, wanted, error) : status;
}
