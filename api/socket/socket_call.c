/*
 * Messages of sockets as calls.
 *
 *   row ─► may so many come? ─► authorize ─► decode ─► run ─► acknowledgement, or the namespace's failure
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/socket_call.h"

#include "api/authorize.h"
#include "api/decode.h"
#include "api/socket/namespace.h"
#include "core/base/encode.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/shape/json_peek.h"

#include <string.h>

enum { ARENA_BYTES = 16 << 20, LARGEST_ACKNOWLEDGEMENT = 1 << 20, WINDOW_US = 5 * US_PER_S };

struct socket_call *socket_call_of(struct call *call)
{
    must(call->exchange == NULL);
    return (struct socket_call *)call;
}

void socket_call_acknowledge(struct socket_call *message, struct text data)
{
    struct session *session = message->socket->session;
    struct websocket_frame *frame;
    AUTO_BUF packet = {0};

    if (message->ack == INT64_ABSENT || message->socket->state != SOCKET_JOINED)
        return;
    buf_init(&packet, LARGEST_ACKNOWLEDGEMENT);
    packet_write_ack(&packet, text_from(message->socket->namespace->name), message->ack, data);
    frame = websocket_frame_new(WEBSOCKET_TEXT, buf_text(&packet));
    session_send(session, frame);
    websocket_frame_release(frame);
}

static void finish_connect(struct socket_call *message)
{
    const struct error *failure = message->failure;

    if (failure == NULL)
        socket_let_in(message->socket);
    else if (failure->status == STATUS_UNAUTHENTICATED || failure->status == STATUS_INVALID)
        socket_refuse(message->socket, "UNAUTHORIZED", "Invalid authentication token");
    else if (status_http(failure->status) < 500)
        socket_refuse(message->socket, "UNAUTHORIZED", failure->text);
    else
        socket_refuse(
            message->socket, "UNAVAILABLE", "The server cannot let you in at the moment.");
}

static void end(struct socket_call *message)
{
    struct socket *socket = message->socket;
    struct session *session = socket->session;

    buf_fini(&message->call.storage);
    arena_free(message->call.arena); /* and `message` with it */
    socket_release(socket);
    session_finish(session);
}

static void send_acknowledgement(struct call *call)
{
    struct socket_call *message = socket_call_of(call);

    if (message->is_connect)
        finish_connect(message);
    else if (message->failure != NULL)
        message->socket->namespace->failed(message, message->failure);
    else if (call->body.size > 0)
        socket_call_acknowledge(message, call->body);
    end(message);
}

static struct text keep_failure(struct call *call, const struct error *error)
{
    struct error *copy = arena_one(call->arena, struct error);

    *copy = *error;
    socket_call_of(call)->failure = copy;
    return text_lit("");
}

static void placed(struct call *call)
{
    session_place(socket_call_of(call)->socket->session);
}

static bool is_abandoned(const struct call *call)
{
    return ((const struct socket_call *)call)->socket->session->wire == NULL;
}

static void on_abandoned(struct call *call, void (*run)(struct call *call))
{
    call->abandoned = run; /* what waits ends by its own deadline */
}

static const struct transport socket_transport = {
    .send = send_acknowledgement,
    .tell = keep_failure,
    .placed = placed,
    .is_abandoned = is_abandoned,
    .on_abandoned = on_abandoned,
};

static void add_header(struct socket_call *message, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    message->headers[message->request.header_count++] =
        (struct http_header){text_from(name), text_from(value)};
}

static const char *name_payload(struct socket_call *message, struct text data)
{
    struct digest digest = sha256(bytes_of_text(data));

    return text_c(
        message->call.arena,
        hex_encode(message->call.arena, (struct bytes){digest.bytes, DIGEST_SIZE}));
}

/* The session's words stand in for those of a request; what is borrowed lives as long as the socket. */
static void fill_request(struct socket_call *message, struct text data)
{
    const struct socket *socket = message->socket;

    message->request = (struct http_request){
        .method = text_lit("EMIT"),
        .target = text_from(message->call.route->path),
        .path = text_from(message->call.route->path),
        .query = text_lit(""),
        .body = text_copy(message->call.arena, data),
        .headers = message->headers,
        .remote_address = text_from(socket->session->remote_address),
    };
    add_header(message, "User-Agent", socket->session->user_agent);
    add_header(message, "Authorization", socket->authorization);
    if (message->call.route->is_said_once &&
        text_is_present(json_peek_member(message->call.arena, data, "timestamp")))
        add_header(message, "Idempotency-Key", name_payload(message, data));
}

