/*
 * Parked claims: agents that asked for work when there was none. A parked claim lives on its loop
 * and costs neither a worker nor PostgreSQL. The writer announces the nodes that have work again,
 * and only then is a claim submitted anew.
 *
 *   claim ─► writer ─► empty ─► [parked] ──work for its node──► writer ─► …
 *                                  ├── its time is over ──► answered empty
 *                                  └── peer has gone ─────► forgotten
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_PARKING_H
#define API_AGENT_PARKING_H

#include "api/meter.h"
#include "core/run/loop.h"
#include "eventlog/record.h"

struct call;
struct parking;

struct parking *parking_new(struct loop *loop, struct meter *meter);
void parking_free(struct parking *parking); /* accepts NULL */

/* Parks a claim of a node until `deadline_us` (monotonic). `wake` is called once on the loop: to
 * try again (is_work), or to answer empty. Loop thread. */
void parking_enter(
    struct parking *parking,
    struct call *call,
    struct uuid node,
    int64_t deadline_us,
    void (*wake)(struct call *call, bool is_work));

/* Wakes the claims of nodes that these records gave work to. Any thread. */
void parking_announce(struct parking *parking, const struct record *records, size_t count);

/* Answers all parked claims: the server drains. Any thread; further ones are not parked. */
void parking_send_home(struct parking *parking);

#endif
