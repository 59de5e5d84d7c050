/*
 * Terminals that operators open on the node: a shell each, on a pseudo-terminal.
 *
 *   terminal.start ─► shell ─► terminal.opened
 *   terminal.input, .resize, .stop ─► shell ─► terminal.output … ─► terminal.exited
 *   whatever cannot be done ─► terminal.error
 *
 * Output waits for others for a fortieth of a second, or until there is 1 KiB of it. Where it is not
 * taken, because the socket's queue is full, the shell is not read: back pressure reaches whatever
 * writes. Shells outlive the socket, and end with the agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_TERMINALS_H
#define API_NODE_AGENT_TERMINALS_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

struct loop;
struct root_access;
struct terminals;

enum { TERMINALS_MOST = 32 };

/* Takes an event for the server; false where it has no room: then terminals_resume() follows. */
typedef bool
terminals_send(void *context, const char *name, const struct shape *shape, const void *value);

/* `program` is the agent's own. Given to the caller; on the loop's thread. */
struct terminals *terminals_new(
    struct loop *loop,
    const char *program,
    const struct root_access *access,
    terminals_send *send,
    void *context);
void terminals_free(struct terminals *terminals); /* accepts NULL; ends the shells */

/* An event of the server's; those that are not about terminals change nothing. */
void terminals_handle(
    struct terminals *terminals, struct text name, struct text payload, struct arena *arena);

/* There is room again. */
void terminals_resume(struct terminals *terminals);

/* Ends all shells; their ends are sent as others are. */
void terminals_stop(struct terminals *terminals, const char *reason);

/* How many there are whose end was not sent yet. */
size_t terminals_count(const struct terminals *terminals);

#endif
