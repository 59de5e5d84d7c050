/*
 * Decodes a chunked body (RFC 9112, section 7.1) as its bytes arrive. Extensions and trailers are
 * checked, counted against a limit and forgotten. Pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_CHUNKED_H
#define CORE_HTTP_CHUNKED_H

#include "core/base/buf.h"
#include "core/http/head.h"

enum http_chunked_state {
    CHUNKED_SIZE,
    CHUNKED_EXTENSION,
    CHUNKED_SIZE_LF,
    CHUNKED_DATA,
    CHUNKED_DATA_CR,
    CHUNKED_DATA_LF,
    CHUNKED_TRAILER,
    CHUNKED_TRAILER_LF,
    CHUNKED_DONE
};

/* Plain data, made by http_chunked_init() and moved on by http_chunked_feed() only. */
struct http_chunked {
    enum http_chunked_state state;
    size_t left;     /* of the present chunk */
    size_t digits;   /* of the present size */
    size_t overhead; /* bytes of extensions and trailers so far */
    struct buf line; /* the present trailer line */
};

void http_chunked_init(struct http_chunked *chunked);
void http_chunked_fini(struct http_chunked *chunked);

/* Takes bytes up to the end of the body and appends its data to `body`, whose ceiling is the
 * limit (413). False with a defect when the coding is malformed. */
MUST_USE bool http_chunked_feed(
    struct http_chunked *chunked,
    struct bytes in,
    size_t *out_used,
    struct buf *body,
    struct http_defect *defect);

#endif
