/*
 * Many sockets to one server that one thread listens to by epoll.
 *
 *   crowd_open() ─► crowd_listen(), crowd_hear() … ─► crowd_close()
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

#include "tests/bench/socket_client.h"
#include "tests/bench/workload.h"

/* Comes in as the agent of a node. */
MUST_USE enum status crowd_enter_agent(
    struct socket_client *client, const struct workload_node *node, struct error *error);

struct crowd {
    struct socket_client *members;
    unsigned count; /* that were opened */
    int epoll;
    uint64_t heard; /* messages that began as was asked for, ever */
};

/* How each of them comes in. */
struct crowd_entry {
    int port;
    const char *path; /* as socket_client_open() */
    /* What else it says first. NULL for nothing. */
    enum status (*enter)(
        struct socket_client *client, unsigned number, void *context, struct error *error);
    void *context;
};

/* crowd_close() in any case. */
MUST_USE enum status crowd_open(
    struct crowd *crowd, unsigned count, const struct crowd_entry *entry, struct error *error);
/* People in the namespace that tells them what happens, by the admin's token. */
MUST_USE enum status
crowd_open_people(struct crowd *crowd, struct site *site, unsigned count, struct error *error);
/* The agents of the first nodes. */
MUST_USE enum status crowd_open_agents(
    struct crowd *crowd, struct workload *workload, unsigned count, struct error *error);
void crowd_close(struct crowd *crowd);

/* Takes what comes within so many milliseconds, and counts what begins so. */
MUST_USE enum status
crowd_hear(struct crowd *crowd, const char *beginning, int wait_ms, struct error *error);

/* Until so many more have been heard. STATUS_TIMED_OUT after a minute. */
MUST_USE enum status
crowd_hear_all(struct crowd *crowd, const char *beginning, uint64_t wanted, struct error *error);

#endif
