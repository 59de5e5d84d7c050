/*
 * A WebSocket on its connection, which drives it: websocket_step() is called whenever the wire has news.
 *
 *                 ┌── websocket_close(), a broken rule ──► SAID ── the peer's goodbye ──┐
 *     OPEN ───────┤                                          │ patience ends            ├─► done
 *       │         └── the peer's goodbye, answered ──────────┼──────────────────────────┘
 *       │                                                    ▼
 *       └── websocket_drop(), too slow, the peer's end ───► lost
 *
 * A message that the socket does not take waits in the wire by reference, so that a frame for thousands lies in
 * memory once; it is counted among the bytes that the server holds. How many of them wait is counted by what
 * the wire gives back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/websocket.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/http_internal.h"
#include "core/http/websocket_internal.h"
#include "core/http/websocket_reader.h"
#include "core/http/wire.h"

#include <string.h>

enum { CODE_NONE = 1005, CODE_ABNORMAL = 1006, CODE_TRY_LATER = 1013 };

struct websocket {
    struct http_server *server;
    struct loop *loop;
    struct http_wire *wire;
    void (*wake)(void *context); /* asks for a step on the next turn */
    void *wake_context;
    const struct websocket_handler *handler;
    void *owner;
    struct websocket_reader *reader;
    struct loop_timer *timer; /* made when there is something to wait for */
    size_t queued;
    uint64_t given;        /* bytes for the peer, ever */
    uint64_t taken_before; /* of these, when patience began */
    size_t held;           /* of the message under way, that the server counts */
    bool was_queued;       /* since on_drained() was last called */
    bool is_watched;       /* the timer is set */
    bool is_paused;
    bool has_said_goodbye;
    bool has_heard_goodbye; /* or hears nothing any more */
    bool is_lost;
    bool has_ended;
    int code; /* of the end */
};

struct queued {
    struct websocket *socket;
    struct websocket_frame *frame;
    bool waits; /* the socket did not take it at once */
};

/* Bytes from the wire for the reader. */
static size_t take_bytes(void *context, uint8_t *into, size_t size)
{
    struct http_wire *wire = ((struct websocket *)context)->wire;
    struct bytes piece = http_wire_look(wire);
    size_t taken = piece.size < size ? piece.size : size;

    if (taken > 0)
        memcpy(into, piece.data, taken);
    http_wire_drop(wire, taken);
    return taken;
}

struct websocket *websocket_new(
    struct http_server *server,
    struct loop *loop,
    const struct websocket_handler *handler,
    void *owner)
{
    struct websocket *socket = heap_new(sizeof(*socket));

    *socket = (struct websocket){
        .server = server,
        .loop = loop,
        .handler = handler,
        .owner = owner,
        .code = CODE_ABNORMAL,
    };
    socket->reader = websocket_reader_new(handler->most_message_bytes, take_bytes, socket);
    atomic_fetch_add(&server->sockets, 1);
    return socket;
}

void websocket_attach(
    struct websocket *socket, struct http_wire *wire, void (*wake)(void *context), void *context)
{
    socket->wire = wire;
    socket->wake = wake;
    socket->wake_context = context;
}

static void lose(struct websocket *socket)
{
    socket->is_lost = true;
    socket->wake(socket->wake_context);
}

static void watch(struct websocket *socket);

static uint64_t taken(const struct websocket *socket)
{
    return socket->given - http_wire_unsent(socket->wire);
}

/* Patience is at an end, unless the peer has taken something meanwhile, however much has come behind it. */
static void on_timer(void *context)
{
    struct websocket *socket = context;
    bool has_moved = taken(socket) > socket->taken_before;
    size_t unsent = http_wire_unsent(socket->wire);

    socket->is_watched = false;
    if (!socket->has_said_goodbye && (unsent == 0 || has_moved)) {
        watch(socket);
        return;
    }
    if (unsent > 0)
        atomic_fetch_add(&socket->server->slow_sockets, 1);
    lose(socket);
}

/* There is something that the peer must do in time: take bytes, or say goodbye. */
static void watch(struct websocket *socket)
{
    if (socket->is_watched || (http_wire_unsent(socket->wire) == 0 && !socket->has_said_goodbye))
        return;
    if (socket->timer == NULL)
        socket->timer = loop_timer_new(socket->loop, on_timer, socket);
    socket->taken_before = taken(socket);
    socket->is_watched = true;
    loop_timer_set(socket->timer, socket->handler->patience_us);
}

static void on_sent(void *context)
{
    struct queued *queued = context;

    queued->socket->queued--;
    if (queued->waits)
        websocket_frame_end_wait(queued->frame, queued->socket->server);
    websocket_frame_release(queued->frame);
    heap_free(queued);
}

/* False: it has to wait, and the server holds too much already. */
static bool send_frame(struct websocket *socket, struct websocket_frame *frame)
{
    struct queued *queued = heap_new(sizeof(*queued));
    size_t queued_before = socket->queued++;

    *queued = (struct queued){.socket = socket, .frame = websocket_frame_keep(frame)};
    socket->given += websocket_frame_bytes(frame).size;
    http_wire_send_shared(socket->wire, websocket_frame_bytes(frame), on_sent, queued);
    if (socket->queued == queued_before)
        return true; /* it has gone, and on_sent() was called */
    queued->waits = true;
    socket->was_queued = true;
    watch(socket);
    return websocket_frame_wait(frame, socket->server);
}

static bool is_too_slow(const struct websocket *socket)
{
    return socket->queued >= socket->handler->most_queued ||
           http_wire_unsent(socket->wire) > socket->handler->most_queued_bytes;
}

