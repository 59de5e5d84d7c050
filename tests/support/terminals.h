/*
 * What scenarios of terminals begin with.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_TERMINALS_H
#define TESTS_SUPPORT_TERMINALS_H

#include "tests/support/fleet.h"

#define S1    id_named("session 1")
#define A1    id_named("attachment 1")
#define A2    id_named("attachment 2")
#define A3    id_named("attachment 3")
#define LINE1 id_named("connection 1")

/* W1, its owner U1 and admin U2, who act from then on as said; N1 with its agent on LINE1. */
void given_connected_node(struct scenario *s);
void as_person(struct scenario *s, struct uuid user_id);
void as_node(struct scenario *s, struct uuid node_id);

/* S1 of U1 on N1: pending, open, or open with U1 in control by A1. U1 acts. */
void given_pending_terminal(struct scenario *s);
void given_open_terminal(struct scenario *s);
void given_controlled_terminal(struct scenario *s);

/* The last order was carried out. */
void expect_done(const struct scenario *s);

/* Bytes as U1's shell wrote them, `count` of them. */
struct bytes bytes_written(struct scenario *s, size_t count);

#endif
