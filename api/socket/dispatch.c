/*
 * Packets to sockets: who comes in, who leaves, what is said.
 *
 *   CONNECT ─► its token ─► the row "connect" of its namespace ─► let in, or refused
 *   EVENT ───► its row ─► a call
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/dispatch.h"

#include "api/socket/handshake.h"
#include "api/socket/namespace.h"
#include "api/socket/passage.h"
#include "api/socket/socket_call.h"
#include "core/base/heap.h"
#include "core/shape/json_peek.h"

enum { LONGEST_TOKEN = 8192 };

static const struct namespace *namespace_of(struct text name, size_t *out_index)
{
    for (size_t i = 0; namespaces[i] != NULL; i++) {
        *out_index = i;
        if (text_is(name, namespaces[i]->name))
            return namespaces[i];
    }
    return NULL;
}

/* Where clients put their token: in the packet, else in the head of the handshake. */
static struct text
token_of(const struct session *session, struct text credentials, struct arena *arena)
{
    static const char *const names[] = {"token", "accessToken", "authorization"};

    for (size_t i = 0; i < COUNT_OF(names) && credentials.size > 0; i++) {
        struct text token =
            text_trim(json_peek_text(arena, json_peek_member(arena, credentials, names[i])));
        if (token.size > 0)
            return token;
    }
    return text_trim(text_from(session->authorization));
}

static struct text without_scheme(struct text token)
{
    if (text_equal_ignoring_case(text_slice(token, 0, 7), text_lit("Bearer ")))
        return text_trim(text_slice(token, 7, token.size));
    return token;
}

/* Somebody with a token: the row of "connect" decides. */
static void ask(struct socket *socket, struct text token, struct arena *arena)
{
    const struct namespace *namespace = socket->namespace;

    if (token.size == 0 || token.size > LONGEST_TOKEN) {
        socket_refuse(
            socket, "UNAUTHORIZED",
            token.size == 0 ? "Missing authentication token" : "Invalid authentication token");
        return;
    }
    socket->authorization =
        heap_copy(text_c(arena, text_format(arena, "Bearer %.*s", TEXT_ARGS(token))));
    socket->joined_at = timestamp_now();
    if (namespace->prepare != NULL && !namespace->prepare(socket, token))
        return;
    if (!socket_call_run(socket, text_lit("connect"), INT64_ABSENT, text_lit("{}"), true))
        socket_let_in(socket);
}

static bool take_connect(struct session *session, const struct packet *packet, struct arena *arena)
{
    size_t index = 0;
    const struct namespace *namespace = namespace_of(packet->namespace, &index);
    struct socket *socket;

    if (namespace == NULL) {
        socket_send_packet(
            session, PACKET_CONNECT_ERROR, packet->namespace,
            text_lit("{\"message\":\"Invalid namespace\"}"));
        return true;
    }
    if (session->sockets[index] != NULL)
        return false;
    socket = socket_new(session, namespace, index);
    if (namespace->wants_token)
        ask(socket, without_scheme(token_of(session, packet->data, arena)), arena);
    else
        socket_let_in(socket);
    return true;
}

static void take_message(struct socket *socket, const struct packet *packet)
{
    const struct namespace *namespace = socket->namespace;

    if (!socket_call_run(socket, packet->name, packet->ack, packet->data, false) &&
        namespace->unknown != NULL)
    namespace->unknown(socket, packet->name);
}

static bool take_packet(struct session *session, const struct packet *packet, struct arena *arena)
{
    size_t index = 0;
    const struct namespace *namespace = namespace_of(packet->namespace, &index);
    struct socket *socket = namespace == NULL ? NULL : session->sockets[index];

    if (namespace != NULL && namespace->is_leaders && session->services->following != NULL)
        return passage_take(session, namespace->name, index, packet);
    if (packet->type == PACKET_CONNECT)
        return take_connect(session, packet, arena);
    if (packet->type == PACKET_DISCONNECT && socket != NULL)
        socket_leave(socket);
    if (packet->type == PACKET_DISCONNECT)
        return true;
    if (socket == NULL || socket->state != SOCKET_JOINED)
        return false;
    if (packet->type == PACKET_EVENT) /* nobody is asked for an acknowledgement */
        take_message(socket, packet);
    return true;
}

static void end_all(struct session *session)
{
    passage_end_all(session);
    socket_leave_all(session);
}

static const struct session_handler handler = {.on_packet = take_packet, .on_end = end_all};

void dispatch_open(struct call *call)
{
    handshake_take(call, &handler);
}