bool websocket_send(struct websocket *socket, struct websocket_frame *frame)
{
    must(loop_is_here(socket->loop));
    if (socket->is_lost || socket->has_said_goodbye || socket->has_ended)
        return false;
    if (is_too_slow(socket) || !send_frame(socket, frame)) {
        atomic_fetch_add(&socket->server->slow_sockets, 1);
        lose(socket);
        return false;
    }
    return true;
}

/* Sends a frame that is nobody else's. */
static void send_own(struct websocket *socket, struct websocket_frame *frame)
{
    (void)websocket_send(socket, frame);
    websocket_frame_release(frame);
}

static void say_goodbye(struct websocket *socket, int code, const char *reason)
{
    if (socket->has_said_goodbye || socket->is_lost || socket->has_ended)
        return;
    send_own(socket, websocket_frame_close(code, text_from(reason)));
    socket->has_said_goodbye = true;
    socket->is_watched = false; /* patience begins anew */
    watch(socket);
}

void websocket_close(struct websocket *socket, int code, const char *reason)
{
    must(loop_is_here(socket->loop));
    if (socket->has_said_goodbye)
        return;
    say_goodbye(socket, code, reason);
    socket->wake(socket->wake_context);
}

void websocket_drop(struct websocket *socket)
{
    must(loop_is_here(socket->loop));
    lose(socket);
}

void websocket_pause(struct websocket *socket, bool is_paused)
{
    must(loop_is_here(socket->loop));
    if (socket->is_paused && !is_paused)
        socket->wake(socket->wake_context);
    socket->is_paused = is_paused;
}

size_t websocket_queued(const struct websocket *socket)
{
    return socket->queued;
}

/* A message counts while it is put together, as bodies of requests do: many peers that do not end theirs
 * would fill the memory. */
static bool hold_message(struct websocket *socket)
{
    if (http_server_hold(socket->server, &socket->held, websocket_reader_held(socket->reader)))
        return false;
    socket->has_heard_goodbye = true;
    say_goodbye(socket, CODE_TRY_LATER, "The server has more to take in than it can hold.");
    return true;
}

static void take_message(struct websocket *socket, const struct websocket_reading *reading)
{
    if (!socket->has_said_goodbye)
        socket->handler->on_message(
            socket, reading->opcode == WEBSOCKET_TEXT, reading->payload, socket->owner);
}

/* A goodbye is answered with its own code. */
static void hear_goodbye(struct websocket *socket, const struct websocket_reading *reading)
{
    socket->has_heard_goodbye = true;
    socket->code = reading->code;
    say_goodbye(socket, reading->code == CODE_NONE ? 0 : reading->code, "");
}

/* Nobody waits for messages after our goodbye, but for the peer's. */
static bool is_held_back(const struct websocket *socket)
{
    return socket->is_paused && !socket->has_said_goodbye;
}

/* One thing that the peer said. False: there is nothing, or nothing more is wanted now. */
static bool take_one(struct websocket *socket)
{
    struct websocket_reading reading;

    if (is_held_back(socket) || socket->is_lost || socket->has_heard_goodbye)
        return false;
    reading = websocket_reader_next(socket->reader);
    switch (reading.event) {
    case WEBSOCKET_NOTHING:
        return hold_message(socket);
    case WEBSOCKET_MESSAGE:
        (void)http_server_hold(socket->server, &socket->held, 0);
        take_message(socket, &reading);
        break;
    case WEBSOCKET_PINGED:
        send_own(socket, websocket_frame_new(WEBSOCKET_PONG, reading.payload));
        break;
    case WEBSOCKET_PONGED:
        break;
    case WEBSOCKET_CLOSED:
        hear_goodbye(socket, &reading);
        break;
    case WEBSOCKET_VIOLATED:
        socket->has_heard_goodbye = true;
        say_goodbye(socket, reading.code, reading.reason);
        break;
    }
    return true;
}

static void tell_drained(struct websocket *socket)
{
    if (!socket->was_queued || socket->queued > 0)
        return;
    socket->was_queued = false;
    if (socket->handler->on_drained != NULL && !socket->has_said_goodbye)
        socket->handler->on_drained(socket, socket->owner);
}

enum websocket_step websocket_step(struct websocket *socket)
{
    tell_drained(socket);
    while (take_one(socket)) {
    }
    if (socket->is_lost)
        return WEBSOCKET_IS_LOST;
    if (socket->has_said_goodbye && socket->has_heard_goodbye)
        return http_wire_unsent(socket->wire) == 0 ? WEBSOCKET_IS_DONE : WEBSOCKET_GOES_ON;
    if (!http_wire_has_ended(socket->wire) || is_held_back(socket))
        return WEBSOCKET_GOES_ON; /* what has come is heard before the end of it */
    return WEBSOCKET_IS_LOST;
}

void websocket_end(struct websocket *socket)
{
    if (socket->has_ended)
        return;
    socket->has_ended = true;
    (void)http_server_hold(socket->server, &socket->held, 0);
    loop_timer_free(socket->timer);
    socket->timer = NULL;
    atomic_fetch_sub(&socket->server->sockets, 1);
    socket->handler->on_end(socket, socket->code, socket->owner);
}

void websocket_free(struct websocket *socket)
{
    if (socket == NULL)
        return;
    websocket_reader_free(socket->reader);
    heap_free(socket);
}

size_t http_server_slow_sockets(const struct http_server *server)
{
    return server->slow_sockets;
}

size_t http_server_sockets(const struct http_server *server)
{
    return server->sockets;
}
