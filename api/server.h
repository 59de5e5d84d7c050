/*
 * The server: makes what calls are worked with (services.h), listens, and passes announcements on.
 *
 *   writer ──committed──► what callers may do has changed
 *          ──answered───► outcomes to their loops, then whom the batch concerns
 *   projector ──shown───► the loops' waiting calls
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SERVER_H
#define API_SERVER_H

#include "api/services.h"
#include "api/worker.h"

struct server;
struct timezone_list;

struct server_settings {
    const struct build_info *build;
    const struct downloads *downloads;
    const struct settings *settings;
    const struct settings_given *given; /* what these were made of */
    struct setup_guard *setup;          /* NULL: it is set up */
    struct ledger *ledger;
    struct ledger_index *index;
    struct writer *writer;
    struct keyring *keyring;
    struct signer *signer;
    struct telemetry *telemetry;
    struct monitor *monitor;
    const struct progress *progress;
    const struct outbox_figures *outbox;
    struct sinks *sinks;
    struct releases *releases;        /* of the agent … */
    struct releases *server_releases; /* … and of this program */
    struct upgrader *upgrader;
    struct vault *vault;
    const struct archiver *archiver;
    const struct following *following; /* NULL: it follows nobody */
    struct leadership *leadership;     /* NULL: it always leads */
    struct holders *holders;           /* NULL: nobody is waited for */
    struct forward *forward;           /* NULL as well */
    const struct timezone_list *timezones;
    const char *conninfo;
    struct uuid boot; /* this run of the server */
    struct loop *const *loops;
    size_t loop_count;
};

/* Makes the server and listens (the loops need not run yet). What the settings point to is borrowed. */
MUST_USE enum status
server_new(const struct server_settings *settings, struct server **out, struct error *error);
void server_free(struct server *server); /* after all its threads ended; accepts NULL */

/* The port in use. */
int server_port(const struct server *server);

/* What worker_run() takes, for the workers of each lane and for those that hash. */
struct worker_settings server_workers_read(const struct server *server);
struct worker_settings server_workers_plain(const struct server *server);
struct worker_settings server_workers_large(const struct server *server);
struct worker_settings server_workers_outward(const struct server *server);
struct worker_settings server_workers_hash(const struct server *server);

/* Tends the connection to Redis until server_drain() has ended; without one it ends at once. A thread of its own. */
void server_run_redis(void *server);

/* What replicas_run() takes. It ends after server_drain(). */
struct replicas *server_replicas(const struct server *server);

/* The read models have moved: calls that wait for that go on. Any thread. */
void server_shown(struct server *server);

/* The writer's announcements of a batch. Before anybody is answered, of what it added: cached access
 * facts are dropped, nodes that are gone are no longer missed. Afterwards, also when it added nothing:
 * outcomes go to their loops, and behind them the news for whoever waits for work or for the end of a
 * task, so that none who found nothing in the same batch misses it. Writer's thread. */
void server_committed(struct server *server, const struct record *records, size_t count);
void server_answered(struct server *server);

/* Another checkpoint is shown: who waits for one goes on. Any thread. */
void server_signed(struct server *server);

/* Stops accepting and lets calls under way finish, at most `timeout_us`; then closes the queues. */
void server_drain(struct server *server, int64_t timeout_us);

#endif
