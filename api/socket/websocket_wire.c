/*
 * Sessions over a WebSocket: a message is a packet, and its end is that of the session.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/websocket_wire.h"

#include "api/socket/session_wire.h"
#include "core/http/websocket.h"

enum { PATIENCE_S = 20, MOST_MESSAGE_BYTES = 1000000 };

static void send_frame(struct session *session, struct websocket_frame *frame)
{
    (void)websocket_send(session->carrier, frame); /* one that is too slow ends by itself */
}

static void hold(struct session *session, bool is_held)
{
    websocket_pause(session->carrier, is_held);
}

static void close_socket(struct session *session)
{
    websocket_close(session->carrier, 0, "");
}

static void drop(struct session *session)
{
    websocket_drop(session->carrier);
}

static const struct session_wire wire = {
    .send = send_frame, .hold = hold, .close = close_socket, .drop = drop};

static void on_message(struct websocket *websocket, bool is_text, struct text message, void *owner)
{
    (void)websocket;
    if (is_text)
        session_take(owner, message);
    else
        session_close(owner); /* none of the clients sends bytes */
}

static void on_end(struct websocket *websocket, int code, void *owner)
{
    (void)websocket;
    (void)code;
    session_end(owner);
}

static const struct websocket_handler websocket_handler = {
    .on_message = on_message,
    .on_end = on_end,
    .most_message_bytes = MOST_MESSAGE_BYTES,
    .most_queued = SESSION_MOST_QUEUED,
    .most_queued_bytes = SESSION_MOST_QUEUED_BYTES,
    .patience_us = PATIENCE_S * (int64_t)US_PER_S,
};

void websocket_wire_open(struct call *call, const struct session_handler *handler)
{
    struct session *session = session_new(call, handler, &wire, NULL);

    meter_answer(call->services->meter, call->route_index, 101, 0);
    session->carrier = websocket_accept(call->exchange, &websocket_handler, session);
    if (session->carrier != NULL)
        session_open(session, MOST_MESSAGE_BYTES);
    else
        session_release(session);
}
