/*
 * A connection: one state machine on its loop, one request at a time, in the order they came.
 *
 *     accepted
 *        │                        ┌───────────── kept alive ─────────────┐
 *        ▼                        ▼                                      │
 *   HANDSHAKE ── secured ──►    IDLE ── first byte ──► HEAD              │
 *   (TLS only)                    │                     │ empty line     │
 *        │                        │                     ▼                │
 *        │                        │                 ADMISSION            │
 *        │                        │      malformed,     │ http_admit()   │
 *        │                        │      too slow,      ▼                │
 *        │                        │      too much     BODY               │
 *        │                        │        ┌────────────┤ last byte      │
 *        │                        │        │            ▼                │
 *        │                        │        │         PENDING ── websocket_accept() ──► UPGRADED
 *        │                        │        ▼            │ http_answer()  │              │
 *        │                        │     WRITING ◄───────┤                │              │ both said
 *        │                        │        │ ▲          │ http_stream_begin()           │ goodbye
 *        │                        │        │ └─ end ─ STREAMING           │              │
 *        │                        │        │ all sent ───────────────────┘              │
 *        │                        │        │ all sent, and the last answer              │
 *        ▼                        ▼        ▼                                            │
 *      CLOSED ◄────────────────────────  LINGER ◄───────────────────────────────────────┘
 *                                                 (every state: reset ──► CLOSED)
 *
 *   where it sleeps   what wakes it
 *   HANDSHAKE, IDLE   bytes; the peer's end; the time-out of heads, of idleness ──► CLOSED
 *   HEAD, BODY        bytes; the time-out of heads, of bodies ──► 408
 *   ADMISSION         the handler's word: the body may come, or an answer instead
 *   PENDING           the handler's answer; the peer's end (the exchange is then abandoned)
 *   WRITING           the socket took it all; too slow, or its time is up ──► CLOSED
 *   STREAMING         as stream.c says
 *   UPGRADED          as websocket.c says
 *   LINGER            the peer's end, or two seconds: closing while bytes arrive would reset the
 *                     connection and could destroy our last answer on its way
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/failpoint.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/answer.h"
#include "core/http/forwarded.h"
#include "core/http/http_internal.h"
#include "core/http/parser.h"
#include "core/http/stream_internal.h"
#include "core/http/websocket_internal.h"
#include "core/http/wire.h"

#include <stddef.h>
#include <string.h>

enum state {
    HANDSHAKE,
    IDLE,
    HEAD,
    ADMISSION,
    BODY,
    PENDING,
    STREAMING,
    WRITING,
    UPGRADED,
    LINGER,
    CLOSED
};

static const struct {
    enum state from;
    enum state to;
    const char *when;
} moves[] = {
    {HANDSHAKE, IDLE, "the connection is secured"},
    {HANDSHAKE, CLOSED, "the handshake failed or took too long"},
    {IDLE, HEAD, "the first byte of a request came"},
    {IDLE, CLOSED, "idle for too long, ended by the peer, or the server drains"},
    {HEAD, ADMISSION, "the head is whole"},
    {ADMISSION, BODY, "the body may come"},
    {ADMISSION, WRITING, "the handler answered before the body came"},
    {ADMISSION, CLOSED, "the connection was reset"},
    {HEAD, WRITING, "the head is refused or took too long"},
    {HEAD, CLOSED, "the peer went away in the middle"},
    {BODY, PENDING, "the request is whole"},
    {BODY, WRITING, "the body is refused or took too long"},
    {BODY, CLOSED, "the peer went away in the middle"},
    {PENDING, WRITING, "the handler answered"},
    {PENDING, CLOSED, "the connection was reset"},
    {PENDING, STREAMING, "the handler began a stream"},
    {STREAMING, WRITING, "the stream has ended"},
    {STREAMING, CLOSED, "the peer has gone or is too slow, or the stream was dropped"},
    {PENDING, UPGRADED, "the handler accepted a WebSocket"},
    {UPGRADED, LINGER, "both sides have said goodbye"},
    {UPGRADED, CLOSED, "reset, dropped, or ended without a goodbye"},
    {WRITING, IDLE, "the answer is sent and the connection kept alive"},
    {WRITING, LINGER, "the last answer is sent"},
    {WRITING, CLOSED, "the peer does not read, or the last answer is sent and the peer done"},
    {LINGER, CLOSED, "the peer is done, or was given time enough"},
};

enum { LINGER_US = 2 * US_PER_S };

struct http_connection {
    struct loop_message destroy_message; /* first: see destroy_deferred() */
    struct loop_message turn;            /* a tick on the next turn */
    struct http_listener *listener;
    struct http_wire *wire;
    struct loop_timer *timer;
    struct http_parser *parser;
    struct http_exchange *exchange; /* from HEAD to PENDING */
    struct http_stream *stream;     /* in STREAMING */
    struct websocket *websocket;    /* from UPGRADED on */
    enum state state;
    bool is_ticking;
    bool has_turn; /* `turn` is on its way */
    bool has_timed_out;
    bool closes;                 /* with the present answer */
    bool sends_lasting;          /* which takes no memory */
    int64_t ends_us;             /* monotonic: when body or answer must be done */
    size_t done_before;          /* how far it was when its pace was last looked at */
    size_t held;                 /* bytes of the answer that the server counts */
    struct http_address address; /* of the peer */
    struct http_connection *next;
    struct http_connection **link; /* what points here */
};

