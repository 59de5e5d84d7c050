/*
 * What the files of replicas share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_REPLICA_INTERNAL_H
#define API_REPLICA_INTERNAL_H

#include "api/replicas.h"
#include "core/run/queue.h"
#include "core/run/thread.h"

#include <pthread.h>
#include <stdatomic.h>

enum { REPLICA_CONNECT_S = 2, REPLICA_IDENTITY_SIZE = 64, REPLICA_SCHEMA_SIZE = 64 };

/* The watcher publishes, anybody reads. That one may be asked by what is published is a guess: each
 * connection finds out for itself before it is believed. */
struct replica {
    struct replicas *all;
    const char *conninfo;
    size_t number;        /* its place in the settings, from 1 */
    struct text place;    /* host, port and database */
    struct queue *wakeup; /* of its watcher */
    struct thread *thread;
    atomic_int state; /* enum replica_state, never REPLICA_BEHIND */
    atomic_uint_fast64_t size;
    atomic_uint_fast64_t generation;
    atomic_int_fast64_t seen_us;  /* monotonic: when it was asked for that */
    atomic_int_fast64_t whole_us; /* monotonic: when it last had all that the primary had */
    atomic_bool is_suspected;     /* who read from it was failed; until it has been looked at */
    atomic_uint_fast64_t reads;
    atomic_uint_fast64_t failed;
};

struct replicas {
    struct replicas_settings settings;
    struct queue *wakeup;
    struct arena *arena; /* of conninfos and places */
    pthread_mutex_t lock;
    char identity[REPLICA_IDENTITY_SIZE]; /* of the primary; "": not known yet; under the lock */
    struct replica replicas[MOST_READ_URLS];
};

/* replicas.c: has the primary said who it is? Before that no replica can be told from another server. */
bool replicas_know_primary(struct replicas *replicas);

/* replica_watch.c: the thread of one. */
void replica_watch(void *replica);

/* Somebody asked it and was failed: nobody else asks it until its watcher has. Any thread. */
void replica_suspect(struct replica *replica);

/* replica_position.c */

/* Which PostgreSQL cluster and which database in it. */
MUST_USE enum status
replica_identity(struct db *db, char out[REPLICA_IDENTITY_SIZE], struct error *error);

struct replica_position {
    char schema[REPLICA_SCHEMA_SIZE]; /* of the serving set */
    uint64_t generation;              /* of serving */
    uint64_t size;                    /* of the ledger that the set reflects */
};

/* How far the server has come, if it is a standby and that is a position on this ledger; else why it
 * must not be asked, with a code that replica_state_of() knows. */
MUST_USE enum status replica_position(
    struct db *db, struct ledger *ledger, struct replica_position *out, struct error *error);

/* Connects to a replica, and checks that it is one of the primary's database. Given to the caller. */
MUST_USE enum status replica_open(
    const struct replica *replica, int statement_timeout_ms, struct db **out, struct error *error);

/* What an error of these means for the replica, and what to do about it. */
enum replica_state replica_state_of(const struct error *error);
const char *replica_remedy(enum replica_state state);

#endif
