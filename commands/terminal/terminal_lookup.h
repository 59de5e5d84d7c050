/*
 * What other areas may ask about terminals, and have done to them. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TERMINAL_TERMINAL_LOOKUP_H
#define COMMANDS_TERMINAL_TERMINAL_LOOKUP_H

#include "commands/command.h"
#include "eventlog/events/terminal_events.h"

/* Sessions of a node that have not ended, counted up to a little over `most`. */
uint64_t terminal_count_live(const struct decision *decision, struct uuid node_id, uint64_t most);

/* Ends them all, because node or agent are gone. */
void terminal_emit_ends(struct decision *decision, struct uuid node_id, enum terminal_end end);

#endif
