/*
 * Who was erased: nothing more is sealed for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_PRIVACY_PRIVACY_H
#define COMMANDS_PRIVACY_PRIVACY_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/privacy/privacy_commands.h"
#include "commands/privacy/privacy_lookup.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum privacy_kind {
    LINK_ERASED = AREA_PRIVACY << AREA_SHIFT /* UUID_NONE → person; value: position of the event */
};

void privacy_evolve(struct fold *fold, const struct record *record);

#endif
