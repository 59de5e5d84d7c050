/*
 * Calls of our own: what the process itself asks and reads goes through the same doors as what callers
 * do (submit, wait, select), by a call that no request has made.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_OWN_CALL_H
#define API_OWN_CALL_H

#include "api/call.h"

struct own_call {
    struct call call; /* first */
    /* It was answered with an error, which is in `error`. On its loop; the call is its owner's again. */
    void (*failed)(struct own_call *own);
    struct error error;
    void *owner;
    struct own_call *next; /* of its loop's */
    struct own_call **link;
};

/* Sees everything that a platform admin does, until its owner sets another access. Its arena, of at most so
 * many bytes, is its own. Given to the caller; what is left when its loop has ended goes with that. On
 * the loop, or before it runs. */
struct own_call *own_call_new(
    const struct services *services,
    struct loop_context *loop,
    size_t arena_bytes,
    void (*failed)(struct own_call *own),
    void *owner);
void own_call_free(struct own_call *own); /* while nobody else has it; accepts NULL */

/* The call that came back. */
struct own_call *own_call_of(struct call *call);

/* Forgets what it has asked and read: ready for more. */
void own_call_reset(struct own_call *own);

#endif
