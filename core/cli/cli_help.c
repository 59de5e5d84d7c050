/*
 * What is said of the command line: help at the terminal, the manual page, the reference page. All
 * three go through the same rows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cli/cli_internal.h"

#include <ctype.h>

static void write_upper(const char *name, struct buf *out)
{
    for (; *name != '\0'; name++)
        buf_add_char(out, (char)toupper((unsigned char)*name));
}

/* Arguments, then flags. */
static size_t part_count(const struct cli_command *command)
{
    return cli_argument_count(command) + cli_flag_count(command);
}

static const struct field *part_at(const struct cli_command *command, size_t index)
{
    size_t arguments = cli_argument_count(command);

    return index < arguments ? cli_argument_at(command, index)
                             : cli_flag_at(command, index - arguments);
}

/* "PAGE", "--directory=TEXT", "--json". */
static void write_part(const struct cli_command *command, size_t index, struct buf *out)
{
    const struct field *field = part_at(command, index);
    char flag[CLI_FLAG_SIZE];

    if (index < cli_argument_count(command)) {
        write_upper(field->name, out);
        return;
    }
    cli_flag_name(command, field, flag);
    buf_add_c(out, flag);
    if (field->kind != KIND_BOOL) {
        buf_add_char(out, '=');
        write_upper(field->name, out);
    }
}

/* "verify [--quick] [--json] [--setting=value …]" */
static void write_usage(const struct cli_command *command, struct buf *out)
{
    buf_add_c(out, command->name);
    for (size_t i = 0; i < part_count(command); i++) {
        bool is_required = (part_at(command, i)->flags & REQUIRED) != 0;
        buf_add_c(out, is_required ? " " : " [");
        write_part(command, i, out);
        buf_add_c(out, is_required ? "" : "]");
    }
    if (command->settings != CLI_NO_SETTINGS)
        buf_add_c(out, " [--setting=value ...]");
}

/* How a part is given: as in the usage, and by the letter that is short for it. */
static void write_head(const struct cli_command *command, size_t index, struct buf *out)
{
    char letter = cli_flag_letter(command, part_at(command, index));

    write_part(command, index, out);
    if (letter != '\0')
        buf_printf(out, ", -%c", letter);
}

/* "Port to listen on. It is a whole number from 0 to 65535, usually 3000." */
static void write_meaning(const struct field *field, struct buf *out)
{
    size_t before;

    buf_add_c(out, field->doc);
    if (field->kind == KIND_BOOL && (field->flags & HAS_FALLBACK) == 0)
        return;
    buf_add_c(out, " It is ");
    config_write_wanted(field, out);
    before = out->size;
    buf_add_c(out, "; usually ");
    if (!config_write_usual(field, out))
        buf_truncate(out, before);
    buf_add_char(out, '.');
}

static void write_meaning_of_part(const struct cli_command *command, size_t index, struct buf *out)
{
    const struct field *field = part_at(command, index);

    if (cli_takes_names(command, field))
        buf_printf(
            out, "%s It is a name, an id, or the last digits of one, 8 at least.", field->doc);
    else
        write_meaning(field, out);
}

/* Help at the terminal. */

static void help_fields(const struct cli_command *command, struct buf *out)
{
    for (size_t i = 0; i < part_count(command); i++) {
        buf_add_c(out, i == 0 ? "\n  " : "  ");
        write_head(command, i, out);
        buf_add_c(out, "\n      ");
        write_meaning_of_part(command, i, out);
        buf_add_char(out, '\n');
    }
}

static void help_settings(const struct cli *cli, const struct cli_command *command, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 16);

    if (command->settings == CLI_NO_SETTINGS)
        return;
    if (command->settings == CLI_SETTINGS) {
        buf_printf(
            out,
            "\nSettings are flags or environment variables, --port=3001 or PORT=3001: see\n"
            "'%s help serve'.\n",
            cli->program);
        return;
    }
    buf_add_c(
        out, "\nSettings, each a flag, a variable, or a file that the variable with _FILE\n"
             "after its name points at:\n\n");
    for (size_t i = 0; i < cli->settings->count; i++) {
        buf_printf(
            out, "  %s=…  %s\n      ", config_flag(cli->settings, i, arena).data,
            cli->settings->settings[i].environment);
        write_meaning(config_field(cli->settings, i), out);
        buf_add_char(out, '\n');
    }
}

static void help_command(const struct cli *cli, const struct cli_command *command, struct buf *out)
{
    buf_printf(out, "usage: %s ", cli->program);
    write_usage(command, out);
    buf_printf(out, "\n\n%s\n", command->doc);
    if (command->more != NULL)
        buf_printf(out, "\n%s\n", command->more);
    help_fields(command, out);
    help_settings(cli, command, out);
}

