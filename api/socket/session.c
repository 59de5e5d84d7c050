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
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/random.h"
#include "core/shape/shape_params.h"

#include <stdio.h>

enum {
    PING_EVERY_MS = 25000,
    PONG_WITHIN_MS = 20000,
    MOST_MESSAGE_BYTES = 1000000, /* as the open packet says */
    MOST_QUEUED = 128,
    MOST_QUEUED_BYTES = 8 << 20,
    PATIENCE_S = 20,
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

static void keep(struct session *session)
{
    session->keepers++;
}

static void release(struct session *session)
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
    if (session->websocket != NULL)
        (void)websocket_send(session->websocket, frame); /* one that is too slow ends by itself */
}

static void send_text(struct session *session, struct text text)
{
    struct websocket_frame *frame = websocket_frame_new(WEBSOCKET_TEXT, text);

    session_send(session, frame);
    websocket_frame_release(frame);
}

void session_close(struct session *session)
{
    if (session->websocket != NULL)
        websocket_close(session->websocket, 0, "");
}

/* Holds the peer back, or lets it go on. */
static void set_pace(struct session *session)
{
    if (session->websocket != NULL)
        websocket_pause(
            session->websocket, session->awaits_placing || session->under_way >= MOST_UNDER_WAY);
}

void session_begin(struct session *session)
{
    keep(session);
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
    release(session);
}

void session_note_joined(struct session *session)
{
    session->has_joined = true;
}

static void on_timer(void *context)
{
    struct session *session = context;

    if (session->websocket == NULL)
        return;
    if (session->awaits_pong) {
        websocket_drop(session->websocket);
        return;
    }
    if (!session->has_joined && monotonic_us() >= session->joins_by_us) {
        session_close(session);
        return;
    }
    session->awaits_pong = true;
    send_text(session, text_lit("2"));
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

static bool take_packet(struct session *session, struct text text)
{
    AUTO_ARENA arena = arena_new(PACKET_ARENA_BYTES);
    struct packet packet;

    return packet_read(text, arena, &packet) &&
           session->handler->on_packet(session, &packet, arena);
}

static void on_message(struct websocket *websocket, bool is_text, struct text message, void *owner)
{
    struct session *session = owner;
    bool is_right = is_text && message.size > 0;

    (void)websocket;
    if (is_right && message.data[0] == ENGINE_MESSAGE)
        is_right = take_packet(session, text_slice(message, 1, message.size));
    else if (is_right && text_is(message, "3"))
        take_pong(session);
    else
        is_right = is_right && text_is(message, "1"); /* it will close by itself */
    if (!is_right)
        session_close(session);
}

static void on_end(struct websocket *websocket, int code, void *owner)
{
    struct session *session = owner;

    (void)websocket;
    (void)code;
    session->websocket = NULL;
    loop_timer_clear(session->timer);
    session->handler->on_end(session);
    release(session);
}

static const struct websocket_handler websocket_handler = {
    .on_message = on_message,
    .on_end = on_end,
    .most_message_bytes = MOST_MESSAGE_BYTES,
    .most_queued = MOST_QUEUED,
    .most_queued_bytes = MOST_QUEUED_BYTES,
    .patience_us = PATIENCE_S * (int64_t)US_PER_S,
};

static char *copy_header(const struct call *call, const char *name)
{
    return heap_copy(text_c(call->arena, http_header(call->request, name)));
}

static struct session *new_session(const struct call *call, const struct session_handler *handler)
{
    struct session *session = heap_new(sizeof(*session));

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

static void print_open(const char *id, struct buf *out)
{
    buf_printf(
        out,
        "0{\"sid\":\"%s\",\"upgrades\":[],\"pingInterval\":%d,\"pingTimeout\":%d,"
        "\"maxPayload\":%d}",
        id, PING_EVERY_MS, PONG_WITHIN_MS, MOST_MESSAGE_BYTES);
}

/* The call ends with its exchange, unanswered. */
static void open_websocket(struct call *call, const struct session_handler *handler)
{
    struct session *session = new_session(call, handler);
    AUTO_BUF open = {0};

    meter_answer(call->services->meter, call->route_index, 101, 0);
    session->websocket = websocket_accept(call->exchange, &websocket_handler, session);
    if (session->websocket == NULL) {
        release(session);
        return;
    }
    buf_init(&open, OPEN_BYTES);
    print_open(session->id, &open);
    send_text(session, buf_text(&open));
    loop_timer_set(session->timer, PING_EVERY_MS * (int64_t)US_PER_MS);
}

/* Why a handshake is refused, in the words and numbers of engine.io. */
static const struct {
    int code;
    const char *message;
} refusals[] = {
    {0, "Transport unknown"}, {1, "Session ID unknown"},           {2, "Bad handshake method"},
    {3, "Bad request"},       {5, "Unsupported protocol version"},
};
enum refusal_index { TRANSPORT, SESSION, METHOD, REQUEST, PROTOCOL };

static void refuse(struct call *call, enum refusal_index why)
{
    call_answer_json(
        call, 400,
        text_format(
            call->arena, "{\"code\":%d,\"message\":\"%s\"}", refusals[why].code,
            refusals[why].message));
}

/* The agent's look whether this is a server: it goes on with a WebSocket. */
static void answer_open(struct call *call)
{
    char id[SOCKET_ID_SIZE];
    AUTO_BUF open = {0};

    session_make_id(id);
    buf_init(&open, OPEN_BYTES);
    print_open(id, &open);
    call_header(call, "Cache-Control", text_lit("no-store"));
    call_answer_text(
        call, 200, "text/plain; charset=UTF-8", text_copy(call->arena, buf_text(&open)));
}

/* Absent where the query does not have it; what else is in there means nothing. */
static struct text asked_for(const struct call *call, const char *name)
{
    const struct param *params;
    size_t count;

    if (!params_parse(call->arena, call->request->query, &params, &count))
        return (struct text){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        if (text_is(params[i].name, name))
            return params[i].value;
    }
    return (struct text){NULL, 0};
}

void session_open(struct call *call, const struct session_handler *handler)
{
    enum websocket_wish wish = websocket_wish(call->request);
    struct text transport = asked_for(call, "transport");

    if (!text_is(asked_for(call, "EIO"), "4"))
        refuse(call, PROTOCOL);
    else if (text_is_present(asked_for(call, "sid")))
        refuse(call, SESSION);
    else if (text_is(transport, "polling") && wish == WEBSOCKET_NOT_WISHED)
        answer_open(call);
    else if (!text_is(transport, "websocket"))
        refuse(call, TRANSPORT);
    else if (wish != WEBSOCKET_WISHED)
        refuse(call, REQUEST);
    else
        open_websocket(call, handler);
}
