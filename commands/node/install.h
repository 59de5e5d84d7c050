/*
 * One-click installs: from the generated command to the node that it made.
 *
 *   pending ──progressed──► installing ──progressed──► completed | failed
 *      └──────────┬─────────────┘
 *                 ├──consumed──► installing, with its node (never expires then)
 *                 └──expired───► expired
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_INSTALL_H
#define COMMANDS_NODE_INSTALL_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/node/node_commands.h"

/* Its state is what its routes answer: struct install_view. */
extern const struct aggregate install_aggregate;

void install_evolve(struct fold *fold, const struct record *record);

/* The install of a bootstrap token; refused when there is none. */
enum status install_of_token(
    const struct decision *decision,
    struct bytes token_digest,
    struct install_view *out,
    struct error *error);

/* Was its token left unused for too long? */
bool install_is_over(const struct install_view *install, struct timestamp now);

/* What is shown at a stage when the installer does not say it in its own words. */
struct text install_message(int64_t status, struct text stage);

#endif
