/*
 * From a struct http_answer to the bytes of a response. Pure: the time is handed in.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_ANSWER_H
#define CORE_HTTP_ANSWER_H

#include "core/base/timestamp.h"
#include "core/http/http.h"

/* How a reader knows where the body ends. */
enum http_framing {
    HTTP_BY_LENGTH,
    HTTP_BY_CHUNKS, /* the body follows, as stream.c makes it … */
    HTTP_BY_END     /* … and ends with the connection */
};

/* What the request and the connection say about the form of the answer. */
struct http_terms {
    struct timestamp now;
    bool is_head;         /* the request was HEAD: no body */
    bool closes;          /* the connection ends with this answer */
    bool names_keepalive; /* an HTTP/1.0 peer wants to be told */
    enum http_framing framing;
};

/* The bytes to send: head, then body, which is the answer's. */
struct http_rendering {
    struct buf head;
    struct text body;
};

/* Fills `out`, which http_rendering_fini() releases. Headers that hold control signs (a caller's
 * slip with data from outside) or that are ours to write are left out. */
void http_answer_render(
    const struct http_answer *answer, const struct http_terms *terms, struct http_rendering *out);
void http_rendering_fini(struct http_rendering *rendering);

#endif
