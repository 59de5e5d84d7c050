/*
 * What the files of this folder share: the server that is asked, and the way there. For files of
 * core/web only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEB_WEB_INTERNAL_H
#define CORE_WEB_WEB_INTERNAL_H

#include "core/web/trust.h"
#include "core/web/web.h"

struct evdns_base;
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

#endif
