/*
 * Requests by libevent's HTTP client.
 *
 *   web_ask ─► call ─► connection (idle, or new) ─► on_reply ─► done
 *               └──────── fails, or is too late ────► on_deadline ─► done without an answer, or again
 *                                                     where it was a kept connection that had gone
 *
 * Nothing is freed inside a callback of libevent: what is done with dies between two turns.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/web/web.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"
#include "core/web/names.h"
#include "core/web/web_internal.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/util.h>

#include <string.h>

enum { LARGEST_HEAD = 64 << 10, MOST_IDLE = 4 };

struct web_connection {
    struct loop_message end; /* first: how it dies */
    struct evhttp_connection *http;
    struct bufferevent *bev;
    struct web_call *call; /* that waits for it; NULL: nobody */
    bool is_used;          /* it has answered before */
    bool is_gone;
    struct web_connection *next; /* idle ones */
};

struct web_call {
    struct web *web;
    struct web_call *next;
    struct web_call **link; /* to it */
    struct web_connection *connection;
    struct loop_timer *deadline;
    web_done *done;
    void *context;
    bool is_post;
    char *path;
    struct buf head; /* "name\0value\0…" */
    struct buf body;
    enum evhttp_request_error reason;
    bool has_reason;
    const char *problem; /* it has failed */
    int64_t until_us;
};

/* Connections. */

static void end_connection(struct loop_message *message)
{
    struct web_connection *connection = (struct web_connection *)message; /* its first member */

    evhttp_connection_set_closecb(connection->http, NULL, NULL);
    evhttp_connection_free(connection->http);
    heap_free(connection);
}

static void drop_connection(struct web *web, struct web_connection *connection)
{
    connection->is_gone = true;
    connection->call = NULL; /* what has come for it in this turn is nobody's */
    connection->end.run = end_connection;
    if (loop_is_here(web->loop))
        loop_defer(web->loop, &connection->end);
    else
        end_connection(&connection->end); /* after the loop has ended there are no callbacks */
}

/* A connection that nobody uses is found to be closed when it is wanted. */
static void on_close(struct evhttp_connection *http, void *context)
{
    struct web_connection *connection = context;

    (void)http;
    connection->is_gone = true;
}

static struct web_connection *make_connection(struct web *web)
{
    struct web_connection *connection = heap_new(sizeof(*connection));

    connection->bev = web_trust_socket(loop_base(web->loop), web->tls, web->host);
    connection->http = evhttp_connection_base_bufferevent_new(
        loop_base(web->loop), web->names, connection->bev, web->host, (uint16_t)web->port);
    must(connection->http != NULL);
    evhttp_connection_set_max_headers_size(connection->http, LARGEST_HEAD);
    evhttp_connection_set_max_body_size(connection->http, WEB_LARGEST_ANSWER);
    evhttp_connection_set_closecb(connection->http, on_close, connection);
    return connection;
}

static struct web_connection *take_connection(struct web *web)
{
    while (web->idle != NULL) {
        struct web_connection *connection = web->idle;

        web->idle = connection->next;
        if (!connection->is_gone)
            return connection;
        drop_connection(web, connection);
    }
    return make_connection(web);
}

static size_t count_idle(const struct web *web)
{
    size_t count = 0;

    for (const struct web_connection *c = web->idle; c != NULL; c = c->next)
        count++;
    return count;
}

static void give_back(struct web *web, struct web_connection *connection)
{
    connection->is_used = true;
    connection->call = NULL;
    if (connection->is_gone || count_idle(web) >= MOST_IDLE) {
        drop_connection(web, connection);
        return;
    }
    connection->next = web->idle;
    web->idle = connection;
}

/* Calls. */

static void free_call(struct web_call *call)
{
    *call->link = call->next;
    if (call->next != NULL)
        call->next->link = call->link;
    loop_timer_free(call->deadline);
    buf_fini(&call->head);
    buf_fini(&call->body);
    heap_free(call->path);
    heap_free(call);
}

static void finish(struct web_call *call, const struct web_reply *reply)
{
    web_done *done = call->done;
    void *context = call->context;

    free_call(call);
    done(context, reply);
}

