/*
 * Reading a command line by the table of commands.
 *
 *   args ──► the command ──► each arg: argument, flag of its own, or flag of a setting ──► shapes
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cli/cli.h"

#include "core/base/must.h"
#include "core/cli/nearest.h"
#include "core/shape/shape_params.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_SHOWN = 80 };

/* A command line being read. */
struct reading {
    const struct cli *cli;
    const struct cli_command *command;
    struct arena *arena;
    struct param *params; /* of the command's input */
    size_t param_count;
    size_t arguments; /* given so far */
    char **settings;  /* args that are the settings' */
    int setting_count;
    bool wants_help;
    bool wants_version;
};

void cli_flag_name(const struct field *field, char out[CLI_FLAG_SIZE])
{
    int size = snprintf(out, CLI_FLAG_SIZE, "--%s", field->name);

    for (int i = 2; i < size && i < CLI_FLAG_SIZE; i++)
        out[i] = out[i] == '_' ? '-' : out[i];
}

static size_t field_count(const struct cli_command *command)
{
    return command->input == NULL ? 0 : shape_count(command->input);
}

static bool is_by_place(const struct cli_command *command, const struct field *field)
{
    for (size_t i = 0; i < command->argument_count; i++) {
        if (shape_field_at(command->input, i) == field)
            return true;
    }
    return false;
}

static const struct field *find_own_flag(const struct cli_command *command, struct text flag)
{
    char name[CLI_FLAG_SIZE];

    for (size_t i = command->argument_count; i < field_count(command); i++) {
        cli_flag_name(shape_field_at(command->input, i), name);
        if (text_is(flag, name))
            return shape_field_at(command->input, i);
    }
    return NULL;
}

/* What is not understood. */

static enum status refuse(
    const struct reading *reading,
    const char *what,
    struct text given,
    const struct nearest *nearest,
    struct error *error)
{
    const char *name = reading->command == NULL ? "" : reading->command->name;

    given = text_first_bytes(given, LONGEST_SHOWN);
    if (nearest->best[0] != '\0')
        return error_set_code(
            error, STATUS_INVALID, "not_understood", "there is no %s %.*s; did you mean %s?", what,
            TEXT_ARGS(given), nearest->best);
    return error_set_code(
        error, STATUS_INVALID, "not_understood", "there is no %s %.*s: see \"%s help%s%s\"", what,
        TEXT_ARGS(given), reading->cli->program, name[0] == '\0' ? "" : " ", name);
}

static enum status refuse_flag(const struct reading *reading, struct text flag, struct error *error)
{
    const struct cli_command *command = reading->command;
    struct nearest nearest = nearest_to(flag);
    char name[CLI_FLAG_SIZE];

    nearest_try(&nearest, "--help");
    nearest_try(&nearest, "--version");
    for (size_t i = command->argument_count; i < field_count(command); i++) {
        cli_flag_name(shape_field_at(command->input, i), name);
        nearest_try(&nearest, name);
    }
    for (size_t i = 0; command->settings != CLI_NO_SETTINGS && i < reading->cli->settings->count;
         i++)
        nearest_try(&nearest, config_flag(reading->cli->settings, i, reading->arena).data);
    return refuse(reading, "flag", flag, &nearest, error);
}

enum status cli_find(
    const struct cli *cli, struct text name, const struct cli_command **out, struct error *error)
{
    const struct reading reading = {.cli = cli};
    struct nearest nearest = nearest_to(name);

    for (size_t i = 0; i < cli->command_count; i++) {
        nearest_try(&nearest, cli->commands[i].name);
        if (!text_is(name, cli->commands[i].name))
            continue;
        *out = &cli->commands[i];
        return STATUS_OK;
    }
    return refuse(&reading, "command", name, &nearest, error);
}

static enum status
refuse_argument(const struct reading *reading, struct text given, struct error *error)
{
    given = text_first_bytes(given, LONGEST_SHOWN);
    return error_set_code(
        error, STATUS_INVALID, "not_understood", "%s does not understand \"%.*s\"%s",
        reading->command->name, TEXT_ARGS(given),
        reading->command->settings == CLI_NO_SETTINGS
            ? ""
            : ": settings are given as --name=value, such as --port=3001");
}

/* Arguments, one by one. */

static void add_param(struct reading *reading, const struct field *field, struct text value)
{
    char name[64];

    field_json_name(field, name);
    reading->params[reading->param_count++] =
        (struct param){text_copy(reading->arena, text_from(name)), value};
}

/* A value of its own behind the flag, unless that is a flag again. */
static bool has_value_behind(int count, char *const *args, int i)
{
    return i + 1 < count && strncmp(args[i + 1], "--", 2) != 0;
}

static enum status read_own_flag(
    struct reading *reading,
    const struct field *field,
    struct text value,
    const char *behind,
    struct error *error)
{
    char name[CLI_FLAG_SIZE];

    if (!text_is_present(value) && field->kind == KIND_BOOL)
        value = text_lit("true");
    if (!text_is_present(value))
        value = text_from(behind);
    if (!text_is_present(value)) {
        cli_flag_name(field, name);
        return error_set_code(error, STATUS_INVALID, "value_missing", "%s needs a value", name);
    }
    add_param(reading, field, value);
    return STATUS_OK;
}

