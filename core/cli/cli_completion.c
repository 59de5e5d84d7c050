/*
 * Completion for shells: what each script must know is written from the table of commands.
 *
 *   bash, zsh   one function: at each place a list of words
 *   fish        a line for each command, flag and value
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/cli/cli_internal.h"

const char *const cli_shell_names[] = {"bash", "zsh", "fish", NULL};

/* "bash zsh fish" for an argument, "--json --directory=" for flags. */

static void write_values(const struct field *field, struct buf *out)
{
    for (size_t i = 0; field->names != NULL && field->names[i] != NULL; i++)
        buf_printf(out, "%s ", field->names[i]);
}

/* "event" once, however many verbs it has; or the verbs of "event". */

static bool is_first_of_noun(const struct cli *cli, size_t index)
{
    return index == 0 ||
           !text_equal(cli_noun(&cli->commands[index]), cli_noun(&cli->commands[index - 1]));
}

static void write_nouns(const struct cli *cli, struct buf *out)
{
    for (size_t i = 0; i < cli->command_count; i++) {
        if (is_first_of_noun(cli, i))
            buf_printf(out, "%.*s ", TEXT_ARGS(cli_noun(&cli->commands[i])));
    }
}

static void write_verbs(const struct cli *cli, const struct cli_command *noun, struct buf *out)
{
    for (size_t i = 0; i < cli->command_count; i++) {
        const struct cli_command *command = &cli->commands[i];
        if (command != noun && text_is(cli_noun(command), noun->name))
            buf_printf(out, "%.*s ", TEXT_ARGS(cli_verb(command)));
    }
}

static void
write_arguments(const struct cli *cli, const struct cli_command *command, struct buf *out)
{
    bool names_command = false;

    write_verbs(cli, command, out);
    for (size_t i = 0; i < cli_argument_count(command); i++) {
        const struct field *field = cli_argument_at(command, i);
        write_values(field, out);
        names_command = names_command || text_is(text_from(field->name), "command");
    }
    if (names_command)
        write_nouns(cli, out);
}

static void write_flags(const struct cli *cli, const struct cli_command *command, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    char flag[CLI_FLAG_SIZE];

    for (size_t i = 0; i < cli_flag_count(command); i++) {
        const struct field *field = cli_flag_at(command, i);
        cli_flag_name(command, field, flag);
        buf_printf(out, "%s%s ", flag, field->kind == KIND_BOOL ? "" : "=");
    }
    for (size_t i = 0; command->settings != CLI_NO_SETTINGS && i < cli->settings->count; i++)
        buf_printf(
            out, "%s%s ", config_flag(cli->settings, i, arena).data,
            config_field(cli->settings, i)->kind == KIND_BOOL ? "" : "=");
    buf_add_c(out, "--help");
}

static void write_commands(const struct cli *cli, struct buf *out)
{
    write_nouns(cli, out);
    buf_add_c(out, "--help --version");
}

/* A shell's case over first and second word, verbs first; both shells understand it. */
static void write_cases(const struct cli *cli, struct buf *out)
{
    size_t count = cli->command_count;

    for (size_t i = 0; i < 2 * count; i++) {
        const struct cli_command *command = &cli->commands[i < count ? i : i - count];
        bool has_verb = cli_verb(command).size > 0;
        if (has_verb != (i < count))
            continue;
        buf_printf(out, "        '%s%s) choices='", command->name, has_verb ? "'" : " '*");
        write_arguments(cli, command, out);
        write_flags(cli, command, out);
        buf_add_c(out, "' ;;\n");
    }
}

