/*
 * Where calls begin, on a loop: a head becomes a call with its route. Usually the whole request goes on
 * to be authorized; a large body only comes after that.
 *
 *   head ──small body──► … whole request ─► begin ─► authorize ─────────────────────► decode
 *     └──large body────► begin ─► authorize ─► admission ─► … whole request ─────────►┘
 *
 * What is no request, and what no route knows, is answered here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/entry.h"

#include "api/admission.h"
#include "api/authorize.h"
#include "api/decode.h"
#include "api/default_headers.h"
#include "api/epoch.h"
#include "api/follower/forward.h"
#include "api/http_transport.h"
#include "api/platform/docs.h"
#include "api/problem.h"
#include "api/scim_problem.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "eventlog/keyed_digest.h"

enum { LONGEST_CORRELATION = 200 };

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

static struct loop_context *context_of(const struct entry_context *entry, const struct loop *loop)
{
    for (size_t i = 0; i < entry->loop_count; i++) {
        if (entry->loops[i]->loop == loop)
            return entry->loops[i];
    }
    must(false);
    return NULL;
}

static struct call *make_call(struct http_exchange *exchange, const struct entry_context *entry)
{
    struct arena *arena = http_arena(exchange);
    struct call *call = arena_one(arena, struct call);

    call->transport = &http_transport;
    call->exchange = exchange;
    call->request = http_request(exchange);
    call->arena = arena;
    call->services = entry->services;
    call->loop = context_of(entry, http_loop(exchange));
    http_set_owner(exchange, call);
    return call;
}

/* False: there is none, and the error of the submission (not made yet) says why. */
static bool find_route(struct call *call)
{
    const struct services *services = call->services;
    struct match match;
    enum status status = router_match(
        services->router, call->request->method,
        docs_path(services->settings, call->arena, call->request->path), call->arena, &match,
        &call->submission.error);

    call->route_index = router_count(services->router);
    if (status != STATUS_OK)
        return false;
    call->route = match.route;
    call->route_index = match.index;
    call->path_params = match.params;
    call->path_param_count = match.param_count;
    return true;
}

static void answer_wrong_origin(struct call *call)
{
    struct error error;

    error_set_code(
        &error, STATUS_FORBIDDEN, "origin_not_allowed",
        "Browsers may not call from this origin. An operator can add it to CORS_ORIGIN.");
    call_answer_error(call, &error);
}

/* Directories are told of a method that is not there (RFC 7644, section 3.12), others of a path. */
static struct text other_methods(struct call *call)
{
    if (!scim_problem_is_for(call->request->path))
        return (struct text){NULL, 0};
    return router_methods(call->services->router, call->request->path, call->arena);
}

static void answer_no_route(struct call *call)
{
    struct error error = call->submission.error;
    struct text methods = other_methods(call);

    if (text_is_present(methods)) {
        call_header(call, "Allow", methods);
        error_set_code(
            &error, STATUS_OTHER_METHOD, "method_not_allowed",
            "%.*s is not for this path: %.*s is.", TEXT_ARGS(call->request->method),
            TEXT_ARGS(methods));
    } else if (error.status == STATUS_NOT_FOUND)
        error_set_code(
            &error, STATUS_NOT_FOUND, "route_not_found", "Cannot %.*s %.*s",
            TEXT_ARGS(call->request->method), TEXT_ARGS(call->request->target));
    call_answer_error(call, &error);
}

/* A server that is being set up has nobody yet whom the rest could be for. */
static bool is_not_there_yet(struct call *call)
{
    if (call->services->setup == NULL || call->route->is_in_setup)
        return false;
    error_set(&call->submission.error, STATUS_NOT_FOUND, "not set up yet");
    return true;
}

/* Everything up to the caller's rights; then `authorized` has it. */
static void begin(struct call *call, void (*authorized)(struct call *call))
{
    call->correlation = correlation_of(call->request, call->arena);
    call->correlation_id = keyed_digest_correlation(call->services->keyring, call->correlation);
    call->arrived_at = timestamp_now();
    call->arrived_us = monotonic_us();
    call->is_of_our_origins = default_headers_allow_origin(
        call->services->settings->cors_origin, http_header(call->request, "Origin"));
    call->authorized = authorized;
    default_headers_add(call);
    if (!call->is_of_our_origins)
        answer_wrong_origin(call);
    else if (text_is(call->request->method, "OPTIONS"))
        default_headers_answer_preflight(call);
    else if (call->route == NULL || is_not_there_yet(call))
        answer_no_route(call);
    else if (epoch_refuses(call))
        return;
    else if (authorized == decode_call && forward_is_wanted(call))
        forward_call(call);
    else
        authorize_call(call);
}

void entry_on_head(struct http_exchange *exchange, void *context)
{
    struct call *call = make_call(exchange, context);

    (void)find_route(call); /* without one that is answered, once the request is whole */
    if (admission_needs_caller(call))
        begin(call, admission_let_known);
    else
        admission_let_small(call);
}

/* The caller's rights may have changed while the body came. */
static void authorize_again(struct call *call)
{
    call->authorized = decode_call;
    authorize_call(call);
}

void entry_on_request(struct http_exchange *exchange, void *context)
{
    struct call *call = http_owner(exchange);

    (void)context;
    call->arrived_us = monotonic_us();
    if (!call->is_admitted)
        begin(call, decode_call);
    else if (forward_is_wanted(call))
        forward_call(call);
    else if (admission_still_holds(call))
        decode_call(call);
    else
        authorize_again(call);
}

void entry_on_end(struct http_exchange *exchange, void *context)
{
    (void)context;
    admission_end(http_owner(exchange));
}

void entry_on_malformed(
    int status, const char *reason, struct arena *arena, struct http_answer *out, void *context)
{
    struct http_header *headers = arena_array(arena, 3, sizeof(*headers));
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
    headers[2] = (struct http_header){text_lit("Retry-After"), text_lit("1")};
    *out = (struct http_answer){
        .status = status,
        .headers = headers,
        .header_count = status == 503 ? 3 : 2,
        .body = problem_body(arena, &error, text_lit(""), text_copy(arena, text_from(id))),
    };
}
