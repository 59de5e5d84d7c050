/*
 * Who is at the other end when proxies stand between: Forwarded (RFC 7239) and X-Forwarded-For,
 * read from the right, hop by hop, as long as the hop is a proxy that is trusted. Pure.
 *
 *   client ──► proxy A ──► proxy B ──► [here]
 *              X-Forwarded-For: client, A     peer: B
 *
 * B is asked first: is it trusted, then A was its peer; is A trusted too, then the client was. What
 * stands further left was written by the client and counts for nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_FORWARDED_H
#define CORE_HTTP_FORWARDED_H

#include "core/http/address.h"
#include "core/http/head.h"

/* The other end of a request. Texts are borrowed from the request. */
struct http_client {
    struct http_address address;
    bool is_tls;      /* it came by https */
    struct text host; /* it asked for; absent when it did not say */
};

/* `client` comes with what the socket says and leaves with what trusted proxies say. Nothing that
 * another peer sends counts. False, with a defect, when a trusted proxy's header is malformed or two
 * headers name different clients: nobody can tell which of them the proxy wrote. */
MUST_USE bool http_forwarded_read(
    const struct http_request *request,
    const struct http_networks *trusted,
    struct http_client *client,
    struct http_defect *defect);

/* The same, and puts it into the request, the address printed in the arena. Without `trusted`, the
 * socket's word is all. */
MUST_USE bool http_forwarded_name(
    struct http_request *request,
    const struct http_networks *trusted,
    struct http_client *client,
    struct arena *arena,
    struct http_defect *defect);

#endif
