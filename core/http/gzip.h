/*
 * Compresses answers (gzip, RFC 1952), where they are made: never on a loop. One object a thread, so
 * that its tables are made once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_GZIP_H
#define CORE_HTTP_GZIP_H

#include "core/base/buf.h"

#include <stdbool.h>

struct http_gzip;

struct http_gzip *http_gzip_new(void);
void http_gzip_free(struct http_gzip *gzip); /* accepts NULL */

/* Does the value of Accept-Encoding name gzip, and not with a weight of nothing? */
bool http_gzip_is_accepted(struct text accept_encoding);

/* Packs the body of an answer where that is worth it: the peer accepts it, it is over 1 KiB and gets
 * smaller. False: `out` is to be forgotten. */
MUST_USE bool http_gzip_body(
    struct http_gzip *gzip, struct text accept_encoding, struct text body, struct buf *out);

/* Appends the compressed form. False when it does not fit below the ceiling of `out`, which is
 * then to be forgotten. */
MUST_USE bool http_gzip_pack(struct http_gzip *gzip, struct text plain, struct buf *out);

#endif