static int64_t time_out_of(const struct http_connection *c)
{
    const struct http_settings *settings = &c->listener->server->settings;

    switch (c->state) {
    case HANDSHAKE:
    case HEAD:
        return settings->head_timeout_us;
    case IDLE:
        return settings->idle_timeout_us;
    case BODY:
        return settings->body_timeout_us;
    case WRITING:
        return settings->write_timeout_us;
    case LINGER:
        return LINGER_US;
    case ADMISSION:
    case PENDING:   /* the handler's own affair */
    case STREAMING: /* stream.c's … */
    case UPGRADED:  /* … and websocket.c's */
    case CLOSED:
        break;
    }
    return -1;
}

/* How far body or answer are, in bytes from somewhere. */
static size_t done_so_far(const struct http_connection *c)
{
    if (c->state == BODY)
        return http_parser_body_size(c->parser);
    return c->state == WRITING ? SIZE_MAX - http_wire_unsent(c->wire) : 0;
}

/* Bodies and answers are looked at on their way too, if that comes before their end. */
static void watch_pace(struct http_connection *c)
{
    int64_t pace_us = c->listener->server->settings.pace_us;
    int64_t left_us = c->ends_us - monotonic_us();

    c->done_before = done_so_far(c);
    loop_timer_set(c->timer, pace_us > 0 && pace_us < left_us ? pace_us : left_us);
}

static bool has_kept_pace(const struct http_connection *c)
{
    return monotonic_us() < c->ends_us &&
           done_so_far(c) - c->done_before >= c->listener->server->settings.pace_bytes;
}

static void set_time_out(struct http_connection *c)
{
    int64_t after_us = time_out_of(c);

    c->has_timed_out = false;
    c->ends_us = monotonic_us() + after_us;
    if (after_us < 0)
        loop_timer_clear(c->timer);
    else if (c->state == BODY || c->state == WRITING)
        watch_pace(c);
    else
        loop_timer_set(c->timer, after_us);
}

static bool may_move(enum state from, enum state to)
{
    for (size_t i = 0; i < COUNT_OF(moves); i++) {
        if (moves[i].from == from && moves[i].to == to)
            return true;
    }
    return false;
}

static void destroy_deferred(struct loop_message *message);

/* The connection is dead to everyone at once; its memory goes when no callback is on the stack. */
static void destroy_later(struct http_connection *c)
{
    struct http_exchange *exchange = c->exchange;

    http_wire_silence(c->wire);
    *c->link = c->next;
    if (c->next != NULL)
        c->next->link = c->link;
    c->listener->server->connections--;
    c->exchange = NULL;
    loop_defer(c->listener->loop, &c->destroy_message);
    if (exchange == NULL)
        return;
    exchange->connection = NULL;
    if (exchange->is_in_flight)
        http_exchange_abandon(exchange);
    else
        http_exchange_free(exchange);
}

