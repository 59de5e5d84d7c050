/*
 * Orders and questions about the installation itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PLATFORM_PLATFORM_COMMANDS_H
#define COMMANDS_PLATFORM_PLATFORM_COMMANDS_H

#include "commands/command.h"

/* Position 0. Refused when the ledger has begun. */
struct open_ledger {
    struct text origin_name;
    struct bytes verifier_key;
};
extern const struct command open_ledger_command;

/* Evidence of a refusal; the budget is kept by the submitter. */
struct record_refusal {
    struct text code;
    struct text method;
    struct text route;
};
extern const struct command record_refusal_command;

struct summarise_refusals {
    struct timestamp since;
    struct timestamp until;
    int64_t count;
};
extern const struct command summarise_refusals_command;

extern const struct command *const platform_commands[];
extern const struct refusal *const platform_refusals[];

#endif
