/*
 * The incremental request parser: bytes in, in pieces of any size, a whole request out. It knows
 * no sockets and no clock. The same bytes give the same request however they are cut.
 *
 *   http_parser_begin() ─► feed … HTTP_HEAD ─► http_parser_limit_body() ─► feed … HTTP_WHOLE
 *                            └────────────────── HTTP_BAD ◄──────────────────┘
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_PARSER_H
#define CORE_HTTP_PARSER_H

#include "core/http/head.h"

enum http_step {
    HTTP_MORE,  /* all bytes were taken, more are needed */
    HTTP_HEAD,  /* the head is complete: set the limit of the body, then go on */
    HTTP_WHOLE, /* head and body; further bytes belong to the next request */
    HTTP_BAD    /* see http_parser_defect(); only closing helps */
};

struct http_parser;

/* `max_head_bytes`: request line and headers. Given to the caller. */
struct http_parser *http_parser_new(size_t max_head_bytes);
void http_parser_free(struct http_parser *parser); /* accepts NULL */

/* Starts a new request, whose head will lie in the arena. */
void http_parser_begin(struct http_parser *parser, struct arena *arena);

/* Takes bytes; `out_used` says how many. Not called again after HTTP_WHOLE or HTTP_BAD. */
MUST_USE enum http_step
http_parser_feed(struct http_parser *parser, struct bytes in, size_t *out_used);

/* After HTTP_HEAD: how many bytes the body may have. */
void http_parser_limit_body(struct http_parser *parser, size_t limit_bytes);

/* How much of the body has come. */
size_t http_parser_body_size(const struct http_parser *parser);

/* From HTTP_HEAD on. */
const struct http_head *http_parser_head(const struct http_parser *parser);

/* After HTTP_WHOLE: the body's memory is given to the caller (heap_free). */
char *http_parser_detach_body(struct http_parser *parser, size_t *out_size);

/* After HTTP_BAD. */
struct http_defect http_parser_defect(const struct http_parser *parser);

#endif
