/*
 * The command line: one table of commands, from which follow reading, help, the manual page and the
 * completion of shells. A command's arguments and flags are the fields of a shape, as settings are;
 * a command that takes settings takes their flags too.
 *
 *   program verify --quick --home=/srv
 *     argc, argv ──► cli_read: the command, its input, the settings ──► run
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
#include "core/shape/shape.h"

struct cli_call;

enum cli_settings {
    CLI_NO_SETTINGS,
    CLI_SETTINGS,       /* taken; help says where they are listed */
    CLI_SETTINGS_LISTED /* taken, and listed by its help */
};

struct cli_command {
    const char *name;
    const char *doc;           /* a sentence */
    const char *more;          /* paragraphs after it, or NULL */
    const struct shape *input; /* arguments, then flags; NULL for none */
    size_t argument_count;     /* so many fields come by place; the others are flags */
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
    const void *settings;
    const char *const *ignored; /* settings of other systems that mean nothing here */
    size_t ignored_count;
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

/* The command of that name; STATUS_INVALID names the nearest. */
MUST_USE enum status cli_find(
    const struct cli *cli, struct text name, const struct cli_command **out, struct error *error);

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

/* "--dry-run" for dry_run; `out` has room for 72 bytes. */
enum { CLI_FLAG_SIZE = 72 };
void cli_flag_name(const struct field *field, char out[CLI_FLAG_SIZE]);

#endif
