/*
 * HTTP for whole-server tests: a connection for each request, the answer whole. Whoever does not
 * want to wait begins a request and finishes it later.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_CLIENT_H
#define TESTS_E2E_CLIENT_H

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "tests/e2e/document.h"
#include "tests/e2e/site.h"

/* Somebody who asks a site's server. Of one thread, with an arena of its own thread. */
struct client {
    struct site *site;
    struct arena *arena; /* of answers */
    const char *headers; /* who it is, sent with every request; lines with their ends. Or NULL */
};

struct reply {
    int status;       /* 0: none came */
    struct text head; /* with the empty line */
    struct text body;
};

/* The path is below /api/v1, unless it is / or one of those at the root. */
PRINTF_LIKE(4, 5)
struct reply
ask(const struct client *client, const char *method, const char *body, const char *path, ...);

/* A bare connection, or -1. Waits up to a minute for what comes. */
int connection_to(const struct site *site);

/* Sends the request; the connection, or -1. */
PRINTF_LIKE(4, 5)
int begin(const struct client *client, const char *method, const char *body, const char *path, ...);
/* The same as the last thing that is sent: the end of sending travels in one packet with it. */
PRINTF_LIKE(4, 5)
int begin_and_end(
    const struct client *client, const char *method, const char *body, const char *path, ...);
/* Waits for the answer and closes. */
struct reply finish(const struct client *client, int connection);

/* The same client with more headers. */
PRINTF_LIKE(2, 3)
struct client with(const struct client *client, const char *headers, ...);

/* A body, with ' for ". */
PRINTF_LIKE(2, 3) const char *body(const struct client *client, const char *format, ...);

/* The value at a path of names and numbers ("task.id", "0.name"): of a string its text, of
 * anything else its JSON; absent when there is none. */
struct text value_at(const struct client *client, struct reply reply, const char *path);

/* The value of a header of the answer, absent without it. */
struct text header_of(const struct reply *reply, const char *name);

/* A plain metric of the server, by its name without "fleetledger_". -1 when it is not told. */
int64_t metric_of(struct site *site, const char *name);

#define expect_answer(reply, wanted) expect_answer_at((reply), (wanted), __FILE__, __LINE__)
#define expect_value(client, reply, path, wanted)                                                  \
    expect_text_at(value_at((client), (reply), (path)), text_from(wanted), __FILE__, __LINE__, path)
void expect_answer_at(struct reply reply, int wanted, const char *file, int line);

#endif