static void add_param(struct socket_call *message, const char *name, struct uuid id)
{
    char *printed;

    if (!uuid_is_present(id))
        return;
    printed = arena_take(message->call.arena, UUID_TEXT_SIZE);
    uuid_print(id, printed);
    message->params[message->call.path_param_count++] =
        (struct param){text_from(name), text_from(printed)};
}

static void fill_caller(struct call *call, const struct socket *socket)
{
    call->token_type = socket->namespace->token_type;
    if (call->token_type != NULL)
        call->shown_at = socket->joined_at;
    call->connection = socket->connection_id;
    if (!uuid_is_present(socket->node_id))
        return;
    call->is_identified = true;
    call->actor = (struct actor){.kind = ACTOR_AGENT, .id = socket->node_id};
    call->credential = socket->credential;
}

static struct socket_call *make_message(struct socket *socket, const struct match *match)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct socket_call *message = arena_one(arena, struct socket_call);
    const struct services *services = socket->session->services;
    struct call *call = &message->call;

    message->socket = socket_keep(socket);
    call->transport = &socket_transport;
    call->request = &message->request;
    call->arena = arena;
    call->services = services;
    call->loop = socket->session->loop;
    call->route = match->route;
    call->route_index = router_count(services->router) + 1 + match->index;
    call->path_params = message->params;
    call->arrived_at = timestamp_now();
    call->arrived_us = monotonic_us();
    call->correlation_id = uuid_new();
    call->is_of_our_origins = true;
    call->authorized = decode_call;
    return message;
}

/* Room for one more of these messages, of those whose number is limited? */
static bool may_come(struct socket *socket, const struct route *route, size_t index)
{
    int64_t now_us = monotonic_us();

    if (route->most_in_5s == 0)
        return true;
    for (size_t i = 0; i < SOCKET_WINDOWS; i++) {
        if (socket->windows[i].begun_us != 0 && socket->windows[i].route_index != index)
            continue;
        if (now_us - socket->windows[i].begun_us >= WINDOW_US) {
            socket->windows[i].route_index = index;
            socket->windows[i].begun_us = now_us;
            socket->windows[i].count = 0;
        }
        return ++socket->windows[i].count <= route->most_in_5s;
    }
    return false; /* more kinds of limited messages than a socket has windows */
}

static void answer_too_many(struct socket_call *message)
{
    struct error error;

    atomic_fetch_add(&message->call.services->meter->throttled, 1);
    error_set_code(
        &error, STATUS_TOO_MANY, "too_many_requests", "%.*s: rate limit exceeded for this socket.",
        TEXT_ARGS(message->name));
    call_answer_error(&message->call, &error);
}

static void answer_no_object(struct socket_call *message)
{
    struct error error;

    error_set_code(&error, STATUS_INVALID, "validation_failed", "The message must be an object");
    call_answer_error(&message->call, &error);
}

static void answer_malformed(struct socket_call *message)
{
    struct error error;

    error_set_code(
        &error, STATUS_INVALID, "validation_failed", "type must be \"%.*s\"",
        TEXT_ARGS(message->name));
    call_answer_error(&message->call, &error);
}

bool socket_call_run(
    struct socket *socket, struct text name, int64_t ack, struct text data, bool is_connect)
{
    const struct services *services = socket->session->services;
    AUTO_ARENA scratch = arena_new(ARENA_BYTES);
    struct text path = text_format(scratch, "%s/%.*s", socket->namespace->name, TEXT_ARGS(name));
    const struct namespace *namespace = socket->namespace;
    struct socket_call *message;
    struct match match;
    struct error error;
    bool is_object;

    if (router_match(services->messages, text_lit("EMIT"), path, scratch, &match, &error) !=
            STATUS_OK ||
        !text_is(path, match.route->path)) /* names are told apart by case, paths are not */
        return false;
    if (namespace->may_come != NULL && !namespace->may_come(socket, match.route))
        return true;
    message = make_message(socket, &match);
    message->name = text_copy(message->call.arena, name);
    message->ack = ack;
    message->is_connect = is_connect;
    is_object = data.size > 0 && data.data[0] == '{';
    if (is_object && namespace->payload != NULL)
        data = namespace->payload(message->call.arena, message->name, data);
    fill_request(message, data);
    fill_caller(&message->call, socket);
    add_param(message, "workspaceId", socket->workspace_id);
    session_begin(socket->session);
    if (!may_come(socket, match.route, match.index))
        answer_too_many(message);
    else if (!is_object)
        answer_no_object(message);
    else if (!text_is_present(data))
        answer_malformed(message);
    else
        authorize_call(&message->call);
    return true;
}
