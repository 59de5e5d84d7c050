/*
 * What falls due. Folding sets and clears timers; a client with a clock asks which are due and
 * submits the command of each one's kind.
 *
 *   evolve ──► timers ◄──query_due_timers── api/automation ──the kind's command──► writer
 *
 * A timer that is due stays so until its command has emitted an event whose fold clears it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TIMERS_H
#define COMMANDS_TIMERS_H

#include "commands/command.h"

/* The input of every timer's command: struct timer. */
extern const struct shape timer_shape;

/* A kind of timer. */
struct timer_kind {
    uint16_t kind;
    /* Emits nothing when the timer is no longer set: it may have been cleared on the way. */
    const struct command *command;
    /* How long after the timer's time it is due; NULL: at once. For kinds whose patience operators
     * may set: what is folded must not depend on a setting. */
    int64_t (*patience_us)(const struct policy *policy);
};

/* The kinds of each area, ended by a row of kind 0; NULL-ended. */
extern const struct timer_kind *const timer_catalog[];

/* The command of a kind. */
const struct command *timer_kind_command(int64_t kind);

#endif
