/*
 * Witnesses: clients that order things as fast as they can, each order under an idempotency key of
 * its own, and note what was promised to them. After a crash they ask whether it holds.
 *
 *   order     what                                   note->id
 *   NODE      a node                                 its own, "" until it was acknowledged
 *   TASK      a task for one of two nodes, in turn   its own
 *   PERSON    an account, with a key of its own      its own
 *   CANCEL    the task ordered just before           the task's
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_WITNESS_H
#define TESTS_E2E_WITNESS_H

#include "core/base/uuid.h"
#include "tests/e2e/people.h"

enum order { ORDER_NODE, ORDER_TASK, ORDER_PERSON, ORDER_CANCEL };

struct note {
    enum order order;
    char name[32]; /* "w2-17": note 17 of witness 2 */
    char id[UUID_TEXT_SIZE];
};

struct witness;

/* Orders in the name of `admin`, for the nodes of both agents. */
struct witness *
make_witness(const struct client *admin, const struct agent agents[2], unsigned number);
void end_witness(struct witness *witness); /* accepts NULL */

/* On a thread of its own: signs in, then orders until the server is gone, or until
 * given_silence(). */
void given_orders(struct witness *witness);
void given_silence(struct witness *witness);

/* On a thread of its own: whether all that was promised since the last time is there, and whether
 * a repeat of each order gives the same again. An order whose answer was lost is noted now. */
void begin_to_ask(struct witness *witness);
/* What does not hold, as a sentence; "" when all does. */
const char *asked(struct witness *witness);

/* All notes, in the order of the numbers in their names. */
const struct note *notes_of(const struct witness *witness, size_t *out_count);

/* How many of its sign-ins were acknowledged. */
size_t sign_ins_of(const struct witness *witness);

#endif
