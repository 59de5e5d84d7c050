/*
 * A web server for tests: it keeps each request and gives the answer that it was told to, on a
 * thread of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_WEB_SINK_H
#define TESTS_SUPPORT_WEB_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct web_sink;

/* Given to the caller. Listening when it returns. */
struct web_sink *web_sink_new(void);
void web_sink_free(struct web_sink *sink); /* accepts NULL */
int web_sink_port(const struct web_sink *sink);

/* From now on it answers so ("200 OK" and "{}" at first). The texts are borrowed. */
void web_sink_answer(struct web_sink *sink, const char *status, const char *body);

/* The same to requests for that target alone, of which there are at most 16. The texts are borrowed. */
void web_sink_answer_at(
    struct web_sink *sink, const char *target, const char *status, const char *body);

/* From now on its answers come byte by byte, each after so long. */
void web_sink_trickle(struct web_sink *sink, int pause_ms);

/* Waits up to ten seconds until so many requests have come. */
bool web_sink_wait(struct web_sink *sink, size_t count);
/* How many have come. */
size_t web_sink_count(struct web_sink *sink);
/* The n-th request, head and body; borrowed. */
const char *web_sink_request(struct web_sink *sink, size_t n);

#endif
