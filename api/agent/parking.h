/*
 * Parked calls: agents that asked for work when there was none, and people who wait for the end of
 * a task. A parked call lives on its loop and costs neither a worker nor PostgreSQL. The writer
 * announces the nodes that have work again and the tasks that have ended, and only then does a call
 * go on.
 *
 *   claim ─► writer ─► empty ─► [parked] ──work for its node──► writer ─► …
 *                                  ├── its time is over ──► answered empty
 *                                  └── peer has gone ─────► forgotten
 *
 *   order ─► writer ─► task made ─► [parked] ──it has ended, or time is over──► answered as it is
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_PARKING_H
#define API_AGENT_PARKING_H

#include "api/meter.h"
#include "core/run/loop.h"
#include "eventlog/record.h"

struct call;
struct parking;

/* What a record calls those who wait for: an id, or absent. */
typedef struct uuid parking_key(const struct record *record);
parking_key parking_node_with_work;
parking_key parking_task_that_ended;

/* `gauge` counts those who wait. */
struct parking *parking_new(struct loop *loop, parking_key *key_of, atomic_uint_fast64_t *gauge);
void parking_free(struct parking *parking); /* accepts NULL */

/* Parks a call until its key is called, or until `deadline_us` (monotonic). `wake` is called once
 * on the loop. Loop thread. */
void parking_enter(
    struct parking *parking,
    struct call *call,
    struct uuid key,
    int64_t deadline_us,
    void (*wake)(struct call *call, bool is_called));

/* Wakes those whom these records call. Any thread. */
void parking_announce(struct parking *parking, const struct record *records, size_t count);

/* Wakes all: the server drains. Any thread; further calls are not parked. */
void parking_send_home(struct parking *parking);

#endif
