/*
 * Witnesses: clients that order tasks and nodes as fast as they can, each order under an idempotency
 * key of its own, and note what was promised to them. After a crash they ask whether it holds.
 *
 *   name        ordered as   note->id
 *   w0-1, -3 …  a task       "" until its creation was acknowledged
 *   w0-0, -2 …  a node
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_WITNESS_H
#define TESTS_E2E_WITNESS_H

#include "core/base/uuid.h"
#include "tests/e2e/people.h"

struct note {
    char name[32];
    char id[UUID_TEXT_SIZE];
};

struct witness;

struct witness *
make_witness(const struct client *admin, const struct agent *agent, unsigned number);
void end_witness(struct witness *witness); /* accepts NULL */

/* On a thread of its own: orders until the server is gone, or until given_silence(). */
void given_orders(struct witness *witness);
void given_silence(struct witness *witness);

/* On a thread of its own: whether all that was promised since the last time is there, and whether
 * a repeat of each order gives the same again. An order whose answer was lost is noted now. */
void begin_to_ask(struct witness *witness);
/* What does not hold, as a sentence; "" when all does. */
const char *asked(struct witness *witness);

/* All notes, in the order of the numbers in their names. */
const struct note *notes_of(const struct witness *witness, size_t *out_count);

#endif