/* What the socket did not take counts until all of it went. */
static void hold_unsent(struct http_connection *c, size_t size)
{
    struct http_server *server = c->listener->server;

    server->held += size - c->held;
    c->held = size;
}

static void end_stream(struct http_connection *c)
{
    struct http_stream *stream = c->stream;

    c->stream = NULL;
    http_stream_free(stream);
}

/* The only mover. Always true, so that a step can end with it. */
static bool enter(struct http_connection *c, enum state state)
{
    must(may_move(c->state, state));
    if (c->state == UPGRADED)
        websocket_end(c->websocket);
    if (c->state == STREAMING)
        end_stream(c);
    c->state = state;
    set_time_out(c);
    hold_unsent(c, state == WRITING && !c->sends_lasting ? http_wire_unsent(c->wire) : 0);
    if (state == CLOSED)
        destroy_later(c);
    return true;
}

/* What lasts is let go of by nobody. */
static void let_lie(void *context)
{
    (void)context;
}

static void send_answer(struct http_connection *c, const struct http_answer *answer)
{
    const struct http_request *request = &c->exchange->request;
    struct http_terms terms = {
        .now = timestamp_now(),
        .is_head = text_is(request->method, "HEAD"),
        .closes = c->closes,
        .names_keepalive = request->is_http10,
    };
    struct http_rendering rendering;

    http_answer_render(answer, &terms, &rendering);
    failpoint_reach(FAILPOINT_SEND);
    c->sends_lasting = answer->is_lasting;
    if (answer->is_lasting) {
        http_wire_send(c->wire, buf_text(&rendering.head), text_lit(""), answer->storage);
        http_wire_send_shared(c->wire, bytes_of_text(rendering.body), let_lie, NULL);
    } else {
        http_wire_send(c->wire, buf_text(&rendering.head), rendering.body, answer->storage);
    }
    http_rendering_fini(&rendering);
}

/* Answers a request that will never be whole; what follows it cannot be understood either. */
static bool refuse(struct http_connection *c, int status, const char *reason)
{
    const struct http_handler *handler = c->listener->server->handler;
    struct http_answer answer = {.status = status};

    handler->on_malformed(status, reason, c->exchange->arena, &answer, handler->context);
    c->closes = true;
    send_answer(c, &answer);
    http_exchange_free(c->exchange);
    c->exchange = NULL;
    return enter(c, WRITING);
}

static bool step_handshake(struct http_connection *c)
{
    if (http_wire_is_open(c->wire))
        return enter(c, IDLE);
    return http_wire_has_ended(c->wire) && enter(c, CLOSED);
}

static bool step_idle(struct http_connection *c)
{
    if (!http_wire_has_input(c->wire))
        return (http_wire_has_ended(c->wire) || c->listener->server->is_draining) &&
               enter(c, CLOSED);
    c->exchange = http_exchange_new(c->listener, c);
    http_parser_begin(c->parser, c->exchange->arena);
    return enter(c, HEAD);
}

static bool finish_head(struct http_connection *c)
{
    const struct http_head *head = http_parser_head(c->parser);
    const struct http_networks *trusted = c->listener->server->settings.trusted_proxies;
    struct http_client client = {.address = c->address, .is_tls = http_wire_is_tls(c->wire)};
    struct http_request *request = &c->exchange->request;
    struct http_defect defect;

    *request = head->request;
    if (!http_forwarded_name(request, trusted, &client, c->exchange->arena, &defect))
        return refuse(c, defect.status, defect.reason);
    c->exchange->declared_bytes = head->is_chunked ? SIZE_MAX : head->content_length;
    enter(c, ADMISSION);
    http_exchange_ask(c->exchange);
    return c->state != ADMISSION;
}

