/*
 * A closed loop: so many connections, on each of them one request under way, the next as soon as the
 * answer is there, or as soon as the pace allows it. One thread, one epoll; what a connection speaks is
 * its protocol's business.
 *
 *   load_open() ─► load_pace() ─► load_drive() ─► load_drive() … ─► load_close()
 *
 * Requests that are under way at the end of a drive are answered in the next one.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include "core/base/error.h"
#include "tests/bench/figures.h"

struct load_connection {
    void *context;   /* the load's */
    void *state;     /* the protocol's, heap, of its `state_bytes` */
    int fd;          /* to be set by `open` */
    unsigned number; /* from 0 */
    uint64_t sent;   /* requests */
    int64_t sent_us; /* when, of the one under way */
    bool is_waiting; /* for an answer */
};

struct load_protocol {
    size_t state_bytes;
    enum status (*open)(struct load_connection *c, struct error *error);
    /* Sends the next request; *out_is_over when there is none any more. */
    enum status (*send)(struct load_connection *c, bool *out_is_over, struct error *error);
    /* Reads what there is. An answer that is not the expected one is a failure: then there is no
     * figure. */
    enum status (*receive)(struct load_connection *c, bool *out_is_whole, struct error *error);
    void (*close)(struct load_connection *c); /* what was opened by half, too */
};

struct load;

/* Given in any case, for load_close(). */
MUST_USE enum status load_open(
    const struct load_protocol *protocol,
    void *context,
    unsigned connections,
    struct load **out,
    struct error *error);

/* Waits for the answers that are under way, at most five seconds, and closes. Accepts NULL. */
void load_close(struct load *load);
/* Closes at once. */
void load_abandon(struct load *load);

/* Drives send at most so many requests a second from now on, evenly in steps of a millisecond. What the
 * answers were too slow for is sent as soon as they are there. */
void load_pace(struct load *load, double per_second);

struct load_result {
    uint64_t answers;
    double seconds;
    double own_us;           /* processor time of the load itself */
    struct series latencies; /* µs, from sending to the whole answer */
};

/* Ends after so many seconds, or when a connection has nothing more to ask. `out` may be NULL;
 * otherwise it is filled for load_result_free() in any case. */
MUST_USE enum status
load_drive(struct load *load, double seconds, struct load_result *out, struct error *error);
void load_result_free(struct load_result *result);

/* A load from opening to closing, which drives until a connection has nothing more to ask. */
MUST_USE enum status load_run(
    const struct load_protocol *protocol, void *context, unsigned connections, struct error *error);

/* Takes so many answers, and asks nothing more. */
MUST_USE enum status
load_take(struct load *load, unsigned answers, int patience_s, struct error *error);

#endif