/* One argument, or two where the value stands behind its flag; `i` is moved to the last. */
static enum status
read_flag(struct reading *reading, int count, char *const *args, int *i, struct error *error)
{
    const struct cli_command *command = reading->command;
    struct text value = text_from(args[*i]);
    struct text flag = text_cut(&value, '=');
    const struct field *field = find_own_flag(command, flag);
    bool is_own = field != NULL;
    bool takes_next;

    if (!is_own && command->settings != CLI_NO_SETTINGS)
        field = config_flag_field(reading->cli->settings, flag, reading->arena);
    if (field == NULL)
        return refuse_flag(reading, flag, error);
    takes_next =
        !text_is_present(value) && field->kind != KIND_BOOL && has_value_behind(count, args, *i);
    if (!is_own)
        reading->settings[reading->setting_count++] = args[*i];
    if (!is_own && takes_next)
        reading->settings[reading->setting_count++] = args[*i + 1];
    *i += takes_next ? 1 : 0;
    return is_own ? read_own_flag(reading, field, value, takes_next ? args[*i] : NULL, error)
                  : STATUS_OK;
}

static enum status
read_args(struct reading *reading, int count, char *const *args, struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < count && status == STATUS_OK; i++) {
        struct text arg = text_from(args[i]);
        if (text_is(arg, "--help") || text_is(arg, "-h"))
            reading->wants_help = true;
        else if (text_is(arg, "--version"))
            reading->wants_version = true;
        else if (arg.size > 1 && arg.data[0] == '-')
            status = read_flag(reading, count, args, &i, error);
        else if (reading->arguments < reading->command->argument_count)
            add_param(reading, shape_field_at(reading->command->input, reading->arguments++), arg);
        else
            status = refuse_argument(reading, arg, error);
    }
    return status;
}

/* Values. */

static struct text given_value(const struct reading *reading, struct text json_name)
{
    for (size_t i = 0; i < reading->param_count; i++) {
        if (text_equal(reading->params[i].name, json_name))
            return reading->params[i].value;
    }
    return (struct text){NULL, 0};
}

/* In a sentence of its own, what the shape found wrong. */
static enum status
explain(const struct reading *reading, const struct error *found, struct error *error)
{
    const struct cli_command *command = reading->command;
    struct text path = text_from(found->field);
    const struct field *field = shape_field(command->input, path);
    struct text given = given_value(reading, path);
    struct nearest nearest = nearest_to(given);
    char name[CLI_FLAG_SIZE];
    AUTO_BUF wanted = {0};

    if (field == NULL)
        return error_set(error, STATUS_INVALID, "%s", found->text);
    cli_flag_name(field, name);
    if (is_by_place(command, field))
        snprintf(name, sizeof(name), "%s", field->name);
    for (size_t i = 0; field->names != NULL && field->names[i] != NULL; i++)
        nearest_try(&nearest, field->names[i]);
    buf_init(&wanted, ERROR_TEXT_SIZE);
    config_write_wanted(field, &wanted);
    if (!text_is_present(given))
        return error_set_code(
            error, STATUS_INVALID, "value_missing", "%s needs its %s: %s", command->name, name,
            wanted.data);
    return error_set_code(
        error, STATUS_INVALID, "value_invalid", "%s is \"%.*s\": it must be %s%s%s", name,
        TEXT_ARGS(text_first_bytes(given, LONGEST_SHOWN)), wanted.data,
        nearest.best[0] == '\0' ? "" : "; did you mean ", nearest.best);
}

static enum status read_input(struct reading *reading, struct cli_call *out, struct error *error)
{
    const struct shape *shape = reading->command->input;
    struct error found = {0};
    enum status status;
    void *input;

    if (shape == NULL)
        return STATUS_OK;
    input = arena_take(reading->arena, shape->size);
    status = shape_params_read(
        shape, reading->params, reading->param_count, reading->arena, input, &found);
    if (status == STATUS_INVALID)
        return explain(reading, &found, error);
    if (status != STATUS_OK && error != NULL)
        *error = found;
    out->input = input;
    return status;
}

static enum status read_settings(struct reading *reading, struct cli_call *out, struct error *error)
{
    const struct config *config = reading->cli->settings;
    void *settings;
    enum status status;

    if (reading->command->settings == CLI_NO_SETTINGS)
        return STATUS_OK;
    settings = arena_take(reading->arena, config->shape->size);
    status = config_read(
        config, reading->setting_count, reading->settings, reading->arena, settings, &out->ignored,
        &out->ignored_count, error);
    out->settings = settings;
    return status;
}

static enum status
read_command(struct reading *reading, int count, char *const *args, struct error *error)
{
    struct text name = count == 0 ? text_lit("--help") : text_from(args[0]);
    enum status status;

    if (text_is(name, "--help") || text_is(name, "-h"))
        reading->wants_help = true;
    else if (text_is(name, "--version"))
        reading->wants_version = true;
    if (reading->wants_help || reading->wants_version)
        return STATUS_OK;
    status = cli_find(reading->cli, name, &reading->command, error);
    if (status != STATUS_OK)
        return status;
    must(reading->command != NULL);
    reading->params = arena_array(reading->arena, (size_t)count, sizeof(*reading->params));
    reading->settings = arena_array(reading->arena, (size_t)count, sizeof(*reading->settings));
    return read_args(reading, count - 1, args + 1, error);
}

enum status cli_read(
    const struct cli *cli,
    int count,
    char *const *args,
    struct arena *arena,
    struct cli_call *out,
    struct error *error)
{
    struct reading reading = {.cli = cli, .arena = arena};
    struct cli_call call = {.cli = cli, .arena = arena};
    enum status status = read_command(&reading, count, args, error);

    if (status != STATUS_OK)
        return status;
    call.command = reading.command;
    call.wants_help = reading.wants_help;
    call.wants_version = reading.wants_version;
    if (!call.wants_help && !call.wants_version) {
        must(reading.command != NULL);
        status = read_input(&reading, &call, error);
        if (status == STATUS_OK)
            status = read_settings(&reading, &call, error);
    }
    if (status == STATUS_OK)
        *out = call;
    return status;
}
