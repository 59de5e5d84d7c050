/*
 * One keep-alive connection to a server on the loopback: requests as they are written out, answers
 * with their status. Non-blocking; whoever wants to wait says how long.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_HTTP_CLIENT_H
#define TESTS_BENCH_HTTP_CLIENT_H

#include "core/base/buf.h"
#include "core/base/error.h"

struct http_client {
    int fd; /* -1: not connected */
    struct buf in;
    size_t size; /* of the answer at the beginning of `in`; 0: not known yet */
};

/* Borrowed until the next request is sent. */
struct http_answer {
    int status;
    struct text head;
    struct text body;
};

/* STATUS_UNAVAILABLE when nobody listens. http_client_close() in any case. */
MUST_USE enum status http_client_open(struct http_client *client, int port, struct error *error);
void http_client_close(struct http_client *client);

/* Sends bytes, waiting as long as the server takes them. STATUS_UNAVAILABLE when it does not. */
MUST_USE enum status
http_client_write(struct http_client *client, struct text bytes, struct error *error);

/* Sends a whole request. STATUS_UNAVAILABLE when the server does not take it. */
MUST_USE enum status
http_client_send(struct http_client *client, struct text request, struct error *error);

/* Reads what has arrived; *out_is_whole tells whether that made the answer whole. */
MUST_USE enum status http_client_receive(
    struct http_client *client, struct http_answer *out, bool *out_is_whole, struct error *error);

/* The same, waiting. STATUS_TIMED_OUT when no answer came in time. */
MUST_USE enum status http_client_wait(
    struct http_client *client, int64_t patience_us, struct http_answer *out, struct error *error);

/* The value of a header, absent without it. */
struct text http_answer_header(const struct http_answer *answer, const char *name);

/* The value of a member that is a string, wherever it first stands in a JSON text; absent without
 * it. For answers of a known form, at the speed of a load. */
struct text http_json_string(struct text json, const char *member);

#endif
