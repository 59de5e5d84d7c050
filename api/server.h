/*
 * The parts that answer HTTP together: loops with their rooms, workers, the router, and doors to
 * the writer, the projector and the telemetry. Made once by serve.c; api's own files look inside.
 *
 *   loop ──call──► workers ──submission──► writer
 *    ▲  └─ room: calls waiting for a position ◄── projector says how far it is
 *    └──────────────── answers ───────────────┘
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SERVER_H
#define API_SERVER_H

#include "api/meter.h"
#include "api/router.h"
#include "api/settings.h"
#include "api/throttle.h"
#include "commands/writer.h"
#include "core/http/http.h"
#include "eventlog/progress.h"
#include "eventlog/telemetry.h"

#include <stdatomic.h>

struct room;
struct sender;
struct parking;
struct monitor;

/* A loop and what lives on it. */
struct place {
    struct loop *loop;
    struct room *room;
    struct parking *claims;  /* by node: agents that wait for work */
    struct parking *endings; /* by task: people who wait for its end */
};

struct server {
    const struct settings *settings;
    const struct policy *policy;
    struct ledger *log;
    struct writer *writer;
    struct keyring *keyring;
    struct telemetry *telemetry;
    struct monitor *monitor;
    const struct progress *progress; /* of the read models */
    const char *conninfo;

    struct place *places;
    size_t place_count;
    struct queue *calls;       /* for workers with a connection */
    struct queue *plain_calls; /* for the two without: health and evidence */
    struct queue *hash_calls;  /* for those that hash passwords */
    struct router *router;
    struct throttle_table *throttle;
    struct meter *meter;
    struct sender *sender;
    struct http_server *http;
    struct http_handler handler;
    struct text openapi; /* printed once */
    struct text jwt_secret;
    int64_t jwt_seconds;
    struct uuid boot_id;
    struct timestamp started_at;
    atomic_uint_fast64_t access_generation;
    atomic_uint_fast64_t reached; /* size that the projector last announced */
    struct arena *arena;          /* of what lives as long as the server */
};

struct server_parts {
    const struct settings *settings;
    const struct policy *policy;
    struct ledger *log;
    struct writer *writer;
    struct keyring *keyring;
    struct telemetry *telemetry;
    struct monitor *monitor;
    const struct progress *progress; /* of the read models */
    const char *conninfo;
    struct loop *const *loops;
    size_t loop_count;
    struct text jwt_secret;
};

/* Makes the server and listens (the loops need not run yet). */
MUST_USE enum status
server_new(const struct server_parts *parts, struct server **out, struct error *error);
void server_free(struct server *server); /* after all its threads ended; accepts NULL */

/* The projector's announcement: calls waiting for `size` go on. Any thread. */
void server_reached(struct server *server, uint64_t size);

/* The writer's announcements of what a batch added. Before anybody is answered: cached access
 * facts are dropped. Afterwards: parked claims of the nodes concerned are tried again, and calls
 * that wait for a task's end go on; so none of the same batch misses it. Writer's thread. */
void server_committed(struct server *server, const struct record *records, size_t count);
void server_answered(struct server *server, const struct record *records, size_t count);

/* Runs a worker until the server closes its queues. `context` is the struct worker_start; `queue`
 * one of the server's. */
struct worker_start {
    struct server *server;
    struct queue *queue;
};
void worker_run(void *context);

/* Tells what the outbox says is due, until server_drain(). The sender's thread; `context` is the
 * server. */
void server_run_sender(void *context);

/* Stops accepting and lets calls under way finish, at most `timeout_us`; then closes the queues. */
void server_drain(struct server *server, int64_t timeout_us);

/* Puts a call into the workers' queue. False when it is full. */
MUST_USE bool server_put_call(struct server *server, struct call *call);

#endif
