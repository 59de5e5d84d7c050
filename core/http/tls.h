/*
 * TLS of a server: certificate and key from files, TLS 1.2 at least, ALPN "http/1.1".
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_TLS_H
#define CORE_HTTP_TLS_H

#include "core/base/error.h"

struct ssl_ctx_st;
struct bufferevent;
struct event_base;

/* Reads a PEM chain and its key. Given to the caller. */
MUST_USE enum status http_tls_new(
    const char *certificate_file,
    const char *key_file,
    struct ssl_ctx_st **out,
    struct error *error);
void http_tls_free(struct ssl_ctx_st *tls); /* accepts NULL */

/* An accepted socket that will do its handshake as server; it closes `fd` when freed. NULL when
 * memory is gone: then `fd` stays the caller's. */
struct bufferevent *http_tls_accept(struct ssl_ctx_st *tls, struct event_base *base, int fd);

/* Says goodbye on the connection, as far as that can be done without waiting. */
void http_tls_goodbye(struct bufferevent *bev);

#endif
