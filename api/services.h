/*
 * What calls may use, handed to them as one constant table: made once by the server, shared by all
 * its threads. Whatever is behind a door looks after its own locking.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SERVICES_H
#define API_SERVICES_H

#include "api/budget.h"
#include "api/meter.h"
#include "api/router.h"
#include "api/settings.h"
#include "api/throttle.h"
#include "commands/writer.h"
#include "core/base/build_info.h"
#include "core/http/http.h"
#include "eventlog/progress.h"
#include "eventlog/telemetry.h"

struct archiver;
struct docs;
struct following;
struct forward;
struct holders;
struct known_providers;
struct downloads;
struct leadership;
struct looks;
struct loop_context;
struct monitor;
struct news;
struct rooms;
struct settings_given;
struct setup_guard;
struct signer;
struct timezone_list;
struct outbox_figures;
struct peers;
struct releases;
struct replicas;
struct sinks;
struct upgrader;
struct vault;

/* Queues of calls that go on elsewhere than on their loop. */
struct lanes {
    struct queue *plain;   /* workers without a connection: documents, evidence */
    struct queue *large;   /* one that gives way to all others: large bodies */
    struct queue *read;    /* workers with a connection to the read models */
    struct queue *hash;    /* workers that hash passwords, which is slow on purpose */
    struct queue *outward; /* workers that wait for servers of others */
};

struct services {
    const struct build_info *build;
    const struct settings *settings;
    const struct settings_given *given; /* what these were made of */
    struct setup_guard *setup;          /* NULL: the server is set up */
    struct ledger *ledger;
    struct ledger_index *index;
    struct writer *writer;
    struct keyring *keyring;
    struct signer *signer;
    struct telemetry *telemetry;
    struct monitor *monitor;
    struct looks *looks;             /* at evidence */
    const struct progress *progress; /* of the read models */
    const struct outbox_figures *outbox;
    const struct replicas *replicas; /* of the read models' database */
    struct sinks *sinks;
    struct releases *releases;        /* of the agent … */
    struct releases *server_releases; /* … and of this program */
    struct upgrader *upgrader;
    struct vault *vault; /* of secrets */
    struct known_providers
        *known_providers; /* what those that people sign in through say of themselves */
    const struct archiver *archiver;
    const struct following *following; /* its leader, of a follower; NULL: it follows nobody */
    struct forward *forward;           /* … and the way there; NULL as well */
    struct holders *holders;           /* of what followers have; NULL: nobody is waited for */
    struct leadership *leadership;     /* may changes be acknowledged? NULL: always */

    const struct timezone_list *timezones;
    const struct router *router;
    const struct router *messages; /* of sockets */
    struct meter *meter;
    struct throttle_table *throttle;
    struct throttle_table *failures; /* of strangers to be known: see authorize.c */
    struct throttle_table *codes;    /* of second factors, each account's */
    struct lanes lanes;
    struct budget *budget;      /* of callers with large bodies */
    struct http_server *http;   /* for its gauges */
    struct rooms *const *rooms; /* of each loop */
    struct loop_context *const *loops;
    size_t loop_count;
    struct news *news;
    struct peers *peers; /* NULL: there is no Redis */
    /* Counts changes of what callers may do; the writer's thread. */
    const atomic_uint_fast64_t *access_generation;

    struct text jwt_secret;
    int64_t jwt_seconds; /* that a token is good for */
    const struct docs *docs;
    const struct downloads *downloads;
    struct uuid boot_id;
    struct timestamp started_at;
};

#endif
