/*
 * The head of a request: from raw bytes, request line to empty line, to a struct http_request and
 * what its framing says. Pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_HEAD_H
#define CORE_HTTP_HEAD_H

#include "core/http/http.h"

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_MOST_HEADERS = 100, HTTP_LONGEST_LINE = 8192 };

struct http_head {
    struct http_request request; /* without body, remote_address and is_tls */
    size_t content_length;       /* 0 when chunked or absent */
    bool is_chunked;
    bool keeps_alive; /* the peer would go on using the connection */
    bool expects_continue;
};

/* Why a request cannot become one: the status to answer and a sentence. */
struct http_defect {
    int status;
    const char *reason;
};

/* `raw` is copied to the arena. False fills `defect` and leaves `out` alone. */
MUST_USE bool http_head_parse(
    struct arena *arena, struct text raw, struct http_head *out, struct http_defect *defect);

/* One field line without its end: "name: value". False when it is malformed. */
MUST_USE bool http_field_parse(struct text line, struct http_header *out);

#endif
