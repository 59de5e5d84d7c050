/*
 * Rows of the table of commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/cli/cli_internal.h"

#include <stdio.h>

size_t cli_argument_count(const struct cli_command *command)
{
    size_t count = 0;

    while (command->arguments != NULL && command->arguments[count] != NULL)
        count++;
    return count;
}

const struct field *cli_argument_at(const struct cli_command *command, size_t index)
{
    const struct field *field = shape_field(command->input, text_from(command->arguments[index]));

    must(field != NULL);
    return field;
}

bool cli_is_argument(const struct cli_command *command, const struct field *field)
{
    for (size_t i = 0; i < cli_argument_count(command); i++) {
        if (cli_argument_at(command, i) == field)
            return true;
    }
    return false;
}

static size_t count_of(const struct shape *shape)
{
    return shape == NULL ? 0 : shape_count(shape);
}

static const struct field *field_of(const struct cli_command *command, size_t index)
{
    size_t own = count_of(command->input);

    return index < own ? shape_field_at(command->input, index)
                       : shape_field_at(command->options, index - own);
}

static bool is_flag(const struct cli_command *command, const struct field *field)
{
    return (field->flags & (FROM_PATH | SERVER_SET)) == 0 && !cli_is_argument(command, field);
}

size_t cli_flag_count(const struct cli_command *command)
{
    size_t count = 0;

    for (size_t i = 0; i < count_of(command->input) + count_of(command->options); i++)
        count += is_flag(command, field_of(command, i)) ? 1 : 0;
    return count;
}

const struct field *cli_flag_at(const struct cli_command *command, size_t index)
{
    size_t at = 0;

    while (!is_flag(command, field_of(command, at)) || index-- > 0)
        at++;
    return field_of(command, at);
}

static const struct cli_flag *row_of(const struct cli_command *command, const struct field *field)
{
    for (const struct cli_flag *row = command->flags; row != NULL && row->field != NULL; row++) {
        if (text_is(text_from(field->name), row->field))
            return row;
    }
    return NULL;
}

void cli_flag_name(
    const struct cli_command *command, const struct field *field, char out[CLI_FLAG_SIZE])
{
    const struct cli_flag *row = row_of(command, field);
    const char *name = row == NULL || row->name == NULL ? field->name : row->name;
    int size = snprintf(out, CLI_FLAG_SIZE, "--%s", name);

    for (int i = 2; i < size && i < CLI_FLAG_SIZE; i++)
        out[i] = out[i] == '_' ? '-' : out[i];
}

char cli_flag_letter(const struct cli_command *command, const struct field *field)
{
    const struct cli_flag *row = row_of(command, field);

    return row == NULL ? '\0' : row->letter;
}

bool cli_takes_names(const struct cli_command *command, const struct field *field)
{
    const struct cli_flag *row = row_of(command, field);

    return row != NULL && row->takes_names;
}

struct text cli_noun(const struct cli_command *command)
{
    struct text rest = text_from(command->name);

    return text_cut(&rest, ' ');
}

struct text cli_verb(const struct cli_command *command)
{
    struct text rest = text_from(command->name);

    (void)text_cut(&rest, ' ');
    return rest;
}
