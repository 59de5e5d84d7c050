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

#define SESSION_1 id_named("session 1")
#define SESSION_2 id_named("session 2")

/* What a sign-in of Ann's emits that asked for no refresh token. */
#define SIGNED_IN(s, by)                                                                           \
    HAPPENED(                                                                                      \
        user_signed_in, .user_id = U1, .session_id = SESSION_1, .method = {by},                    \
        .ends_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S),      \
        .idle_ends_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(24) * 3600 * US_PER_S))

#endif
