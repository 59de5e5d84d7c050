/*
 * Where requests become calls.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_ENTRY_H
#define API_ENTRY_H

#include "api/loop_context.h"
#include "api/services.h"
#include "core/http/http.h"

/* The handlers of struct http_handler; `context` is the struct entry_context. */
struct entry_context {
    const struct services *services;
    struct loop_context *const *loops;
    size_t loop_count;
};

void entry_on_head(struct http_exchange *exchange, void *context);
void entry_on_end(struct http_exchange *exchange, void *context);
void entry_on_request(struct http_exchange *exchange, void *context);
void entry_on_malformed(
    int status, const char *reason, struct arena *arena, struct http_answer *out, void *context);

#endif
