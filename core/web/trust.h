/*
 * TLS for clients: whom they trust, and sockets that verify it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEB_TRUST_H
#define CORE_WEB_TRUST_H

#include "core/base/attributes.h"
#include "core/base/error.h"

struct bufferevent;
struct event_base;
struct ssl_ctx_st;

/* The trust of a client: the named file, or the system's where that is NULL. STATUS_INVALID where it cannot be
 * read. Given. */
MUST_USE enum status
web_trust_new(const char *ca_file, struct ssl_ctx_st **out, struct error *error);
void web_trust_free(struct ssl_ctx_st *tls); /* accepts NULL */

/* A socket that is not connected yet, on the loop of that base; with TLS for that host unless `tls` is NULL. Given. */
struct bufferevent *
web_trust_socket(struct event_base *base, struct ssl_ctx_st *tls, const char *host);

/* What went wrong with TLS on the way, or NULL. A constant text. */
const char *web_trust_problem(struct bufferevent *bev);

#endif
