/*
 * What the files of this folder share: the server that is asked, and the way there. For files of
 * core/web only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEB_WEB_INTERNAL_H
#define CORE_WEB_WEB_INTERNAL_H

#include "core/web/web.h"

struct bufferevent;
struct evdns_base;
struct ssl_ctx_st;
struct web_connection;

struct web {
    struct loop *loop;
    char *host; /* as in the origin, of an IPv6 address without brackets */
    char *host_header;
    int port;
    struct ssl_ctx_st *tls; /* NULL: plain HTTP */
    struct evdns_base *names;
    struct web_call *calls;
    struct web_connection *idle;
};

/* The trust of a client: the named file, or the system's. STATUS_INVALID where it cannot be read. */
MUST_USE enum status
web_trust_new(const char *ca_file, struct ssl_ctx_st **out, struct error *error);
void web_trust_free(struct ssl_ctx_st *tls); /* accepts NULL */

/* A socket that is not connected yet, with TLS where the origin has it; given. */
struct bufferevent *web_trust_socket(struct web *web);

/* What went wrong with TLS on the way, or NULL. A constant text. */
const char *web_trust_problem(struct bufferevent *bev);

/* Name servers anew: they may have changed since they were read, as they do with networks. */
void web_renew_names(struct web *web);

#endif
