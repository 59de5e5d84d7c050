/*
 * The command line: one table of commands, from which follow reading, help, the manual page and the
 * completion of shells. A command's arguments and flags are the fields of a shape, as settings are;
 * a command that takes settings takes their flags too. A name is one word, or a noun and a verb.
 *
 *   program verify --quick --home=/srv
 *   program event causes 7 -o json
 *     argc, argv ──► cli_read: the command, its input, its options, the settings ──► run
 *
 * Nothing is printed here: texts are given to whoever calls.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CLI_CLI_H
#define CORE_CLI_CLI_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/shape/shape_params.h"

struct cli_call;

enum cli_settings {
    CLI_NO_SETTINGS,
    CLI_SETTINGS,       /* taken; help says where they are listed */
    CLI_SETTINGS_LISTED /* taken, and listed by its help */
};

/* What a field is called as a flag, where that is not its own name; and the letter ("-o") that is short
 * for it, or 0. Where names stand for ids, what was given is in the params alone: the input lacks it. */
struct cli_flag {
    const char *field;
    const char *name; /* NULL: the field's */
    char letter;
    bool takes_names;
};

struct cli_command {
    const char *name;             /* those of a noun stand together, the noun alone first */
    const char *doc;              /* a sentence */
    const char *more;             /* paragraphs after it, or NULL */
    const struct shape *input;    /* arguments and flags; NULL for none */
    const char *const *arguments; /* fields of it that come by place, NULL-ended; NULL: none. Of
                                        those FROM_PATH the others are no flags either */
    const struct shape *options;  /* flags that it shares with other commands; NULL for none */
    const struct cli_flag *flags; /* ended by a row without a field; NULL for none */
    const void *about;            /* for `run` */
    enum cli_settings settings;
    int (*run)(const struct cli_call *call); /* gives an exit code */
};

struct cli_exit {
    int code;
    const char *doc;
};

struct cli {
    const char *program;
    const char *purpose; /* what it is, without a full stop: "a database" */
    const char *version; /* one line */
    const struct config *settings;
    const struct cli_command *commands;
    size_t command_count;
    const struct cli_exit *exits;
    size_t exit_count;
};

/* What was asked for. Everything lies in the arena. */
struct cli_call {
    const struct cli *cli;
    const struct cli_command *command; /* NULL: the program was asked, not one of its commands */
    bool wants_help;
    bool wants_version;
    const void *input;
    const struct param *params; /* what was given of the input, as it was given */
    size_t param_count;
    const void *options;
    const void *settings;
    struct config_given given; /* what they were read from … */
    struct config_found found; /* … and what was found */
    struct arena *arena;
};

/* Reads what follows the program's name, all of it before anything is done. STATUS_INVALID names
 * what is not understood, and what is nearest to it. */
MUST_USE enum status cli_read(
    const struct cli *cli,
    int count,
    char *const *args,
    struct arena *arena,
    struct cli_call *out,
    struct error *error);

/* The command of that name ("event causes"); STATUS_INVALID names the nearest. */
MUST_USE enum status cli_find(
    const struct cli *cli, struct text name, const struct cli_command **out, struct error *error);

/* What a field of its input or options is called on the command line ("--since", "position"): by the field's
 * name in JSON. False where it has no such field. */
enum { CLI_NAME_SIZE = 72 };
MUST_USE bool
cli_name_of(const struct cli_command *command, struct text json_name, char out[CLI_NAME_SIZE]);

/* Help of a command, or of the program where it is NULL. */
void cli_write_help(const struct cli *cli, const struct cli_command *command, struct buf *out);

/* The manual page, in the man macros of roff. */
void cli_write_man(const struct cli *cli, struct buf *out);

/* The same as a page in Markdown, without its title. */
void cli_describe(const struct cli *cli, struct buf *out);

enum cli_shell { CLI_BASH = 1, CLI_ZSH, CLI_FISH };
extern const char *const cli_shell_names[];

/* A script that completes commands, flags and their values. */
void cli_write_completion(const struct cli *cli, enum cli_shell shell, struct buf *out);

#endif
