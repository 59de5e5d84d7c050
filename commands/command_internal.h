/*
 * What only the writer (and a test's scenario) may do with a decision: begin one, and read what it
 * emitted. For files of commands/ only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_COMMAND_INTERNAL_H
#define COMMANDS_COMMAND_INTERNAL_H

#include "commands/command.h"
#include "commands/timers.h"

enum { COMMAND_MAX_EVENTS = 10000 };

struct emitted {
    const struct event_type *type;
    struct uuid stream;
    struct uuid workspace;
    void *event; /* a shallow copy in the decision's arena */
    enum outcome outcome;
    struct uuid cause; /* event; absent: what the command was submitted for */
};

/* A decision under way. */
struct decide_ctx {
    struct decision decision; /* first: what commands see */
    uint8_t seed[32];
    uint64_t ids;      /* given so far */
    struct uuid cause; /* of what is emitted next */
    struct emitted *events;
    size_t count;
    size_t capacity;
    bool is_too_large; /* more events than a command may emit */
};

/* What the command decides. What follows when a timer is due was caused by the event that set it. */
static inline enum status command_decide(
    const struct command *command,
    struct decision *decision,
    const void *input,
    struct error *error)
{
    if (command->input == &timer_shape)
        decision_caused_by_timer(decision, input);
    return command->decide == NULL ? STATUS_OK : command->decide(decision, input, error);
}

#endif
