/*
 * Looking into a task's payload: the top level of a JSON object that has been validated before.
 * Names are compared as an agent's decoder reads them, escapes resolved, the last of equal ones
 * counting; so no spelling hides a member from us that the agent would see.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_PAYLOAD_H
#define COMMANDS_TASK_PAYLOAD_H

#include "core/base/arena.h"
#include "core/base/text.h"

/* The member's value as it is written, or absent. Borrowed from `object`. */
struct text payload_member(struct arena *arena, struct text object, const char *name);

/* A string value with its escapes resolved, in the arena; absent for a value of another kind. */
struct text payload_text(struct arena *arena, struct text value);

#endif