static void write_bash(const struct cli *cli, struct buf *out)
{
    buf_printf(
        out,
        "# bash completion for %s\n"
        "_%s() {\n"
        "    local choices='' word=${COMP_WORDS[COMP_CWORD]}\n"
        "    if [ \"$word\" = = ] || [ \"${COMP_WORDS[COMP_CWORD - 1]}\" = = ]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"${word#=}\")\n"
        "        return\n"
        "    fi\n"
        "    case \"${COMP_WORDS[1]} ${COMP_WORDS[2]-}\" in\n",
        cli->program, cli->program);
    write_cases(cli, out);
    buf_add_c(out, "    esac\n    [ \"$COMP_CWORD\" -gt 1 ] || choices='");
    write_commands(cli, out);
    buf_printf(
        out,
        "'\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n"
        "    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
        "}\n"
        "complete -F _%s %s\n",
        cli->program, cli->program);
}

static void write_zsh(const struct cli *cli, struct buf *out)
{
    buf_printf(
        out,
        "#compdef %s\n"
        "_%s() {\n"
        "    local choices=''\n"
        "    if [[ $PREFIX == --*=* ]]; then\n"
        "        compset -P '*='\n"
        "        _files\n"
        "        return\n"
        "    fi\n"
        "    case \"${words[2]-} ${words[3]-}\" in\n",
        cli->program, cli->program);
    write_cases(cli, out);
    buf_add_c(out, "    esac\n    (( CURRENT > 2 )) || choices='");
    write_commands(cli, out);
    buf_printf(
        out,
        "'\n"
        "    compadd -S '' -- ${(M)${=choices}:#*=}\n"
        "    compadd -- ${${=choices}:#*=}\n"
        "}\n"
        "if [[ ${funcstack[1]-} == _%s ]]; then _%s \"$@\"; else compdef _%s %s; fi\n",
        cli->program, cli->program, cli->program, cli->program);
}

/* In fish's quotes: only the quote itself and the backslash mean something. */
static void write_fish_text(const char *text, struct buf *out)
{
    buf_add_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '\'');
}

/* Once noun and verb are there; behind a noun alone also what comes behind its verbs. */
static void write_fish_place(const struct cli_command *command, struct buf *out)
{
    struct text verb = cli_verb(command);

    buf_printf(out, "'__fish_seen_subcommand_from %.*s", TEXT_ARGS(cli_noun(command)));
    if (verb.size > 0)
        buf_printf(out, "; and __fish_seen_subcommand_from %.*s", TEXT_ARGS(verb));
    buf_add_char(out, '\'');
}

static void write_fish_flag(
    const struct cli *cli,
    const struct cli_command *command,
    const char *flag,
    const struct field *field,
    struct buf *out)
{
    buf_printf(out, "complete -c %s -n ", cli->program);
    write_fish_place(command, out);
    buf_printf(out, " -l %s ", flag + 2);
    if (field->kind != KIND_BOOL)
        buf_add_c(out, "-r ");
    buf_add_c(out, "-d ");
    write_fish_text(field->doc, out);
    buf_add_char(out, '\n');
}

static void
write_fish_flags(const struct cli *cli, const struct cli_command *command, struct buf *out)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    char flag[CLI_FLAG_SIZE];

    for (size_t i = 0; i < cli_flag_count(command); i++) {
        cli_flag_name(command, cli_flag_at(command, i), flag);
        write_fish_flag(cli, command, flag, cli_flag_at(command, i), out);
    }
    for (size_t i = 0; command->settings != CLI_NO_SETTINGS && i < cli->settings->count; i++)
        write_fish_flag(
            cli, command, config_flag(cli->settings, i, arena).data, config_field(cli->settings, i),
            out);
}

static void write_fish(const struct cli *cli, struct buf *out)
{
    buf_printf(out, "# fish completion for %s\ncomplete -c %s -f\n", cli->program, cli->program);
    for (size_t i = 0; i < cli->command_count; i++) {
        const struct cli_command *command = &cli->commands[i];
        if (is_first_of_noun(cli, i)) {
            buf_printf(
                out, "complete -c %s -n __fish_use_subcommand -a %.*s -d ", cli->program,
                TEXT_ARGS(cli_noun(command)));
            write_fish_text(command->doc, out);
            buf_add_char(out, '\n');
        }
        buf_printf(out, "complete -c %s -n ", cli->program);
        write_fish_place(command, out);
        buf_add_c(out, " -a '");
        write_arguments(cli, command, out);
        buf_add_c(out, "'\n");
        write_fish_flags(cli, command, out);
    }
}

void cli_write_completion(const struct cli *cli, enum cli_shell shell, struct buf *out)
{
    switch (shell) {
    case CLI_BASH:
        write_bash(cli, out);
        break;
    case CLI_ZSH:
        write_zsh(cli, out);
        break;
    case CLI_FISH:
        write_fish(cli, out);
        break;
    }
}
