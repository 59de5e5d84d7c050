/*
 * HTTP/1.1 (RFC 9110, RFC 9112): a strict incremental parser on bufferevents, and exchanges.
 *
 *   socket ─► connection (state machine on its loop) ─► exchange ─► handler (api)
 *     ▲                                                                │ http_answer()
 *     └──────────────────────────── response bytes ◄──────────────────┘
 *
 * One server listens on every loop given to it, each with a socket of its own (SO_REUSEPORT).
 * A request is whole (head and body in the exchange's arena) before the handler is called.
 * Refused with 400 and a closed connection: anything that a proxy in front may frame otherwise
 * (both Content-Length and Transfer-Encoding, repeated Content-Length, obs-fold, bare CR or LF,
 * blanks before a colon, unknown transfer codings, HTTP/1.1 without exactly one Host).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_HTTP_H
#define CORE_HTTP_HTTP_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/http/address.h"
#include "core/run/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct http_header {
    struct text name; /* as sent; compared ignoring case */
    struct text value;
};

struct http_request {
    struct text method; /* "GET" */
    struct text target; /* as sent: "/api/v1/nodes?limit=5" */
    struct text path;   /* up to "?", still percent-encoded */
    struct text query;  /* after "?", absent without one */
    struct text body;   /* empty when there was none */
    const struct http_header *headers;
    size_t header_count;
    struct text remote_address; /* "127.0.0.1", "::1": of the client, as trusted proxies tell */
    struct text public_host;    /* that the client asked for, "fleet.example:8443"; maybe absent */
    bool is_tls;                /* the client came by https */
    bool is_http10;
};

/* The value of a header (the first, if repeated), absent if there is none. */
struct text http_header(const struct http_request *request, const char *name);

/*
 * One request and its answer. It lives on its loop until answered; the connection may die
 * earlier. Other threads carry the pointer but only look at `request` and use `arena`; answering
 * is done on the loop (post a mail there).
 */
struct http_exchange;

const struct http_request *http_request(const struct http_exchange *exchange);
/* The exchange's arena: lives until the answer is sent. Handed to whoever works on the call. */
struct arena *http_arena(const struct http_exchange *exchange);
struct loop *http_loop(const struct http_exchange *exchange);

/* The owner's own data. */
void http_set_owner(struct http_exchange *exchange, void *owner);
void *http_owner(const struct http_exchange *exchange);

/* Has the peer gone? A peer that merely ends its sending counts too, because a closed socket looks
 * the same at first; its answer is sent all the same. Loop thread only. */
bool http_is_abandoned(const struct http_exchange *exchange);

/* Called on the loop when the peer goes away before the answer; at most once; the exchange stays
 * valid until http_answer(). A peer that has gone already is told of on the next turn. NULL for
 * none. Loop thread only. */
void http_on_abandoned(struct http_exchange *exchange, void (*run)(void *owner));

struct http_answer {
    int status;
    const struct http_header *headers; /* without Content-Length, Connection, Date; those and any
                                          with control signs are left out */
    size_t header_count;
    struct text body;
    /* Whose memory `body` lies in: taken, emptied at once and freed when it is sent. NULL: what the
     * socket does not take at once is copied. */
    struct buf *storage;
    bool is_lasting; /* `body` outlives the server: sent from where it lies, held by nobody */
    bool is_packed;  /* the body is gzip's, see gzip.h */
    bool varies_by_encoding; /* by the peer's Accept-Encoding it might have been packed, or not */
};

/* Sends the answer (for HEAD without its body) and ends the exchange: neither it nor its arena
 * may be touched afterwards. Loop thread only. A peer that has gone gets nothing. */
void http_answer(struct http_exchange *exchange, const struct http_answer *answer);

/* Lets the body in, up to so many bytes: 413 beyond. In on_head() or later; until then not a byte of
 * it is read, and nobody is told to continue. Loop thread only; where the peer has gone meanwhile the
 * exchange ends. */
void http_admit(struct http_exchange *exchange, size_t limit_bytes);

/* How many bytes the body has, as its head says; SIZE_MAX when it does not say (chunked). */
size_t http_declared_bytes(const struct http_exchange *exchange);

struct http_handler {
    /* A whole request. Loop thread. The handler must see to it that http_answer() is called once. */
    void (*on_request)(struct http_exchange *exchange, void *context);
    /* A whole head. The handler must see to it that http_admit() or http_answer() is called once. Loop
     * thread. */
    void (*on_head)(struct http_exchange *exchange, void *context);
    /* Fills the answer to a request that never became one (400, 408, 413, 414, 431, 501, 503);
     * body and headers go into the arena. Loop thread. */
    void (*on_malformed)(
        int status,
        const char *reason,
        struct arena *arena,
        struct http_answer *out,
        void *context);
    /* The exchange ends, and with it what its owner keeps beside it. Only after on_head(). NULL for
     * none. Loop thread. */
    void (*on_end)(struct http_exchange *exchange, void *context);
    void *context;
};

struct http_settings {
    const char *host; /* address to listen on: "127.0.0.1", "::", … or a Unix socket's path with
                         "unix:" before it */
    int port;         /* 0: any free one, see http_server_port() */
    const char *tls_certificate_file; /* PEM chain, NULL for plain HTTP */
    const char *tls_key_file;
    /* Whose word on clients counts: proxies. NULL: nobody's. Borrowed. */
    const struct http_networks *trusted_proxies;
    bool expects_proxy_header; /* from trusted proxies, before anything else (PROXY protocol v2) */
    size_t max_connections;    /* across all loops; beyond it new ones get 503 and are closed */
    size_t max_head_bytes;     /* request line and headers: 431 beyond */
    size_t arena_bytes;        /* ceiling of an exchange's arena beside its body */
    int64_t head_timeout_us;   /* from the first byte of a request to the end of its head: 408 */
    int64_t body_timeout_us;   /* the whole body: 408 */
    int64_t idle_timeout_us;   /* between requests of a connection: closed */
    int64_t write_timeout_us;  /* the whole answer: closed */
    int64_t pace_us;           /* every so often bodies and answers are looked at (0: never), … */
    size_t pace_bytes;         /* … and must have come on by so much: else 408, or closed */
    size_t
        held_bytes; /* of bodies, unsent answers and messages, across all loops: 503 beyond for what
                                  is over 64 KiB, beyond twice as many for all; 0: no end */
};

struct http_server;

/* Listens on every loop (their threads need not run yet). `handler` is borrowed until the server
 * is freed. On failure (address in use, unreadable key) an error and no server. */
MUST_USE enum status http_server_new(
    const struct http_settings *settings,
    const struct http_handler *handler,
    struct loop *const *loops,
    size_t loop_count,
    struct http_server **out,
    struct error *error);

/* The port in use. */
int http_server_port(const struct http_server *server);

/* Stops accepting, closes idle connections, lets exchanges in flight finish ("Connection: close").
 * Any thread. */
void http_server_drain(struct http_server *server);

/* Bytes of bodies, and of unsent answers and messages, across all loops. Any thread. */
size_t http_server_held(const struct http_server *server);

/* WebSockets that are open, and those that were dropped because they were slow. Any thread. */
size_t http_server_sockets(const struct http_server *server);
size_t http_server_slow_sockets(const struct http_server *server);

/* Exchanges not answered yet, across all loops. Any thread. */
size_t http_server_in_flight(const struct http_server *server);
size_t http_server_connections(const struct http_server *server);

/* After all loops have ended. Accepts NULL. */
void http_server_free(struct http_server *server);

#endif
