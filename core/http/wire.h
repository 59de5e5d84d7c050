/*
 * One socket with its buffers, plain or TLS: the only file that a connection needs to know of
 * libevent. Input is bounded by a window; output is sent at once where the socket takes it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_WIRE_H
#define CORE_HTTP_WIRE_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct ssl_ctx_st;
struct http_wire;

/* Takes the accepted socket. `tls` NULL for plain HTTP. `changed` is called on the loop whenever
 * one of the questions below has a new answer, never from inside a call of ours. Given to the
 * caller; NULL (and `fd` closed) when memory is gone. */
struct http_wire *http_wire_open(
    struct event_base *base,
    int fd,
    struct ssl_ctx_st *tls,
    void (*changed)(void *context),
    void *context);

/* Closes the socket. Not from inside `changed`. Accepts NULL. */
void http_wire_close(struct http_wire *wire);

/* Calls `changed` no more. */
void http_wire_silence(struct http_wire *wire);

bool http_wire_is_tls(const struct http_wire *wire);
bool http_wire_is_open(const struct http_wire *wire);    /* the TLS handshake is done */
bool http_wire_has_ended(const struct http_wire *wire);  /* the peer sends no more */
bool http_wire_has_failed(const struct http_wire *wire); /* reset, or a TLS error */

/* The first piece of what has arrived; empty when there is nothing. Valid until the next drop. */
struct bytes http_wire_look(const struct http_wire *wire);
bool http_wire_has_input(const struct http_wire *wire);
void http_wire_drop(struct http_wire *wire, size_t size);

/* Sends two pieces in a row. What the socket does not take now is sent later: copied, or, of the
 * second, kept in `storage`, whose memory is taken in any case (NULL: it is copied). */
void http_wire_send(
    struct http_wire *wire, struct text first, struct text second, struct buf *storage);

/* Sends bytes that stay where they are: `sent` is called once, when the socket has taken all of them or
 * the wire is closed, maybe before this returns. */
void http_wire_send_shared(
    struct http_wire *wire, struct bytes bytes, void (*sent)(void *context), void *context);
size_t http_wire_unsent(const struct http_wire *wire);

/* Tells the peer that nothing more will come. */
void http_wire_finish(struct http_wire *wire);

#endif
