/*
 * The agent's own program on disk, and the one that is to take its place. There is always a whole one by its name:
 *
 *   agent.new  written, synced, tried out ─┐
 *   agent      ──kept as──► agent.old      ├─► renamed to agent      (update_program_swap)
 *                              └───────────────► renamed back        (update_program_go_back)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_UPDATE_PROGRAM_H
#define API_NODE_AGENT_UPDATE_PROGRAM_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <signal.h>
#include <stdbool.h>

/* What tells an agent that its program was replaced: it ends in order, and begins anew. */
#define UPDATE_REPLACED_SIGNAL SIGUSR1

/* The path of the program that runs, in the arena. */
const char *update_program_own(struct arena *arena);

/* The path of the one that the running program, whose name ends with ".old", was kept of; in the arena. NULL where it has
 * another name: STATUS_INVALID. */
const char *update_program_kept_of(struct arena *arena, struct error *error);

/* May the caller replace it? */
bool update_program_is_ours(const char *program);

/* Puts it beside the program, and asks it for its version. STATUS_INVALID where it does not start, or says
 * another one. Nothing is left of it then. */
MUST_USE enum status update_program_stage(
    const char *program, struct text content, struct text version, struct error *error);

/* The staged one takes the program's place. It is the old one, or the new one, whatever happens meanwhile. */
MUST_USE enum status update_program_swap(const char *program, struct error *error);

/* The old one is put back, if there is one. */
MUST_USE enum status update_program_go_back(const char *program, struct error *error);

#endif
