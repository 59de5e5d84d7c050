/*
 * Passing calls on to the leader.
 *
 *   loop     request ─► job: its headers but for those of the connection; whose it is (X-Forwarded-…)
 *   forward  core/outbound/forward.c
 *   loop     the leader's answer ─► ours, its Ledger-Position and Ledger-Size included
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/follower/forward.h"

#include "api/epoch.h"
#include "core/outbound/forward.h"

bool forward_is_wanted(const struct call *call)
{
    const struct route *route = call->route;
    struct text method = call->request->method;

    if (call->services->forward == NULL || route == NULL || route->is_own)
        return false;
    return route->is_look || route->changes || route->who == WHO_AGENT || route->command != NULL ||
           !(text_is(method, "GET") || text_is(method, "HEAD"));
}

/* Of this connection, or said anew. */
static bool is_passed_on(struct text name)
{
    static const char *const own[] = {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Upgrade",
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Expect",
        "Accept-Encoding",
        "Forwarded",
        "Ledger-Epoch",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto"};

    for (size_t i = 0; i < COUNT_OF(own); i++) {
        if (text_equal_ignoring_case(name, text_from(own[i])))
            return false;
    }
    return true;
}

static void add(struct forward_job *job, const char *name, struct text value)
{
    if (text_is_present(value) && job->header_count < FORWARD_MOST_HEADERS)
        job->headers[job->header_count++] = (struct forward_header){text_from(name), value};
}

/* The client's, as our own proxies and the connection tell; the leader believes it where it trusts us. */
static void add_origin(struct forward_job *job, const struct call *call)
{
    const struct http_request *request = call->request;

    add(job, "X-Forwarded-For", request->remote_address);
    add(job, "X-Forwarded-Proto", request->is_tls ? text_lit("https") : text_lit("http"));
    add(job, "X-Forwarded-Host", request->public_host);
    add(job, "Ledger-Epoch", epoch_text(call));
    add(job, "X-Correlation-ID", call->correlation);
}

/* All of them, or the request would be another one. */
static bool add_headers(struct forward_job *job, const struct call *call)
{
    const struct http_request *request = call->request;

    add_origin(job, call);
    for (size_t i = 0; i < request->header_count; i++) {
        const struct http_header *header = &request->headers[i];

        if (!is_passed_on(header->name) ||
            text_equal_ignoring_case(header->name, text_lit("X-Correlation-ID")))
            continue;
        if (job->header_count == FORWARD_MOST_HEADERS)
            return false;
        job->headers[job->header_count++] = (struct forward_header){header->name, header->value};
    }
    return true;
}

/* Those that name bytes of the answer as it was sent to us, and those of the connection. */
static bool is_given_back(struct text name)
{
    return is_passed_on(name) && !text_equal_ignoring_case(name, text_lit("Date")) &&
           !text_equal_ignoring_case(name, text_lit("Vary"));
}

static void answer_as_leader(struct call *call)
{
    struct forward_job *job = call->handler_state;
    const char *content_type = NULL;

    if (job->status != STATUS_OK) {
        buf_fini(&job->answer);
        call_answer_error(call, &job->error);
        return;
    }
    for (size_t i = 0; i < job->answer_header_count; i++) {
        const struct forward_header *header = &job->answer_headers[i];

        if (text_equal_ignoring_case(header->name, text_lit("Content-Type")))
            content_type = text_c(call->arena, header->value);
        else if (is_given_back(header->name) && call->header_count + 1 < COUNT_OF(call->headers))
            call_header(call, text_c(call->arena, header->name), header->value);
    }
    call->storage = job->answer;
    call_answer_text(call, job->http_status, content_type, buf_text(&call->storage));
}

/* The forwarding thread. */
static void on_done(struct forward_job *job)
{
    call_to_loop(job->owner, answer_as_leader);
}

void forward_call(struct call *call)
{
    struct forward_job *job = arena_one(call->arena, struct forward_job);
    struct error error;

    job->method = call->request->method;
    job->target = call->request->target;
    job->body = call->request->body;
    job->arena = call->arena;
    job->done = on_done;
    job->owner = call;
    call->handler_state = job;
    if (!add_headers(job, call)) {
        error_set_code(
            &error, STATUS_INVALID, "malformed_request", "The request has too many headers.");
        call_answer_error(call, &error);
        return;
    }
    if (!forward_submit(call->services->forward, job))
        call_answer_busy(call);
}
