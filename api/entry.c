/*
 * Where calls begin: a whole request on a loop becomes a call and goes to a worker, or on, on its
 * loop. What is no request, and what no route knows, is answered here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/docs.h"
#include "api/steps.h"
#include "core/base/must.h"
#include "core/base/random.h"

enum { USUAL_BODY_BYTES = 1 << 20, LONGEST_CORRELATION = 200 };

/* Echoed as sent, if it can stand in a header; else one is made. */
static struct text correlation_of(const struct http_request *request, struct arena *arena)
{
    struct text sent = http_header(request, "X-Correlation-ID");
    char *made = arena_take(arena, UUID_TEXT_SIZE);

    if (sent.size > 0 && sent.size <= LONGEST_CORRELATION && text_is_clean_utf8(sent))
        return sent;
    uuid_print(uuid_new(), made);
    return text_from(made);
}

static struct place *place_of(struct server *server, struct loop *loop)
{
    for (size_t i = 0; i < server->place_count; i++) {
        if (server->places[i].loop == loop)
            return &server->places[i];
    }
    must(false);
    return NULL;
}

static struct call *call_from(struct http_exchange *exchange, struct server *server)
{
    struct arena *arena = http_arena(exchange);
    struct call *call = arena_one(arena, struct call);

    call->exchange = exchange;
    call->request = http_request(exchange);
    call->arena = arena;
    call->server = server;
    call->route_index = router_count(server->router);
    call->place = place_of(server, http_loop(exchange));
    call->correlation = correlation_of(call->request, arena);
    call->arrived_at = timestamp_now();
    call->arrived_us = monotonic_us();
    http_set_owner(exchange, call);
    return call;
}

static void start(struct call *call, const struct match *match)
{
    struct error error;

    call->route = match->route;
    call->route_index = match->index;
    call->path_params = match->params;
    call->path_param_count = match->param_count;
    if (call->route->is_on_loop) {
        gate_call(call);
        return;
    }
    call->next = gate_call;
    if (server_put_call(call->server, call))
        return;
    atomic_fetch_add(&call->server->meter->refused_busy, 1);
    error_set_code(
        &error, STATUS_UNAVAILABLE, "busy",
        "The server has more to do than it can take on. Nothing was changed; try again.");
    call_answer_error(call, &error);
}

void entry_on_request(struct http_exchange *exchange, void *context)
{
    struct server *server = context;
    struct call *call = call_from(exchange, server);
    struct match match;
    struct error error;

    add_default_headers(call);
    if (!cors_allows(server->settings->cors_origin, http_header(call->request, "Origin"))) {
        error_set_code(
            &error, STATUS_FORBIDDEN, "origin_not_allowed",
            "Browsers may not call from this origin. An operator can add it to CORS_ORIGIN.");
        call_answer_error(call, &error);
    } else if (text_is(call->request->method, "OPTIONS")) {
        cors_preflight(call);
    } else if (
        router_match(
            server->router, call->request->method,
            docs_path(server->settings, call->arena, call->request->path), call->arena, &match,
            &error) == STATUS_OK) {
        start(call, &match);
    } else {
        if (error.status == STATUS_NOT_FOUND)
            error_set_code(
                &error, STATUS_NOT_FOUND, "route_not_found", "Cannot %.*s %.*s",
                TEXT_ARGS(call->request->method), TEXT_ARGS(call->request->target));
        call_answer_error(call, &error);
    }
}

size_t entry_body_limit(const struct http_request *head, void *context)
{
    struct server *server = context;
    AUTO_ARENA arena = arena_new(16384);
    struct match match;

    if (router_match(server->router, head->method, head->path, arena, &match, NULL) != STATUS_OK ||
        match.route->body_limit == 0)
        return USUAL_BODY_BYTES;
    return match.route->body_limit;
}

void entry_on_malformed(
    int status, const char *reason, struct arena *arena, struct http_answer *out, void *context)
{
    struct http_header *headers = arena_array(arena, 2, sizeof(*headers));
    char id[UUID_TEXT_SIZE];
    struct error error;

    (void)context;
    uuid_print(uuid_new(), id);
    error_set_code(&error, STATUS_INVALID, "malformed_request", "%s", reason);
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (status_http((enum status)i) == status)
            error.status = (enum status)i;
    }
    headers[0] =
        (struct http_header){text_lit("Content-Type"), text_lit("application/json; charset=utf-8")};
    headers[1] = (struct http_header){text_lit("X-Content-Type-Options"), text_lit("nosniff")};
    *out = (struct http_answer){
        .status = status,
        .headers = headers,
        .header_count = 2,
        .body = problem_body(arena, &error, text_lit(""), text_copy(arena, text_from(id))),
    };
}
