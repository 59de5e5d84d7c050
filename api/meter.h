/*
 * Counting: requests by route and status, durations, claims, refusals. Plain atomic counters that
 * any thread adds to and /metrics prints.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_METER_H
#define API_METER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Threads that calls wait for. */
enum pool { POOL_READ, POOL_PLAIN, POOL_LARGE, POOL_HASH, POOL_OUTWARD, POOL_COUNT };
extern const char *const pool_names[POOL_COUNT];

enum { METER_BUCKETS = 10 };
/* Upper bounds of the duration buckets, in microseconds; the last one has none. */
extern const int64_t meter_bounds_us[METER_BUCKETS];

struct meter_route {
    atomic_uint_fast64_t answers[6]; /* by class: [2] is 2xx; [0] unused */
    atomic_uint_fast64_t total_us;
    atomic_uint_fast64_t buckets[METER_BUCKETS + 1];
};

struct meter {
    size_t route_count;
    size_t message_count;
    struct meter_route
        *routes; /* as in the router; one more for unknown routes; then messages of sockets */
    atomic_uint_fast64_t claims_asked;
    atomic_uint_fast64_t claims_won;
    atomic_uint_fast64_t claims_empty;
    atomic_uint_fast64_t claims_failed;
    atomic_uint_fast64_t claims_parked;    /* a gauge */
    atomic_uint_fast64_t tasks_awaited;    /* a gauge */
    atomic_int_fast64_t last_claim_us;     /* when one was asked for last, since 1970; 0: never */
    atomic_uint_fast64_t reports_altered;  /* of agents: see alteration_shape */
    atomic_uint_fast64_t busy[POOL_COUNT]; /* gauges: threads at work */
    atomic_size_t follows;                 /* a gauge: streams of changes */
    atomic_size_t listeners;               /* a gauge: sockets that hear news */
    atomic_uint_fast64_t observations_dropped; /* frames that would have come too thick and fast */
    atomic_uint_fast64_t messages_under_way;   /* of sockets; a gauge */
    atomic_uint_fast64_t polling_sessions;     /* of sockets, by long polls; a gauge */
    atomic_uint_fast64_t slow_polling;         /* sessions by long polls, dropped for being slow */
    atomic_uint_fast64_t throttled;
    atomic_uint_fast64_t refused_busy;   /* a queue was full */
    atomic_uint_fast64_t not_held;       /* recorded, and held by too few followers in time */
    atomic_uint_fast64_t refused_budget; /* a caller had too much under way */
};

/* `message_count`: rows for messages of sockets, behind that of unknown routes. */
struct meter *meter_new(size_t route_count, size_t message_count);
void meter_free(struct meter *meter); /* accepts NULL */

/* One answer of a route (route_count: an unknown one). */
void meter_answer(struct meter *meter, size_t route, int status, int64_t took_us);

#endif
