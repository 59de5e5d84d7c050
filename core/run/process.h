/*
 * A child process on a loop: a program in a session of its own, with nothing of ours but what its
 * order says, and what it writes handed over as it comes.
 *
 *   process_start ─► output … ─► end, once all it wrote was handed over ─► process_free
 *
 * With a terminal its three streams are one pseudo-terminal; else they are pipes. Signals go to its
 * whole group.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_RUN_PROCESS_H
#define CORE_RUN_PROCESS_H

#include "core/base/attributes.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <sys/types.h>

struct loop;
struct process;

/* What processes of a group that outlives its leader may still write is waited for so long. */
enum { PROCESS_LINGER_MS = 2000 };

enum process_stream { PROCESS_STDOUT, PROCESS_STDERR };

/* How it ended: by itself with an exit code, or by a signal. */
struct process_end {
    bool was_signalled;
    int code; /* of the exit, or the signal's number */
};

/* Called on the loop, with what process_start() was given. Both may free the process. */
struct process_listener {
    void (*output)(void *context, enum process_stream stream, struct text bytes);
    void (*end)(void *context, const struct process_end *end);
};

struct process_order {
    const char *const *argv;        /* absolute program first, NULL-ended */
    const char *const *environment; /* NULL-ended */
    const char *directory;          /* NULL: the root */
    bool has_terminal;
    unsigned short columns; /* of the terminal */
    unsigned short rows;
};

/* *out is given to the caller. STATUS_NOT_FOUND where there is no such program or directory, else
 * STATUS_UNAVAILABLE. All on the loop's thread. */
MUST_USE enum status process_start(
    struct loop *loop,
    const struct process_order *order,
    const struct process_listener *listener,
    void *context,
    struct process **out,
    struct error *error);

/* Kills the group where its leader still runs, without a word to the listener. Accepts NULL. */
void process_free(struct process *process);

/* For its standard input; what does not fit waits in memory. Nothing once it was closed. */
void process_write(struct process *process, struct text bytes);
size_t process_unwritten(const struct process *process);
/* Ends its standard input, once all is written; of a terminal nothing. */
void process_close_input(struct process *process);

/* Back pressure: while paused nothing is read, and the process waits when its pipes are full. */
void process_pause(struct process *process, bool is_paused);

/* To its group. */
void process_signal(struct process *process, int number);

void process_resize(struct process *process, unsigned short columns, unsigned short rows);

pid_t process_id(const struct process *process);

#endif
