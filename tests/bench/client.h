/*
 * A simulated client: an operator and the agent of one node in turn, each waiting for an answer
 * before the next command.
 *
 *   enrol ─► create ─► claim ─► start ─► log ─► log ─► (heartbeat, new version) ─► complete
 *              ▲                                                                      │
 *              └──────────────────────────────────────────────────────────────────────┘
 *
 * After enrolment every command emits exactly one event. What an edge does before the queue (ids,
 * keyed digests, seeds) is done here, on the caller's thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_CLIENT_H
#define TESTS_BENCH_CLIENT_H

#include "commands/node/node_commands.h"
#include "commands/task/task_commands.h"
#include "commands/writer.h"

enum client_step {
    STEP_ENROL,
    STEP_CREATE,
    STEP_CLAIM,
    STEP_START,
    STEP_LOG,
    STEP_LOG_AGAIN,
    STEP_HEARTBEAT,
    STEP_COMPLETE
};

/* What all clients share. */
struct fleet {
    struct keyring *keyring;
    struct actor operator;
    struct bytes enrollment_digest;
};

struct client {
    struct submission submission; /* first: it travels */
    const struct fleet *fleet;
    struct arena *arena; /* of the command under way */
    unsigned number;
    enum client_step step; /* of the command under way */
    unsigned tasks;        /* begun */
    struct digest credential;
    struct uuid node;
    struct uuid task;
    int64_t submitted_us; /* the driver's */
    union {
        struct register_agent enrol;
        struct create_task create;
        struct claim_task claim;
        struct start_task start;
        struct log_task log;
        struct report_heartbeat heartbeat;
        struct complete_task complete;
    } order;
};

void client_init(struct client *client, const struct fleet *fleet, unsigned number);
void client_fini(struct client *client);

/* Fills the submission with the command of the present step. */
void client_order(struct client *client);

/* Takes what was answered and goes on to the next step. A refusal, or another number of events than
 * the step should have, is STATUS_INTERNAL: then there is no figure. */
MUST_USE enum status client_learn(struct client *client, struct error *error);

#endif