static const char *problem_of(const struct web_call *call)
{
    struct bufferevent *bev = call->connection->bev;
    int unknown_name = bufferevent_socket_get_dns_error(bev);
    const char *tls = call->web->tls == NULL ? NULL : web_trust_problem(bev);

    if (unknown_name != 0)
        return evutil_gai_strerror(unknown_name);
    if (tls != NULL)
        return tls;
    if (!call->has_reason)
        return "the connection was refused, or ended before an answer";
    switch (call->reason) {
    case EVREQ_HTTP_TIMEOUT:
        return "there was no answer in time";
    case EVREQ_HTTP_EOF:
        return "the connection ended before the answer";
    case EVREQ_HTTP_INVALID_HEADER:
        return "the answer is no HTTP";
    case EVREQ_HTTP_DATA_TOO_LONG:
        return "the answer is too large";
    case EVREQ_HTTP_BUFFER_ERROR:
    case EVREQ_HTTP_REQUEST_CANCEL:
        break;
    }
    return "the connection broke";
}

/* Tells it on a later turn: libevent may find out while it is being asked. */
static void fail_call(struct web_call *call, const char *problem)
{
    call->problem = problem;
    loop_timer_set(call->deadline, 0);
}

struct text web_reply_header(const struct web_reply *reply, const char *name)
{
    const char *value = reply->headers == NULL ? NULL : evhttp_find_header(reply->headers, name);

    return value == NULL ? (struct text){NULL, 0} : text_from(value);
}

static void on_reply(struct evhttp_request *request, void *context)
{
    struct web_connection *connection = context;
    struct web_call *call = connection->call;
    struct web_reply reply = {0};

    if (call == NULL)
        return;
    if (request == NULL || evhttp_request_get_response_code(request) == 0) {
        fail_call(call, problem_of(call));
        return;
    }
    reply.status = evhttp_request_get_response_code(request);
    reply.headers = evhttp_request_get_input_headers(request);
    reply.content_type = web_reply_header(&reply, "Content-Type");
    reply.body.size = evbuffer_get_length(evhttp_request_get_input_buffer(request));
    reply.body.data = (const char *)evbuffer_pullup(evhttp_request_get_input_buffer(request), -1);
    call->connection = NULL;
    give_back(call->web, connection);
    finish(call, &reply);
}

static void on_failure(enum evhttp_request_error reason, void *context)
{
    struct web_call *call = ((struct web_connection *)context)->call;

    if (call == NULL)
        return;
    call->reason = reason;
    call->has_reason = true;
}

static void add_headers(struct evkeyvalq *headers, const struct web_call *call)
{
    const char *at = call->head.data;
    const char *end = at + call->head.size;

    must(evhttp_add_header(headers, "Host", call->web->host_header) == 0);
    while (at < end) {
        const char *value = at + strlen(at) + 1;
        must(evhttp_add_header(headers, at, value) == 0);
        at = value + strlen(value) + 1;
    }
}

static void send_call(struct web_call *call)
{
    struct web_connection *connection = take_connection(call->web);
    struct evhttp_request *request = evhttp_request_new(on_reply, connection);
    enum evhttp_cmd_type method = call->is_post ? EVHTTP_REQ_POST : EVHTTP_REQ_GET;

    must(request != NULL);
    call->connection = connection;
    connection->call = call;
    evhttp_request_set_error_cb(request, on_failure);
    add_headers(evhttp_request_get_output_headers(request), call);
    must(
        evbuffer_add(evhttp_request_get_output_buffer(request), call->body.data, call->body.size) ==
        0);
    if (evhttp_make_request(call->connection->http, request, method, call->path) != 0)
        fail_call(call, "it could not be sent");
}

/* Its time is over, or it has failed. */
static void on_deadline(void *context)
{
    struct web_call *call = context;
    struct web *web = call->web;
    bool is_repeated =
        call->problem != NULL && call->connection->is_used && call->until_us > monotonic_us();
    const struct web_reply reply = {
        .problem = call->problem == NULL ? "there was no answer in time" : call->problem};

    drop_connection(web, call->connection);
    call->connection = NULL;
    if (is_repeated) {
        call->problem = NULL;
        loop_timer_set(call->deadline, call->until_us - monotonic_us());
        send_call(call);
        return;
    }
    web_names_renew(web->names);
    finish(call, &reply);
}