/* Goes on in a tick of its own, unless one is under way. */
static void go_on(struct http_connection *c)
{
    if (c->is_ticking || c->has_turn)
        return;
    c->has_turn = true;
    loop_defer(c->listener->loop, &c->turn);
}

static void admit_body(struct http_connection *c, size_t limit)
{
    const struct http_head *head = http_parser_head(c->parser);

    must(c->state == ADMISSION);
    http_parser_limit_body(c->parser, limit);
    if (head->expects_continue && head->content_length <= limit && !http_wire_has_input(c->wire))
        http_wire_send(c->wire, text_lit("HTTP/1.1 100 Continue\r\n\r\n"), text_lit(""), NULL);
    enter(c, BODY);
    go_on(c);
}

void http_admit(struct http_exchange *exchange, size_t limit_bytes)
{
    must(loop_is_here(exchange->listener->loop));
    http_exchange_take_back(exchange);
    if (exchange->connection != NULL)
        admit_body(exchange->connection, limit_bytes);
    else
        loop_defer(exchange->listener->loop, &exchange->destroy_message);
}

static bool finish_request(struct http_connection *c)
{
    struct http_exchange *exchange = c->exchange;
    size_t size;

    if (failpoint_pass(FAILPOINT_PARSE, NULL) != STATUS_OK)
        return refuse(c, 503, "It was not taken on.");
    exchange->body = http_parser_detach_body(c->parser, &size);
    exchange->request.body = (struct text){exchange->body, size};
    enter(c, PENDING);
    http_exchange_hand_over(exchange);
    return true;
}

/* HEAD and BODY: feeds the parser one piece. */
static bool step_request(struct http_connection *c)
{
    size_t used = 0;
    enum http_step step = http_parser_feed(c->parser, http_wire_look(c->wire), &used);
    struct http_defect defect;

    http_wire_drop(c->wire, used);
    if (c->state == BODY && !http_exchange_hold(c->exchange, http_parser_body_size(c->parser)))
        return refuse(c, 503, "The server has more to take in than it can hold. Try again.");
    switch (step) {
    case HTTP_MORE:
        return used > 0 || (http_wire_has_ended(c->wire) && enter(c, CLOSED));
    case HTTP_HEAD:
        return finish_head(c);
    case HTTP_WHOLE:
        return finish_request(c);
    case HTTP_BAD:
        break;
    }
    defect = http_parser_defect(c->parser);
    return refuse(c, defect.status, defect.reason);
}

/* A peer that sends no more may still read (it closed one half), so the answer will be tried; but
 * whoever waits on its behalf had better stop. */
static bool step_pending(struct http_connection *c)
{
    if (http_wire_has_ended(c->wire) && !c->exchange->is_abandoned)
        http_exchange_abandon(c->exchange);
    return c->state != PENDING;
}

static bool step_writing(struct http_connection *c)
{
    if (http_wire_unsent(c->wire) > 0)
        return false;
    if (!c->closes)
        return enter(c, IDLE);
    http_wire_finish(c->wire);
    return enter(c, http_wire_has_ended(c->wire) ? CLOSED : LINGER);
}

static bool step_upgraded(struct http_connection *c)
{
    if (c->listener->server->is_draining)
        websocket_close(c->websocket, WEBSOCKET_GOING_AWAY, "The server is ending.");
    switch (websocket_step(c->websocket)) {
    case WEBSOCKET_GOES_ON:
        return false;
    case WEBSOCKET_IS_DONE:
        http_wire_finish(c->wire);
        return enter(c, http_wire_has_ended(c->wire) ? CLOSED : LINGER);
    case WEBSOCKET_IS_LOST:
        break;
    }
    return enter(c, CLOSED);
}

static bool step_streaming(struct http_connection *c)
{
    if (c->listener->server->is_draining)
        http_stream_drain(c->stream);
    switch (http_stream_step(c->stream)) {
    case HTTP_STREAM_GOES_ON:
        return false;
    case HTTP_STREAM_IS_DONE:
        c->closes = c->closes || c->listener->server->is_draining;
        return enter(c, WRITING);
    case HTTP_STREAM_IS_LOST:
        break;
    }
    return enter(c, CLOSED);
}

