/*
 * A channel of a Redis server (publish and subscribe, Redis 7): one side publishes, the other listens.
 *
 *   any thread ──redis_publish──► queue ──► [Redis] ──► heard(), on the thread of the one who listens
 *
 * Each is a thread of its own with one connection: whatever Redis does, slow, flooding or away, holds nobody up
 * but that thread. What cannot be sent now is dropped and counted, never kept: a channel keeps nothing either.
 * A connection that ends, or does not answer for 6 s, is made anew, after pauses that grow from 100 ms to 10 s.
 *
 * hiredis speaks the protocol, libevent carries it: the hiredis of Debian 12 has no TLS, and asks for names in a
 * way that blocks. Of rediss:// the certificate is verified.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REDIS_REDIS_H
#define CORE_REDIS_REDIS_H

#include "core/base/attributes.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>

struct redis;

enum { REDIS_LARGEST_MESSAGE = 256 << 10, REDIS_MOST_WAITING = 4096 };

enum redis_role { REDIS_PUBLISHES, REDIS_LISTENS };

enum redis_state { REDIS_CONNECTING, REDIS_READY, REDIS_AWAY };
extern const char *const redis_state_names[]; /* "connecting", … */

struct redis_settings {
    /* redis://[user][:password@]host[:port], rediss:// with TLS, or unix:///path of a socket. A database's
     * number behind it means nothing: channels belong to none. */
    struct text url;
    const char *ca_file; /* PEM, of rediss://; NULL: what the system trusts */
    struct text channel;
    enum redis_role role;
    /* Of the one who listens: a message, from whoever may publish there; borrowed during the call. */
    void (*heard)(struct bytes message, void *context);
    void *context;
};

/* STATUS_INVALID, code "redis_url_invalid" or "tls_trust". No text of an error has what the URL says. Given. */
MUST_USE enum status
redis_new(const struct redis_settings *settings, struct redis **out, struct error *error);
void redis_free(struct redis *redis); /* after its thread; accepts NULL */

/* Until redis_stop(). A thread of its own. */
void redis_run(void *redis);
void redis_stop(struct redis *redis); /* any thread; accepts NULL */

/* Sends a message, which is copied, to whoever listens now. Dropped, and counted, while Redis is away or too
 * much waits already. Of the one who publishes; any thread. */
void redis_publish(struct redis *redis, struct bytes message);

/* Any thread. */
struct redis_figures {
    enum redis_state state;
    uint64_t published; /* handed to Redis */
    uint64_t dropped;   /* not handed to it */
    uint64_t heard;
    uint64_t lost; /* connections that ended, or were never made */
};
struct redis_figures redis_figures(const struct redis *redis);

/* Is it a URL that redis_new() takes? */
bool redis_url_is_valid(struct text url);

#endif