struct web_call *
web_ask(struct web *web, const struct web_request *request, web_done *done, void *context)
{
    struct web_call *call = heap_new(sizeof(*call));

    must(loop_is_here(web->loop));
    call->web = web;
    call->done = done;
    call->context = context;
    call->is_post = request->is_post;
    call->path = heap_copy(request->path);
    buf_init(&call->head, LARGEST_HEAD);
    buf_init(&call->body, WEB_LARGEST_ANSWER);
    for (size_t i = 0; i < request->header_count; i++) {
        buf_add(&call->head, request->headers[i].name, strlen(request->headers[i].name) + 1);
        buf_add(&call->head, request->headers[i].value, strlen(request->headers[i].value) + 1);
    }
    buf_add_text(&call->body, request->body);
    must(!buf_is_full(&call->head) && !buf_is_full(&call->body));
    call->next = web->calls;
    call->link = &web->calls;
    if (web->calls != NULL)
        web->calls->link = &call->next;
    web->calls = call;
    call->deadline = loop_timer_new(web->loop, on_deadline, call);
    call->until_us = monotonic_us() + request->timeout_us;
    loop_timer_set(call->deadline, request->timeout_us);
    send_call(call);
    return call;
}

void web_cancel(struct web_call *call)
{
    if (call == NULL)
        return;
    if (call->connection != NULL)
        drop_connection(call->web, call->connection);
    free_call(call);
}

/* The server. */

static enum status refuse_origin(struct text origin, struct error *error)
{
    return error_set_code(
        error, STATUS_INVALID, "origin_invalid",
        "\"%.*s\" is no address of a server: it must be https://host or http://host, with a port "
        "if need be, and without a path",
        TEXT_ARGS(text_first_bytes(origin, 200)));
}

static enum status
read_origin(struct web *web, struct text origin, bool *out_is_secure, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct evhttp_uri *uri = evhttp_uri_parse(text_c(arena, origin));
    const char *scheme = uri == NULL ? NULL : evhttp_uri_get_scheme(uri);
    const char *host = uri == NULL ? NULL : evhttp_uri_get_host(uri);
    struct text rest = uri == NULL ? (struct text){NULL, 0} : text_from(evhttp_uri_get_path(uri));
    bool is_secure = scheme != NULL && strcmp(scheme, "https") == 0;
    bool is_known = is_secure || (scheme != NULL && strcmp(scheme, "http") == 0);

    if (!is_known || host == NULL || host[0] == '\0' || (rest.size > 0 && !text_is(rest, "/")) ||
        evhttp_uri_get_userinfo(uri) != NULL || evhttp_uri_get_query(uri) != NULL) {
        if (uri != NULL)
            evhttp_uri_free(uri);
        return refuse_origin(origin, error);
    }
    web->port = evhttp_uri_get_port(uri);
    web->host_header =
        heap_copy(web->port < 0 ? host : text_format(arena, "%s:%d", host, web->port).data);
    if (web->port < 0)
        web->port = is_secure ? 443 : 80;
    /* "[::1]" in a URL, "::1" elsewhere. */
    web->host = heap_copy(
        host[0] == '[' ? text_c(arena, text_slice(text_from(host), 1, strlen(host) - 2)) : host);
    evhttp_uri_free(uri);
    *out_is_secure = is_secure;
    return STATUS_OK;
}

enum status web_new(
    struct loop *loop,
    struct text origin,
    const char *ca_file,
    struct web **out,
    struct error *error)
{
    struct web *web = heap_new(sizeof(*web));
    bool is_secure = false;
    enum status status;

    web->loop = loop;
    status = read_origin(web, origin, &is_secure, error);
    if (status == STATUS_OK && is_secure)
        status = web_trust_new(ca_file, &web->tls, error);
    if (status != STATUS_OK) {
        web_free(web);
        return status;
    }
    web->names = web_names_new(loop_base(loop));
    *out = web;
    return STATUS_OK;
}

void web_free(struct web *web)
{
    if (web == NULL)
        return;
    while (web->calls != NULL) {
        evhttp_connection_free(web->calls->connection->http);
        heap_free(web->calls->connection);
        free_call(web->calls);
    }
    while (web->idle != NULL) {
        struct web_connection *connection = web->idle;

        web->idle = connection->next;
        end_connection(&connection->end);
    }
    web_names_free(web->names);
    web_trust_free(web->tls);
    heap_free(web->host);
    heap_free(web->host_header);
    heap_free(web);
}
