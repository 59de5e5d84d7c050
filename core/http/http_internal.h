/*
 * What the files of core/http share: the server, its part on each loop, exchanges.
 *
 *   http_server ──1:n──► http_listener (one a loop) ──1:n──► http_connection ──1:0..1──► exchange
 *
 * All but the atomics of the server is touched on the listener's loop alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_HTTP_INTERNAL_H
#define CORE_HTTP_HTTP_INTERNAL_H

#include "core/http/http.h"

#include <stdatomic.h>

struct evconnlistener;
struct ssl_ctx_st;
struct http_connection;
struct http_preface;
struct http_stream;
struct websocket;

enum { HTTP_LARGE_BYTES = 65536 };

struct http_listener {
    struct http_server *server;
    struct loop *loop;
    struct evconnlistener *acceptor;     /* NULL once draining */
    struct loop_timer *pause;            /* after accept() failed for want of descriptors */
    int spare;                           /* a descriptor kept to tell so; -1: none to be had */
    struct http_connection *connections; /* a list, see connection.c */
    struct http_preface *prefaces;       /* a list, see preface.c */
    struct http_exchange *exchanges;     /* a list, see exchange.c */
    struct loop_message drain;
};

struct http_server {
    struct http_settings settings;
    char *host; /* settings.host */
    const struct http_handler *handler;
    struct ssl_ctx_st *tls; /* NULL for plain HTTP */
    int port;
    struct http_listener *listeners;
    size_t listener_count;
    bool is_listening;
    atomic_bool is_draining;
    atomic_size_t in_flight;
    atomic_size_t connections;
    atomic_int_fast64_t shortage_said_us; /* 0: never */
    atomic_size_t held;                   /* bytes of bodies, unsent answers and messages */
    atomic_size_t sockets;                /* WebSockets that are open, … */
    atomic_size_t slow_sockets;           /* … and were dropped because they were slow */
    atomic_size_t streams;                /* the same of streamed answers */
    atomic_size_t slow_streams;
};

struct http_exchange {
    struct http_listener *listener;
    struct http_connection *connection; /* NULL once it is closed */
    struct arena *arena;
    struct http_request request;
    char *body;  /* heap, or NULL */
    size_t held; /* bytes of the body that the server counts */
    size_t declared_bytes;
    bool has_asked; /* on_head() was called */
    void *owner;
    void (*on_abandoned)(void *owner);
    bool is_in_flight; /* with the handler, which owes http_admit() or http_answer() */
    bool is_abandoned;
    struct loop_message notice; /* tells a late on_abandoned */
    struct loop_message destroy_message;
    struct http_exchange *next;
    struct http_exchange **link; /* what points here */
};

/* exchange.c */
struct http_exchange *
http_exchange_new(struct http_listener *listener, struct http_connection *connection);
void http_exchange_free(struct http_exchange *exchange);
/* The head is whole: the handler has it until http_admit() or http_answer(). */
void http_exchange_ask(struct http_exchange *exchange);
/* The request is whole: the handler has it until http_answer(). */
void http_exchange_hand_over(struct http_exchange *exchange);
/* The handler gives it back. */
void http_exchange_take_back(struct http_exchange *exchange);
/* Counts a body of so many bytes; false when the server holds too much. */
MUST_USE bool http_exchange_hold(struct http_exchange *exchange, size_t size);
/* The same of anything that comes in pieces; `*counted` is what is counted of it so far. */
bool http_server_hold(struct http_server *server, size_t *counted, size_t size);
/* The peer has gone: tells the owner, once. */
void http_exchange_abandon(struct http_exchange *exchange);

/* connection.c */
/* Takes an accepted socket. */
void http_connection_open(
    struct http_listener *listener, int fd, const struct http_address *address);
/* Its exchange, which the handler has had, ends; after this head it carries a WebSocket. */
void http_connection_upgrade(
    struct http_connection *connection, struct websocket *websocket, struct text head);
/* Its exchange, which the handler has had, ends; after this head it carries a stream. */
void http_connection_stream(
    struct http_connection *connection, struct http_stream *stream, const struct http_answer *head);
/* The server drains: closes every connection of the listener that is idle. */
void http_connections_drain(struct http_listener *listener);
/* The loop has ended: frees every connection of the listener at once. */
void http_connections_free(struct http_listener *listener);

/* preface.c */
/* Takes an accepted socket of a trusted proxy: opens a connection once it has said whose it is. */
void http_preface_open(struct http_listener *listener, int fd, const struct http_address *proxy);
/* The server drains, or the loop has ended: closes every one that is still waited for. */
void http_prefaces_drain(struct http_listener *listener);
void http_prefaces_free(struct http_listener *listener);

#endif
