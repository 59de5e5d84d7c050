/*
 * One connection to a Redis server, on a loop: from being made to its end.
 *
 *   made ──► greeting (AUTH; PING or SUBSCRIBE) ── all answered ──► ready ──► ended, and the reason said
 *               └────────────── refused, silent, broken ────────────────────────┘
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REDIS_REDIS_LINE_H
#define CORE_REDIS_REDIS_LINE_H

#include "core/redis/redis.h"
#include "core/redis/redis_url.h"

struct evdns_base;
struct loop;
struct redis_line;
struct ssl_ctx_st;

struct redis_line_settings {
    struct loop *loop;
    struct evdns_base
        *names; /* outlives the loop: libevent looks up on after a connection is given up */
    const struct redis_url *url;
    struct ssl_ctx_st *tls; /* NULL: none */
    struct text channel;
    enum redis_role role;
    /* On the loop, not within redis_line_new(). */
    void (*ready)(void *context);
    void (*heard)(struct bytes message, void *context);
    /* Once; then only redis_line_free(). The reason is ours or a code of Redis's. */
    void (*ended)(const char *reason, void *context);
    void *context;
};

/* Borrows what the settings point to. All on the loop's thread, or once that has ended. */
struct redis_line *redis_line_new(const struct redis_line_settings *settings);
void redis_line_free(struct redis_line *line); /* also within its calls; accepts NULL */

/* Asks for a sign of life; ends a connection that has given none for 6 s. Called every second or so. */
void redis_line_look(struct redis_line *line);

/* False: it is not ready, or too much of what was sent before waits. */
MUST_USE bool redis_line_publish(struct redis_line *line, struct bytes message);

#endif
