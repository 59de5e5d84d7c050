/*
 * A site for whole-server tests: a home directory and the server that runs there, a process of its
 * own on a free port of the loopback, with an environment of the test's choosing.
 *
 *   given_site() ─► given_running() ─► stop_server() | kill_server() ─► given_running() …
 *
 * Every wait is bounded; a server that does not come up ends the test program with its log. The
 * server ends with the test (end_sites() is each suite's tear-down), and with the test program
 * however that ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_SITE_H
#define TESTS_E2E_SITE_H

#include "core/base/arena.h"
#include "core/base/timestamp.h"
#include "tests/support/expect.h"

#include <sys/types.h>

enum { MOST_SETTINGS = 24 };

struct site {
    struct arena *arena; /* of everything the test makes; ends with it */
    const char *home;
    const char *log;                     /* file of all that its server prints */
    const char *settings[MOST_SETTINGS]; /* "NAME=value", NULL-ended; may be added to */
    pid_t server;                        /* 0: none runs */
    int end;                             /* how it ended by itself, before anybody asked */
    int port;                            /* changes with every start */
    int net; /* that all of it runs in (nets.h); NO_NET: the test's own */
    struct site *next;
};

/* An empty home and the usual settings: any port, no limit of rates, a known first admin. NULL as
 * `database` lets the server bring its own PostgreSQL. Nothing runs yet. */
struct site *given_site(const char *database);

/* Replaces the setting, or adds it. */
void given_setting(struct site *site, const char *name, const char *value);

/* Started, and no more than that. */
void given_starting(struct site *site);
/* Started, and saying where it listens. */
void given_listening(struct site *site);
/* Started, and answering /health (but perhaps not yet ready). */
void given_started(struct site *site);
/* Started, and ready. */
void given_running(struct site *site);
/* The same where it may end by itself before it is ready: false then, and wait_for_end() tells how. */
bool given_up_or_dead(struct site *site);

/* SIGTERM; the exit code, or minus the signal that ended it, or -1000 after 60 s. */
int stop_server(struct site *site);
/* SIGKILL, and waits for its end. */
void kill_server(struct site *site);
/* Waits up to 60 s for a server that was told to end. */
int wait_for_end(struct site *site);

/* Runs the program to its end (at most 120 s) with the site's settings: `arguments` is NULL-ended
 * and begins with the sub-command. */
struct program_run {
    int exit_code; /* as of stop_server() */
    struct text output;
};
struct program_run run_program(struct site *site, const char *const *arguments);
#define RUN(site, ...) run_program((site), (const char *const[]){__VA_ARGS__, NULL})

/* The same without waiting; its output goes to `log`. And of another program than the server. */
pid_t start_program(struct site *site, const char *const *arguments, const char *log);
pid_t start_other_program(
    struct site *site, const char *program, const char *const *arguments, const char *log);
int program_ended(pid_t pid, int64_t within_us);

/* "--name=value"; where the server is; and a file of that content. */
const char *flag(const struct site *site, const char *name, const char *value);
const char *url_of(const struct site *site);
const char *saved(const struct site *site, struct text content);

/* Does `fleetledger verify` find that all of it holds? */
void expect_holds(struct site *site);

/* Tear-down: ends what still runs, prints the servers' logs if a check of the test has failed. */
void end_sites(void);

/* What a file holds, in the arena; "" when it is missing. */
struct text contents_of(struct arena *arena, const char *path);

/* Checks again and again, for so many seconds at most. */
#define expect_within(seconds, condition)                                                          \
    do {                                                                                           \
        int64_t until_us = monotonic_us() + (seconds)*US_PER_S;                                    \
        bool holds = (condition);                                                                  \
        while (!holds && monotonic_us() < until_us) {                                              \
            wait_a_little();                                                                       \
            holds = (condition);                                                                   \
        }                                                                                          \
        expect_at(holds, __FILE__, __LINE__, #condition ", within " #seconds " s");                \
    } while (0)
#define expect_soon(condition) expect_within(30, condition)
void wait_a_little(void); /* 10 ms */

#endif
