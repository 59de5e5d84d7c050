/*
 * Reading a command line by the table of commands.
 *
 *   args ──► the command ──► each arg: argument, flag of its own, or flag of a setting ──► shapes
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cli/cli.h"

#include "core/base/must.h"
#include "core/base/nearest.h"
#include "core/cli/cli_internal.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_SHOWN = 80 };

struct given {
    struct param *params;
    size_t count;
};

/* A command line being read. */
struct reading {
    const struct cli *cli;
    const struct cli_command *command;
    struct arena *arena;
    struct given input;
    struct given options;
    size_t arguments; /* given so far */
    char **settings;  /* args that are the settings' */
    int setting_count;
    bool wants_help;
    bool wants_version;
};

static const struct field *find_own_flag(const struct cli_command *command, struct text flag)
{
    char name[CLI_FLAG_SIZE];

    for (size_t i = 0; i < cli_flag_count(command); i++) {
        const struct field *field = cli_flag_at(command, i);
        char letter = cli_flag_letter(command, field);
        cli_flag_name(command, field, name);
        if (text_is(flag, name) ||
            (letter != '\0' && flag.size == 2 && flag.data[0] == '-' && flag.data[1] == letter))
            return field;
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
    for (size_t i = 0; i < cli_flag_count(command); i++) {
        cli_flag_name(command, cli_flag_at(command, i), name);
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

static bool is_of(const struct shape *shape, const struct field *field)
{
    for (size_t i = 0; shape != NULL && i < shape_count(shape); i++) {
        if (shape_field_at(shape, i) == field)
            return true;
    }
    return false;
}

static void add_param(struct reading *reading, const struct field *field, struct text value)
{
    bool is_input = is_of(reading->command->input, field);
    struct given *given = is_input ? &reading->input : &reading->options;
    char name[64];

    field_json_name(field, name);
    given->params[given->count++] =
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
        cli_flag_name(reading->command, field, name);
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
        else if (reading->arguments < cli_argument_count(reading->command))
            add_param(reading, cli_argument_at(reading->command, reading->arguments++), arg);
        else
            status = refuse_argument(reading, arg, error);
    }
    return status;
}

/* Values. */

static struct text given_value(const struct given *given, struct text json_name)
{
    for (size_t i = 0; i < given->count; i++) {
        if (text_equal(given->params[i].name, json_name))
            return given->params[i].value;
    }
    return (struct text){NULL, 0};
}

/* What the field is called where it is given. */
static void
write_name(const struct cli_command *command, const struct field *field, char out[CLI_FLAG_SIZE])
{
    if (cli_is_argument(command, field))
        snprintf(out, CLI_FLAG_SIZE, "%s", field->name);
    else
        cli_flag_name(command, field, out);
}

/* In a sentence of its own, what the shape found wrong. */
static enum status explain(
    const struct reading *reading,
    const struct shape *shape,
    struct text value,
    const struct error *found,
    struct error *error)
{
    const struct cli_command *command = reading->command;
    const struct field *field = shape_field(shape, text_from(found->field));
    struct nearest nearest = nearest_to(value);
    char name[CLI_FLAG_SIZE];
    AUTO_BUF wanted = {0};

    if (field == NULL)
        return error_set(error, STATUS_INVALID, "%s", found->text);
    write_name(command, field, name);
    for (size_t i = 0; field->names != NULL && field->names[i] != NULL; i++)
        nearest_try(&nearest, field->names[i]);
    buf_init(&wanted, ERROR_TEXT_SIZE);
    if (cli_takes_names(command, field))
        buf_add_c(&wanted, "a name or an id");
    else
        config_write_wanted(field, &wanted);
    if (!text_is_present(value))
        return error_set_code(
            error, STATUS_INVALID, "value_missing", "%s needs its %s: %s", command->name, name,
            wanted.data);
    return error_set_code(
        error, STATUS_INVALID, "value_invalid", "%s is \"%.*s\": it must be %s%s%s", name,
        TEXT_ARGS(text_first_bytes(value, LONGEST_SHOWN)), wanted.data,
        nearest.best[0] == '\0' ? "" : "; did you mean ", nearest.best);
}

bool cli_name_of(const struct cli_command *command, struct text json_name, char out[CLI_NAME_SIZE])
{
    const struct field *field =
        command->input == NULL ? NULL : shape_field(command->input, json_name);

    if (field == NULL && command->options != NULL)
        field = shape_field(command->options, json_name);
    if (field != NULL)
        write_name(command, field, out);
    return field != NULL;
}

static bool is_of_path(const struct shape *shape, struct text json_name)
{
    return (shape_field(shape, json_name)->flags & FROM_PATH) != 0;
}

/* What may be a name is for others to read. */
static struct given
without_names(const struct reading *reading, const struct shape *shape, const struct given *given)
{
    struct given rest = {arena_array(reading->arena, given->count + 1, sizeof(*rest.params)), 0};

    for (size_t i = 0; i < given->count; i++) {
        const struct field *field = shape_field(shape, given->params[i].name);
        bool is_name = field->kind == KIND_UUID && cli_takes_names(reading->command, field);
        if (is_name && (field->flags & FROM_PATH) == 0)
            continue;
        rest.params[rest.count] = given->params[i];
        if (is_name)
            rest.params[rest.count].value = text_lit("00000000-0000-0000-0000-000000000000");
        rest.count++;
    }
    return rest;
}

/* What a path of the API has in it comes by place here, and cannot be left out. */
static enum status read_path(
    const struct reading *reading,
    const struct shape *shape,
    const struct given *given,
    void *out,
    struct error *error)
{
    const struct cli_command *command = reading->command;
    size_t count = shape == command->input ? cli_argument_count(command) : 0;

    for (size_t i = reading->arguments; i < count; i++) {
        const struct field *field = cli_argument_at(command, i);
        if ((field->flags & FROM_PATH) == 0)
            continue;
        error_set(error, STATUS_INVALID, "%s is missing", field->name);
        error_field(error, field->name);
        return STATUS_INVALID;
    }
    return shape_path_read(shape, given->params, given->count, reading->arena, out, error);
}

static enum status read_rest(
    const struct reading *reading,
    const struct shape *shape,
    const struct given *given,
    void *out,
    struct error *error)
{
    struct param *rest = arena_array(reading->arena, given->count + 1, sizeof(*rest));
    size_t count = 0;

    for (size_t i = 0; i < given->count; i++) {
        if (!is_of_path(shape, given->params[i].name))
            rest[count++] = given->params[i];
    }
    return shape_params_read(shape, rest, count, reading->arena, out, error);
}

static enum status read_given(
    const struct reading *reading,
    const struct shape *shape,
    const struct given *given,
    const void **out,
    struct error *error)
{
    struct error found = {0};
    struct given values;
    enum status status;
    void *input;

    if (shape == NULL)
        return STATUS_OK;
    values = without_names(reading, shape, given);
    input = arena_take(reading->arena, shape->size);
    shape_clear(shape, input);
    status = read_path(reading, shape, &values, input, &found);
    if (status == STATUS_OK)
        status = read_rest(reading, shape, &values, input, &found);
    if (status == STATUS_INVALID)
        return explain(reading, shape, given_value(given, text_from(found.field)), &found, error);
    if (status != STATUS_OK && error != NULL)
        *error = found;
    *out = input;
    return status;
}

static enum status read_input(struct reading *reading, struct cli_call *out, struct error *error)
{
    const struct cli_command *command = reading->command;
    enum status status = read_given(reading, command->input, &reading->input, &out->input, error);

    out->params = reading->input.params;
    out->param_count = reading->input.count;
    if (status != STATUS_OK)
        return status;
    return read_given(reading, command->options, &reading->options, &out->options, error);
}

static enum status read_settings(struct reading *reading, struct cli_call *out, struct error *error)
{
    const struct config *config = reading->cli->settings;
    void *settings;
    enum status status;

    if (reading->command->settings == CLI_NO_SETTINGS)
        return STATUS_OK;
    settings = arena_take(reading->arena, config->shape->size);
    out->given =
        (struct config_given){.arg_count = reading->setting_count, .args = reading->settings};
    status = config_read(config, &out->given, reading->arena, settings, &out->found, error);
    out->settings = settings;
    return status;
}

/* Noun and verb, where there is such a command; else the first word. */
static struct text
read_name(const struct reading *reading, int count, char *const *args, int *out_words)
{
    struct text both =
        count < 2 ? text_lit("") : text_format(reading->arena, "%s %s", args[0], args[1]);

    *out_words = 2;
    for (size_t i = 0; i < reading->cli->command_count; i++) {
        if (text_is(both, reading->cli->commands[i].name))
            return both;
    }
    *out_words = 1;
    return text_from(args[0]);
}

static enum status
read_command(struct reading *reading, int count, char *const *args, struct error *error)
{
    struct text name = count == 0 ? text_lit("--help") : text_from(args[0]);
    enum status status;
    int words = 0;

    if (text_is(name, "--help") || text_is(name, "-h"))
        reading->wants_help = true;
    else if (text_is(name, "--version"))
        reading->wants_version = true;
    if (reading->wants_help || reading->wants_version)
        return STATUS_OK;
    name = read_name(reading, count, args, &words);
    status = cli_find(reading->cli, name, &reading->command, error);
    if (status != STATUS_OK)
        return status;
    must(reading->command != NULL);
    reading->input.params = arena_array(reading->arena, (size_t)count, sizeof(struct param));
    reading->options.params = arena_array(reading->arena, (size_t)count, sizeof(struct param));
    reading->settings = arena_array(reading->arena, (size_t)count, sizeof(*reading->settings));
    return read_args(reading, count - words, args + words, error);
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