static bool step_linger(struct http_connection *c)
{
    while (http_wire_has_input(c->wire))
        http_wire_drop(c->wire, http_wire_look(c->wire).size);
    return http_wire_has_ended(c->wire) && enter(c, CLOSED);
}

static bool time_out(struct http_connection *c)
{
    bool goes_on = (c->state == BODY || c->state == WRITING) && has_kept_pace(c);

    c->has_timed_out = false;
    if (goes_on) {
        watch_pace(c);
        return false;
    }
    if (c->state == HEAD || c->state == BODY)
        return refuse(c, 408, "The request took too long to arrive.");
    return enter(c, CLOSED);
}

/* One step of the life; false when there is nothing to do but sleep. */
static bool step(struct http_connection *c)
{
    if (c->state != CLOSED && http_wire_has_failed(c->wire))
        return enter(c, CLOSED);
    if (c->state != CLOSED && c->has_timed_out)
        return time_out(c);
    switch (c->state) {
    case HANDSHAKE:
        return step_handshake(c);
    case IDLE:
        return step_idle(c);
    case HEAD:
    case BODY:
        return step_request(c);
    case ADMISSION:
        return false;
    case PENDING:
        return step_pending(c);
    case WRITING:
        return step_writing(c);
    case STREAMING:
        return step_streaming(c);
    case UPGRADED:
        return step_upgraded(c);
    case LINGER:
        return step_linger(c);
    case CLOSED:
        break;
    }
    return false;
}

/* The guard keeps an answer given from inside a handler from starting a second life. */
static void tick(struct http_connection *c)
{
    if (c->is_ticking)
        return;
    c->is_ticking = true;
    while (step(c)) {
    }
    c->is_ticking = false;
}

static void on_change(void *context)
{
    tick(context);
}

static void on_timer(void *context)
{
    struct http_connection *c = context;

    c->has_timed_out = true;
    tick(c);
}

static void on_turn(struct loop_message *message)
{
    size_t offset = offsetof(struct http_connection, turn);
    struct http_connection *c = (struct http_connection *)(void *)((char *)message - offset);

    c->has_turn = false;
    tick(c);
}

/* A body that was not let in stands in the way of the next request. */
static bool can_go_on(const struct http_connection *c)
{
    bool has_more = !http_wire_has_ended(c->wire) || http_wire_has_input(c->wire);
    bool has_body = c->state == ADMISSION && c->exchange->declared_bytes > 0;

    return has_more && !has_body && http_parser_head(c->parser)->keeps_alive &&
           !c->listener->server->is_draining;
}

/* A large answer that only reads is not begun while too much is held: whoever asks for many of them
 * and takes none would fill the memory. */
static bool is_too_much(const struct http_connection *c, const struct http_answer *answer)
{
    const struct http_server *server = c->listener->server;

    return answer->body.size > HTTP_LARGE_BYTES && !answer->is_lasting &&
           server->settings.held_bytes > 0 && text_is(c->exchange->request.method, "GET") &&
           server->held + answer->body.size > server->settings.held_bytes;
}

/* Sends the answer of the pending exchange, and lets go of it. */
static void answer_pending(struct http_connection *c, const struct http_answer *answer)
{
    const struct http_handler *handler = c->listener->server->handler;
    struct http_answer instead = {.status = 503};

    must(c->state == PENDING || c->state == ADMISSION);
    c->closes = !can_go_on(c);
    if (is_too_much(c, answer)) {
        handler->on_malformed(
            503, "The server has more to send than it can hold. Try again.", c->exchange->arena,
            &instead, handler->context);
        if (answer->storage != NULL)
            buf_fini(answer->storage);
        answer = &instead;
    }
    send_answer(c, answer);
    c->exchange = NULL;
    enter(c, WRITING);
    if (http_wire_unsent(c->wire) == 0)
        go_on(c); /* else the socket will wake us */
}

