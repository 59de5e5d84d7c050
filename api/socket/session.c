/*
 * Sessions.
 *
 *   handshake ─► open ── "2" every 25 s, "3" within 20 s ──► …
 *                  │
 *                  └── no answer · a broken rule · nowhere joined after 45 s · the peer's end ──► ended
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/socket/session.h"

#include "api/socket/packet.h"
#include "api/socket/session_wire.h"
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/random.h"

#include <stdio.h>

enum {
    PING_EVERY_MS = 25000,
    PONG_WITHIN_MS = 20000,
    MOST_UNDER_WAY = 32,
    PACKET_ARENA_BYTES = 8 << 20,
    OPEN_BYTES = 256,
    ID_BYTES = 15,
    ID_ARENA_BYTES = 1024
};

void session_make_id(char out[SOCKET_ID_SIZE])
{
    AUTO_ARENA arena = arena_new(ID_ARENA_BYTES);
    uint8_t bytes[ID_BYTES];

    random_fill(bytes, sizeof(bytes));
    (void)snprintf(
        out, SOCKET_ID_SIZE, "%s",
        text_c(arena, base64url_encode(arena, (struct bytes){bytes, sizeof(bytes)})));
}

struct session *session_keep(struct session *session)
{
    session->keepers++;
    return session;
}

void session_release(struct session *session)
{
    if (--session->keepers > 0)
        return;
    loop_timer_free(session->timer);
    heap_free(session->remote_address);
    heap_free(session->user_agent);
    heap_free(session->authorization);
    heap_free(session);
}

void session_send(struct session *session, struct websocket_frame *frame)
{
    if (session->wire != NULL)
        session->wire->send(session, frame);
}

static void send_text(struct session *session, struct text text)
{
    struct websocket_frame *frame = websocket_frame_new(WEBSOCKET_TEXT, text);

    session_send(session, frame);
    websocket_frame_release(frame);
}

void session_close(struct session *session)
{
    if (session->wire != NULL)
        session->wire->close(session);
}

/* Holds the peer back, or lets it go on. */
static void set_pace(struct session *session)
{
    session->is_held = session->awaits_placing || session->under_way >= MOST_UNDER_WAY;
    if (session->wire != NULL)
        session->wire->hold(session, session->is_held);
}

void session_begin(struct session *session)
{
    (void)session_keep(session);
    atomic_fetch_add(&session->services->meter->messages_under_way, 1);
    session->under_way++;
    session->awaits_placing = true;
    set_pace(session);
}

void session_place(struct session *session)
{
    session->awaits_placing = false;
    set_pace(session);
}

void session_finish(struct session *session)
{
    session->under_way--;
    session_place(session);
    atomic_fetch_sub(&session->services->meter->messages_under_way, 1);
    session_release(session);
}

void session_note_joined(struct session *session)
{
    session->has_joined = true;
}

/* Its answer to a ping did not come. While it is held back it cannot give it, and has time again. */
static void end_silent(struct session *session)
{
    if (session->is_held)
        loop_timer_set(session->timer, PONG_WITHIN_MS * (int64_t)US_PER_MS);
    else
        session->wire->drop(session);
}

static void on_timer(void *context)
{
    struct session *session = context;

    if (session->wire == NULL)
        return;
    if (session->awaits_pong) {
        end_silent(session);
        return;
    }
    if (!session->has_joined && monotonic_us() >= session->joins_by_us)
        session_close(session);
    else
        send_text(session, text_lit("2"));
    session->awaits_pong = true;
    loop_timer_set(session->timer, PONG_WITHIN_MS * (int64_t)US_PER_MS);
}

static void take_pong(struct session *session)
{
    if (!session->awaits_pong)
        return;
    session->awaits_pong = false;
    loop_timer_set(
        session->timer, session->has_joined ? PING_EVERY_MS * (int64_t)US_PER_MS
                                            : session->joins_by_us - monotonic_us());
}

static bool take_message(struct session *session, struct text text)
{
    AUTO_ARENA arena = arena_new(PACKET_ARENA_BYTES);
    struct packet packet;

    return packet_read(text, arena, &packet) &&
           session->handler->on_packet(session, &packet, arena);
}

void session_take(struct session *session, struct text packet)
{
    bool is_right = packet.size > 0;

    if (is_right && packet.data[0] == ENGINE_MESSAGE)
        is_right = take_message(session, text_slice(packet, 1, packet.size));
    else if (is_right && text_is(packet, "3"))
        take_pong(session);
    else
        is_right = is_right && text_is(packet, "1"); /* it will close by itself */
    if (!is_right)
        session_close(session);
}

void session_end(struct session *session)
{
    session->wire = NULL;
    loop_timer_clear(session->timer);
    session->handler->on_end(session);
    session_release(session);
}

static char *copy_header(const struct call *call, const char *name)
{
    return heap_copy(text_c(call->arena, http_header(call->request, name)));
}

struct session *session_new(
    const struct call *call,
    const struct session_handler *handler,
    const struct session_wire *wire,
    void *carrier)
{
    struct session *session = heap_new(sizeof(*session));

    session->wire = wire;
    session->carrier = carrier;
    session->handler = handler;
    session->services = call->services;
    session->loop = call->loop;
    session->keepers = 1;
    session->timer = loop_timer_new(call->loop->loop, on_timer, session);
    session->remote_address = heap_copy(text_c(call->arena, call->request->remote_address));
    session->user_agent = copy_header(call, "User-Agent");
    session->authorization = copy_header(call, "Authorization");
    session->joins_by_us = monotonic_us() + (PING_EVERY_MS + PONG_WITHIN_MS) * (int64_t)US_PER_MS;
    session_make_id(session->id);
    return session;
}

void session_open(struct session *session, int most_bytes)
{
    AUTO_BUF open = {0};

    buf_init(&open, OPEN_BYTES);
    buf_printf(
        &open,
        "0{\"sid\":\"%s\",\"upgrades\":[],\"pingInterval\":%d,\"pingTimeout\":%d,"
        "\"maxPayload\":%d}",
        session->id, PING_EVERY_MS, PONG_WITHIN_MS, most_bytes);
    send_text(session, buf_text(&open));
    loop_timer_set(session->timer, PING_EVERY_MS * (int64_t)US_PER_MS);
}
