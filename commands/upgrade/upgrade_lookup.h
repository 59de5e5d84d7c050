/*
 * What other areas ask of upgrades. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_UPGRADE_UPGRADE_LOOKUP_H
#define COMMANDS_UPGRADE_UPGRADE_LOOKUP_H

#include "commands/command.h"

/* Is another release about to run in this one's place? */
bool upgrade_is_being_applied(const struct decision *decision);

#endif
