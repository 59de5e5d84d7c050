/*
 * A client of one HTTP or HTTPS server, on a loop: requests, each with its answer or the reason why
 * there is none, over connections that are kept for the next.
 *
 *   web_ask ─► an idle connection, or a new one ─► answer whole, or too late, or no answer ─► done
 *
 * Names are asked of the name servers of /etc/resolv.conf and looked up in /etc/hosts, by libevent:
 * the C library's own way (NSS) is not open to a program that is linked statically. Of HTTPS the
 * certificate is verified for the host's name, always.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEB_WEB_H
#define CORE_WEB_WEB_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stddef.h>
#include <stdint.h>

struct loop;
struct web;
struct web_call;

enum { WEB_LARGEST_ANSWER = 16 << 20 };

/* `origin`: "https://fleet.example:8443", without a path. `ca_file`: PEM, or NULL for what the system
 * trusts, wherever its distribution keeps that. STATUS_INVALID where either cannot be used. Given to
 * the caller; all on the loop's thread. */
MUST_USE enum status web_new(
    struct loop *loop,
    struct text origin,
    const char *ca_file,
    struct web **out,
    struct error *error);

/* Ends all calls without a word; once its loop runs no more. Accepts NULL. */
void web_free(struct web *web);

struct web_header {
    const char *name;
    const char *value;
};

struct web_request {
    bool is_post;     /* with a body; else GET */
    const char *path; /* with query, if any */
    const struct web_header *headers;
    size_t header_count;
    struct text body;
    int64_t timeout_us; /* for all of it */
};

/* Borrowed during the call of `done`. */
struct web_reply {
    int status; /* 0: there is none */
    struct text content_type;
    struct text body;
    const char *problem; /* why there is none, in plain words */
    const void *headers; /* for web_reply_header(); NULL: none */
};

/* The value of a header, borrowed as the reply is; absent without it. */
struct text web_reply_header(const struct web_reply *reply, const char *name);

typedef void web_done(void *context, const struct web_reply *reply);

/* Asks; `done` is called once, later, on the loop. The request is copied. Where a connection that was
 * kept turns out to be gone it is sent again on another one, so requests must bear to be sent twice. */
struct web_call *
web_ask(struct web *web, const struct web_request *request, web_done *done, void *context);

/* Ends it without a word. Not after `done`. Accepts NULL. */
void web_cancel(struct web_call *call);

#endif