static void help_program(const struct cli *cli, struct buf *out)
{
    buf_printf(
        out, "%s: %s\n\nusage: %s <command> [...]\n\n", cli->program, cli->purpose, cli->program);
    for (size_t i = 0; i < cli->command_count; i++)
        buf_printf(out, "  %-16s %s\n", cli->commands[i].name, cli->commands[i].doc);
    buf_printf(
        out,
        "\n'%s help <command>' says more of one. Settings are flags or environment variables:\n"
        "--port=3001 or PORT=3001. Results go to standard output, all else to standard error.\n\n"
        "Exit codes:\n",
        cli->program);
    for (size_t i = 0; i < cli->exit_count; i++)
        buf_printf(out, "  %3d  %s\n", cli->exits[i].code, cli->exits[i].doc);
}

void cli_write_help(const struct cli *cli, const struct cli_command *command, struct buf *out)
{
    if (command == NULL)
        help_program(cli, out);
    else
        help_command(cli, command, out);
}

/* The manual page. What roff reads as its own is escaped. */

static void roff(struct text t, struct buf *out)
{
    for (size_t i = 0; i < t.size; i++) {
        bool is_start = i == 0 || t.data[i - 1] == '\n';
        if (is_start && (t.data[i] == '.' || t.data[i] == '\''))
            buf_add_c(out, "\\&");
        if (t.data[i] == '\\')
            buf_add_c(out, "\\e");
        else if (t.data[i] == '-')
            buf_add_c(out, "\\-");
        else
            buf_add_char(out, t.data[i]);
    }
}

static void roff_line(const char *macro, const struct buf *words, struct buf *out)
{
    buf_add_c(out, macro);
    roff(buf_text(words), out);
    buf_add_char(out, '\n');
}

static void
roff_field(const struct cli_command *command, size_t index, struct buf *words, struct buf *out)
{
    buf_clear(words);
    write_head(command, index, words);
    roff_line(".TP\n.B ", words, out);
    buf_clear(words);
    write_meaning_of_part(command, index, words);
    roff_line("", words, out);
}

static void roff_command(const struct cli_command *command, struct buf *out)
{
    AUTO_BUF words = {0};

    buf_init(&words, 8192);
    write_usage(command, &words);
    roff_line(".SS ", &words, out);
    roff(text_from(command->doc), out);
    buf_add_char(out, '\n');
    if (command->more != NULL) {
        buf_add_c(out, ".PP\n");
        roff(text_from(command->more), out);
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < part_count(command); i++)
        roff_field(command, i, &words, out);
}

static void roff_settings(const struct cli *cli, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    AUTO_BUF words = {0};

    buf_init(&words, 8192);
    buf_add_c(
        out, ".SH SETTINGS\nA setting is taken from its flag, else from the environment, else from "
             "the file that the variable with _FILE after its name points at.\n");
    for (size_t i = 0; i < cli->settings->count; i++) {
        buf_clear(&words);
        buf_printf(
            &words, "%s, %s", config_flag(cli->settings, i, arena).data,
            cli->settings->settings[i].environment);
        roff_line(".TP\n.B ", &words, out);
        buf_clear(&words);
        write_meaning(config_field(cli->settings, i), &words);
        roff_line("", &words, out);
    }
}

void cli_write_man(const struct cli *cli, struct buf *out)
{
    buf_add_c(out, ".TH ");
    write_upper(cli->program, out);
    buf_printf(
        out,
        " 1 \"\" \"%s\" \"User Commands\"\n.ad l\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.B %s\n"
        ".I command\n[...]\n.SH COMMANDS\n",
        cli->version, cli->program, cli->purpose, cli->program);
    for (size_t i = 0; i < cli->command_count; i++)
        roff_command(&cli->commands[i], out);
    roff_settings(cli, out);
    buf_add_c(out, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < cli->exit_count; i++)
        buf_printf(out, ".TP\n.B %d\n%s\n", cli->exits[i].code, cli->exits[i].doc);
}

/* The reference page. */

static void describe_command(const struct cli_command *command, struct buf *out)
{
    buf_printf(out, "\n## %s\n\n    ", command->name);
    write_usage(command, out);
    buf_printf(out, "\n\n%s\n", command->doc);
    if (command->more != NULL)
        buf_printf(out, "\n%s\n", command->more);
    for (size_t i = 0; i < part_count(command); i++) {
        buf_add_c(out, i == 0 ? "\n- `" : "- `");
        write_head(command, i, out);
        buf_add_c(out, "`: ");
        write_meaning_of_part(command, i, out);
        buf_add_char(out, '\n');
    }
}

void cli_describe(const struct cli *cli, struct buf *out)
{
    for (size_t i = 0; i < cli->command_count; i++)
        describe_command(&cli->commands[i], out);
    buf_add_c(out, "\n## Exit codes\n\n| Code | Meaning |\n|---|---|\n");
    for (size_t i = 0; i < cli->exit_count; i++)
        buf_printf(out, "| %d | %s |\n", cli->exits[i].code, cli->exits[i].doc);
}
