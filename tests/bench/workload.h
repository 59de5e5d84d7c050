/*
 * A fleet on a site, made over HTTP, and the requests that its people and agents send in a closed
 * loop: each operation is measured by itself.
 *
 *   operation ──request──► load ──► server ──answer──► operation (scripts learn what comes next)
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_WORKLOAD_H
#define TESTS_BENCH_WORKLOAD_H

#include "tests/bench/load.h"
#include "tests/bench/site.h"

enum { WORKLOAD_LOGGING_TASKS = 50 };

struct workload_node {
    struct text id;
    struct text token;
    struct text headers; /* lines of its agent */
};

struct workload {
    struct site *site;
    struct text workspace; /* id of the default one, where agents register */
    struct workload_node *nodes;
    size_t node_count;
    size_t next_node; /* to be registered, or to claim */
    /* Ids of tasks that write lines, of the first nodes. */
    struct text running[WORKLOAD_LOGGING_TASKS];
};

/* A workspace with so many nodes, in the site's arena. */
MUST_USE enum status
workload_make(struct workload *workload, struct site *site, size_t nodes, struct error *error);

/* Queues one more task for each of the first nodes. */
MUST_USE enum status
workload_queue_tasks(struct workload *workload, size_t nodes, struct error *error);

/* Writes the ids of `count` nodes from `first` on, as a member of JSON: "nodeIds":["…","…"]. */
void workload_write_node_ids(
    const struct workload *workload, size_t first, size_t count, struct buf *out);

/* What a connection is at. */
struct turn {
    struct workload *workload;
    unsigned connection;
    uint64_t number; /* of the request, from 0 */
    unsigned step;   /* of a script */
    unsigned claims; /* begun */
    size_t node;     /* that registers or claims, where each does so once */
    char task[40];   /* of a script */
};

struct operation {
    const char *name;
    int status;      /* of the answers that are expected */
    bool is_durable; /* it appends to the ledger, and is answered when that is on disk */
    /* Makes what the requests need, before the clock runs. NULL for nothing. */
    enum status (*prepare)(struct workload *workload, unsigned connections, struct error *error);
    /* Writes the next request; false when there is none. */
    bool (*request)(struct turn *turn, struct buf *out);
    /* Learns from the answer; false when it is not what a script needs. NULL for nothing. */
    bool (*learn)(struct turn *turn, struct text body);
};

/* In the order in which they are measured; ended by one without a name. */
extern const struct operation workload_operations[];
const struct operation *workload_operation(const char *name); /* one of them: it must be there */
extern const struct operation workload_small_answer;          /* fixed, from memory: /health */
extern const struct operation workload_large_answer;          /* the same: the OpenAPI document */
extern const struct operation workload_wait_for_task;         /* a claim that finds no task yet */
extern const struct operation workload_claim_each; /* of each node a claim that finds one */

/* The operation as a load's protocol; the load's context is a struct workload_load. */
struct workload_load {
    struct workload *workload;
    const struct operation *operation;
    size_t body_bytes; /* of the last answer */
};
extern const struct load_protocol workload_protocol;

#endif
