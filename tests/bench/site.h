/*
 * A server under measurement: a process of its own with its private PostgreSQL, on a free port of the
 * loopback, and the admin who is signed in there.
 *
 *   site_start() ─► site_sign_in() ─► site_ask() … ─► site_stop()
 *   = site_begin() ─► site_await()
 *
 * Every wait is bounded.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_SITE_H
#define TESTS_BENCH_SITE_H

#include "core/base/arena.h"
#include "tests/bench/http_client.h"
#include "tests/bench/place.h"

#include <sys/types.h>

/* Opens the one-step registration of agents. */
#define SITE_ENROLLMENT_TOKEN "enrollment token of the benchmark"
/* Over the keys of personal data; generated ledgers have the same. */
#define SITE_SECRET "secret of the benchmark"
/* Who may do everything, of empty homes and of generated ledgers. */
#define SITE_ADMIN_EMAIL    "admin@fleet.example"
#define SITE_ADMIN_PASSWORD "a long enough password"

struct bench;

struct site {
    struct arena *arena; /* the caller's */
    const char *log;     /* file of all that the server prints */
    pid_t server;
    pid_t postgres;       /* the postmaster of a PostgreSQL of its own, else 0 */
    const char *conninfo; /* of its PostgreSQL */
    int port;
    struct http_client client; /* for what is asked between measurements */
    int64_t asked_us;          /* when, the last time */
    struct text admin;         /* header line of the admin, once signed in */
};

struct site_order {
    const char *program;         /* NULL: the one beside this program */
    const struct place *home;    /* of an earlier run, or empty */
    const char *const *settings; /* "NAME=value", NULL-ended, on top of the usual ones; or NULL */
    const char *database;        /* URL of the PostgreSQL that it uses; NULL: it has its own */
};

/* Starts the server, with no limit of rates and nothing that times out meanwhile, and waits until it
 * is ready, at most an hour. site_stop() in any case. */
MUST_USE enum status site_start(
    struct site *site, const struct site_order *order, struct arena *arena, struct error *error);

/* The same in two steps, where another server must be there before this one can be ready: the first waits
 * until it listens. */
MUST_USE enum status site_begin(
    struct site *site, const struct site_order *order, struct arena *arena, struct error *error);
MUST_USE enum status
site_await(struct site *site, const struct site_order *order, struct error *error);

MUST_USE enum status site_sign_in(struct site *site, struct error *error);

/* Waits for the end. */
void site_stop(struct site *site);

/* Has a site measured that starts on an empty home, and ends with it, whatever happens. `context` goes to
 * `measure`. */
MUST_USE enum status site_measure(
    const struct bench *bench,
    enum status (*measure)(
        const struct bench *bench, struct site *site, void *context, struct error *error),
    void *context,
    struct error *error);

/* Runs another sub-command to its end, at most half an hour, with the same settings; `arguments` is
 * NULL-ended. What it prints goes to a file. STATUS_INVALID when it does not end well. */
MUST_USE enum status site_run(
    const struct site_order *order,
    const char *const *arguments,
    const char *log,
    struct arena *arena,
    struct error *error);

/* Name of the schema that holds its read models, in the arena: there must be one set. */
MUST_USE enum status site_schema(const struct site *site, const char **out, struct error *error);

/* A request, written out for a keep-alive connection; `body` absent for none. */
struct site_request {
    const char *method;
    struct text path; /* from the root */
    struct text body;
    struct text headers; /* lines with their ends */
};
void site_write_request(const struct site_request *request, struct buf *out);

/* Asks, as the admin unless it has headers of its own, and gives whatever is answered, borrowed until the
 * next request. */
MUST_USE enum status site_exchange(
    struct site *site,
    const struct site_request *request,
    struct http_answer *out,
    struct error *error);

/* The same; STATUS_INVALID when the answer has another status than the `wanted` one. site_ask() gives its
 * body. */
MUST_USE enum status site_fetch(
    struct site *site,
    const struct site_request *request,
    int wanted,
    struct http_answer *out,
    struct error *error);
MUST_USE enum status site_ask(
    struct site *site,
    const struct site_request *request,
    int wanted,
    struct text *out_body,
    struct error *error);

/* Adds processor time of the server in a second, µs, while nobody asks it anything: `times` of them, each over so many
 * seconds. */
struct samples;
MUST_USE enum status site_measure_idle(
    const struct site *site, int seconds, int64_t times, struct samples *out, struct error *error);

/* A plain metric of the server by its name without "fleetledger_". */
MUST_USE enum status
site_metric(struct site *site, const char *name, int64_t *out, struct error *error);

/* Until its read models show all that is on its ledger, at most a minute; gives how long that took. Asks again and again. */
MUST_USE enum status site_await_shown(struct site *site, double *out_ms, struct error *error);

#endif
