/*
 * What the process is made of while it serves or carries out an order, for the files serve*.c only.
 *
 *   serve.c        threads, from start to end        serve_parts.c  opening storage, making parts
 *   serve_role.c   whom the home follows or leads    serve_order.c  orders on a stopped home
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef SERVE_INTERNAL_H
#define SERVE_INTERNAL_H

#include "api/identity/first_start.h"
#include "api/outbound/sender.h"
#include "api/server.h"
#include "api/setup/setup_guard.h"
#include "commands/history.h"
#include "eventlog/leadership.h"
#include "projections/engine.h"
#include "replay/derived_files.h"
#include "replay/follower.h"
#include "replay/herald.h"
#include "replay/lease.h"
#include "serve.h"

#include <stdatomic.h>

enum { IDENTITY_ARENA = 64 << 10, WRITER_QUEUE = 4096, MOST_THREADS = 512 };

/* Everything that lives as long as the process serves. */
struct app {
    const struct settings *settings;
    const struct settings_given *given;
    const struct data_dir_settings *where;
    struct arena *arena;
    struct timezone_list *timezones;
    struct policy policy;
    struct data_dir data_dir;
    struct derived_files derived;
    bool is_declaring; /* an origin, or what was restored, on a stopped home */
    bool is_following; /* a leader: see the table of threads */
    struct leader leader;
    struct following following;
    struct follower *follower;
    struct leadership leadership;
    struct lease *lease;     /* NULL: an operator says who leads. Outlives the app */
    bool is_to_lead;         /* a follower that has the lease: it is started again, as a leader */
    struct holders *holders; /* NULL on a follower, who acknowledges nothing */
    struct herald *herald;   /* of a home that succeeds another; else NULL */
    atomic_bool is_to_begin_anew; /* as another release, perhaps: see upgrader.h */
    bool has_stood_down;          /* what a leader does of itself has ended: another one leads */
    struct forward *forward;
    struct signer *signer;
    struct ledger_history history; /* the writer's */
    struct indexer *indexer;
    struct writer *writer;
    struct progress progress; /* of the engine */
    struct outbox_figures outbox;
    struct engine *engine;
    struct monitor *monitor;
    struct server *server;
    struct sender *sender;
    struct sinks *sinks;
    struct releases *releases;        /* of the agent … */
    struct releases *server_releases; /* … and of this program */
    struct upgrader *upgrader;
    struct vault *vault;
    struct archiver *archiver;
    struct control *control;
    struct setup_guard *setup; /* NULL: it is set up */
    struct first_sign_in first;
    struct loop **loops;
    size_t loop_count;
    size_t worker_count;
    struct worker_settings readers;
    struct worker_settings plain_workers;
    struct worker_settings large_workers;
    struct worker_settings outward_workers;
    struct worker_settings hashers;
    struct thread *threads[MOST_THREADS];
    size_t thread_count;
    int64_t mended_us; /* monotonic: when the database was made anew; 0: not yet */
};

/* serve_role.c: whose ledger is it? That of a leader is never written to by anything but the leader. Before the home
 * is opened. */
MUST_USE enum status serve_settle_role(struct app *app, struct error *error);
/* It begins no other thing before its promotion has ended: STATUS_CONFLICT, code "home_promoting". */
MUST_USE enum status serve_refuse_promoting(const char *home, struct error *error);
/* What pulls, of a follower. */
MUST_USE enum status serve_make_follower(struct app *app, struct error *error);
/* Which ledger the lease is about, and how far it is. */
void serve_tell_lease(struct app *app);
/* What tells a former leader, in a home that succeeds one. */
MUST_USE enum status serve_make_herald(struct app *app, struct error *error);

/* serve_parts.c: ledger, keys, database, derived files and signer. */
MUST_USE enum status serve_open_storage(struct app *app, struct error *error);
/* All of that, and all parts; then the threads may start. */
MUST_USE enum status serve_open_all(struct app *app, struct error *error);
/* Everything answers now. */
void serve_has_come_up(const struct app *app);
void serve_free_all(struct app *app); /* half-made ones, too */
/* What finds out which releases there are, and carries upgrades out: threads of their own. */
void serve_run_releases(void *releases);
void serve_stop_releases(struct app *app);
void serve_run_upgrader(void *upgrader);
void serve_stop_upgrader(struct app *app);

/* serve_order.c: which process had the lease and began to promote this home; UUID_NONE: none, or it was finished. */
struct uuid serve_interrupted_holder(const struct data_dir_settings *where);
/* Lets the lease know that home, which nobody serves. */
MUST_USE enum status serve_tell_lease_of_home(const struct app *beginning, struct error *error);

#endif
