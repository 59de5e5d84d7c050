/*
 * What the files of the command line ask of a row of its table: which fields come by place, which are
 * flags, and what those are called.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CLI_CLI_INTERNAL_H
#define CORE_CLI_CLI_INTERNAL_H

#include "core/cli/cli.h"

/* Those that come by place, in order. */
size_t cli_argument_count(const struct cli_command *command);
const struct field *cli_argument_at(const struct cli_command *command, size_t index);
bool cli_is_argument(const struct cli_command *command, const struct field *field);

/* The flags, those of the input first; `index` is below their number. */
size_t cli_flag_count(const struct cli_command *command);
const struct field *cli_flag_at(const struct cli_command *command, size_t index);

/* "--dry-run" for dry_run. */
enum { CLI_FLAG_SIZE = CLI_NAME_SIZE };
void cli_flag_name(
    const struct cli_command *command, const struct field *field, char out[CLI_FLAG_SIZE]);
char cli_flag_letter(const struct cli_command *command, const struct field *field); /* 0: none */
bool cli_takes_names(const struct cli_command *command, const struct field *field);

/* "event" of "event causes", and "causes", absent where the name is one word. */
struct text cli_noun(const struct cli_command *command);
struct text cli_verb(const struct cli_command *command);

#endif