void http_answer(struct http_exchange *exchange, const struct http_answer *answer)
{
    struct loop *loop = exchange->listener->loop;

    must(loop_is_here(loop));
    http_exchange_take_back(exchange);
    if (exchange->connection != NULL)
        answer_pending(exchange->connection, answer);
    else if (answer->storage != NULL)
        buf_fini(answer->storage);
    exchange->connection = NULL;
    loop_defer(loop, &exchange->destroy_message);
}

static void on_wake(void *context)
{
    go_on(context);
}

void http_connection_upgrade(
    struct http_connection *c, struct websocket *websocket, struct text head)
{
    must(c->state == PENDING);
    http_wire_send(c->wire, head, text_lit(""), NULL);
    http_parser_free(c->parser);
    c->parser = NULL;
    c->exchange->connection = NULL;
    loop_defer(c->listener->loop, &c->exchange->destroy_message);
    c->exchange = NULL;
    c->websocket = websocket;
    websocket_attach(websocket, c->wire, on_wake, c);
    enter(c, UPGRADED);
    go_on(c); /* messages may have come with the handshake */
}

void http_connection_stream(
    struct http_connection *c, struct http_stream *stream, const struct http_answer *head)
{
    const struct http_request *request = &c->exchange->request;
    struct http_terms terms = {
        .now = timestamp_now(),
        .framing = request->is_http10 ? HTTP_BY_END : HTTP_BY_CHUNKS,
    };
    struct http_rendering rendering;

    must(c->state == PENDING);
    c->closes = !can_go_on(c) || request->is_http10;
    terms.closes = c->closes;
    http_answer_render(head, &terms, &rendering);
    http_wire_send(c->wire, buf_text(&rendering.head), text_lit(""), NULL);
    http_rendering_fini(&rendering);
    c->exchange->connection = NULL;
    loop_defer(c->listener->loop, &c->exchange->destroy_message);
    c->exchange = NULL;
    c->stream = stream;
    http_stream_attach(stream, c->wire, on_wake, c);
    enter(c, STREAMING);
    go_on(c);
}

static void free_connection(struct http_connection *c)
{
    hold_unsent(c, 0);
    if (c->state == UPGRADED)
        websocket_end(c->websocket);
    end_stream(c);
    http_wire_close(c->wire);
    websocket_free(c->websocket); /* after the wire, which has messages of it */
    loop_timer_free(c->timer);
    http_parser_free(c->parser);
    heap_free(c);
}

static void destroy_deferred(struct loop_message *message)
{
    free_connection((struct http_connection *)message);
}

void http_connection_open(
    struct http_listener *listener, int fd, const struct http_address *address)
{
    struct http_connection *c = heap_new(sizeof(*c));

    c->wire = http_wire_open(loop_base(listener->loop), fd, listener->server->tls, on_change, c);
    if (c->wire == NULL) {
        heap_free(c);
        return;
    }
    c->listener = listener;
    c->destroy_message.run = destroy_deferred;
    c->turn.run = on_turn;
    c->timer = loop_timer_new(listener->loop, on_timer, c);
    c->parser = http_parser_new(listener->server->settings.max_head_bytes);
    c->address = *address;
    c->next = listener->connections;
    c->link = &listener->connections;
    if (c->next != NULL)
        c->next->link = &c->next;
    listener->connections = c;
    listener->server->connections++;
    c->state = HANDSHAKE;
    set_time_out(c);
    tick(c);
}

void http_connections_drain(struct http_listener *listener)
{
    struct http_connection *next;

    for (struct http_connection *c = listener->connections; c != NULL; c = next) {
        next = c->next; /* a tick ends no connection but its own */
        tick(c);
    }
}

void http_connections_free(struct http_listener *listener)
{
    while (listener->connections != NULL) {
        struct http_connection *c = listener->connections;

        listener->connections = c->next;
        if (c->next != NULL)
            c->next->link = &listener->connections;
        listener->server->connections--;
        free_connection(c);
    }
}
