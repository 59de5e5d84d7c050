/*
 * What most scenarios of people begin with.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_PEOPLE_H
#define TESTS_SUPPORT_PEOPLE_H

#include "tests/support/scenario.h"

/* Ann, U1, is an active platform admin: ann@example.com. */
void given_ann(struct scenario *s);

/* Bob, U2, is invited by invitation I1, whose token has the digest "invitation 1"; the invitation
 * ends at noon. The scenario must begin before. */
void given_bob_invited(struct scenario *s);

/* Bob has accepted it, as an ordinary user. */
void given_bob(struct scenario *s);

/* Both, and Ann acts, at 10:00 on 2026-03-22. */
struct scenario *given_ann_and_bob(void);

/* Bob asked for a new password: request R1, digest "reset 1", good until noon. */
void given_bob_forgot(struct scenario *s);

#define R1 id_named("reset 1")

#endif
