/*
 * Commands of our own: what the process itself has to say (a node fell silent, a delivery failed, a
 * request was refused) goes to the writer by this door. Calls have theirs: call_submit().
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OWN_COMMAND_H
#define API_OWN_COMMAND_H

#include "commands/writer.h"

/* What is ordered; everything is copied. */
struct own_command {
    const struct command *command;
    const void *input;
    struct actor actor;      /* of kind 0: the system */
    struct uuid correlation; /* absent: the command's id */
    struct uuid causation;   /* event that it follows from, or absent */
    struct origin origin;    /* text and digests as of `now`; absent for the system */
    struct timestamp now;    /* absent: the present */
    const struct digest
        *once; /* of all that come with this digest in a day one is done; NULL: each */
    /* Called on the writer's thread once its batch has committed; what is refused for any other
     * reason than that it came too late is logged before. NULL: nobody wants to know. */
    void (*done)(const struct submission *submission, void *context);
    void *context;
};

/* False when the writer takes nothing more at the moment: then done() is not called. Any thread. */
MUST_USE bool own_command_submit(struct writer *writer, const struct own_command *own);

/* The same, and returns once the writer has decided: own->done() was called before. The writer answers
 * whatever it takes, also while it stops. Any thread but the writer's and loops. */
MUST_USE bool own_command_wait(struct writer *writer, const struct own_command *own);

/* Decides and commits at once, as the system, before the writer's thread runs. *out_answer (NULL: not
 * wanted) lies in the arena. */
MUST_USE enum status own_command_execute(
    struct writer *writer,
    const struct command *command,
    const void *input,
    struct arena *arena,
    const void **out_answer,
    struct error *error);

#endif
