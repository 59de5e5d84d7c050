/*
 * Sockets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/socket.h"

#include "api/socket/namespace.h"
#include "core/base/heap.h"
#include "core/shape/shape_json.h"

#include <stdio.h>

enum { LARGEST_MESSAGE = 1 << 20 };

struct socket *socket_keep(struct socket *socket)
{
    socket->keepers++;
    return socket;
}

void socket_release(struct socket *socket)
{
    if (--socket->keepers > 0)
        return;
    loop_timer_free(socket->timer);
    session_release(socket->session);
    heap_free(socket->authorization);
    heap_free(socket);
}

static void send_message(struct session *session, const struct buf *message)
{
    struct websocket_frame *frame = websocket_frame_new(WEBSOCKET_TEXT, buf_text(message));

    session_send(session, frame);
    websocket_frame_release(frame);
}

void socket_send_packet(
    struct session *session, enum packet_type type, struct text namespace, struct text data)
{
    AUTO_BUF message = {0};

    buf_init(&message, LARGEST_MESSAGE);
    packet_write(&message, type, namespace, INT64_ABSENT, data);
    send_message(session, &message);
}

void socket_emit(struct socket *socket, const char *name, struct text data)
{
    AUTO_BUF message = {0};

    if (socket->state != SOCKET_JOINED)
        return;
    buf_init(&message, LARGEST_MESSAGE);
    packet_write_event(&message, text_from(socket->namespace->name), name, data);
    send_message(socket->session, &message);
}

void socket_emit_shape(
    struct socket *socket, const char *name, const struct shape *shape, const void *value)
{
    AUTO_BUF data = {0};

    buf_init(&data, LARGEST_MESSAGE);
    shape_json_write(shape, value, &data);
    socket_emit(socket, name, buf_text(&data));
}

/* It is in its namespace no more. */
void socket_leave(struct socket *socket)
{
    struct session *session = socket->session;
    bool was_joined = socket->state == SOCKET_JOINED;

    if (socket->state == SOCKET_LEFT)
        return;
    socket->state = SOCKET_LEFT;
    for (size_t i = 0; i < MOST_NAMESPACES; i++) {
        if (session->sockets[i] == socket)
            session->sockets[i] = NULL;
    }
    rooms_leave_all(session->loop->rooms, &socket->member);
    audience_remove(&socket->listener);
    if (was_joined && socket->namespace->left != NULL)
        socket->namespace->left(socket);
    socket_release(socket);
}

void socket_leave_all(struct session *session)
{
    for (size_t i = 0; i < MOST_NAMESPACES; i++) {
        if (session->sockets[i] != NULL)
            socket_leave(session->sockets[i]);
    }
}

void socket_let_in(struct socket *socket)
{
    char data[SOCKET_ID_SIZE + 16];

    if (socket->state != SOCKET_JOINING)
        return;
    (void)snprintf(data, sizeof(data), "{\"sid\":\"%s\"}", socket->id);
    socket_send_packet(
        socket->session, PACKET_CONNECT, text_from(socket->namespace->name), text_from(data));
    socket->state = SOCKET_JOINED;
    session_note_joined(socket->session);
    if (socket->namespace->joined != NULL)
        socket->namespace->joined(socket);
}

void socket_refuse(struct socket *socket, const char *code, const char *message)
{
    AUTO_BUF data = {0};

    if (socket->state != SOCKET_JOINING)
        return;
    buf_init(&data, LARGEST_MESSAGE);
    buf_add_c(&data, "{\"message\":");
    json_write_text(&data, text_from(message));
    buf_add_c(&data, ",\"data\":{\"code\":");
    json_write_text(&data, text_from(code));
    buf_add_c(&data, ",\"message\":");
    json_write_text(&data, text_from(message));
    buf_add_c(&data, "}}");
    socket_send_packet(
        socket->session, PACKET_CONNECT_ERROR, text_from(socket->namespace->name), buf_text(&data));
    socket_leave(socket);
}

void socket_put_out(struct socket *socket, bool ends_session)
{
    struct session *session = socket->session;

    if (socket->state == SOCKET_LEFT)
        return;
    socket_send_packet(
        session, PACKET_DISCONNECT, text_from(socket->namespace->name), (struct text){NULL, 0});
    socket_leave(socket);
    if (ends_session)
        session_close(session);
}

/* From a room. */
static void take_frame(struct room_member *member, struct websocket_frame *frame)
{
    struct socket *socket =
        (struct socket *)(void *)((char *)member - offsetof(struct socket, member));

    session_send(socket->session, frame);
}

struct socket *socket_new(struct session *session, const struct namespace *namespace, size_t index)
{
    struct socket *socket = heap_new(sizeof(*socket));

    socket->session = session_keep(session);
    socket->namespace = namespace;
    socket->keepers = 1;
    socket->member.take = take_frame;
    session_make_id(socket->id);
    session->sockets[index] = socket;
    return socket;
}
