/*
 * The handshake, and messages out of frames.
 *
 *   connected ─► request ─► head of the answer ─► frames ─► messages
 *
 * What libevent says may come while something of ours is on the stack, so a socket is told that it has
 * closed on a later turn, and is freed by whoever hears of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/web/web_socket.h"

#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/random.h"
#include "core/run/loop.h"
#include "core/web/frame.h"
#include "core/web/names.h"
#include "core/web/web_internal.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/util.h>
#include <openssl/evp.h>

#include <string.h>
#include <sys/socket.h>

enum { LARGEST_HEAD = 16 << 10, ARENA_BYTES = 128 << 10, LARGEST_FRAME = 16 };

enum socket_state { SOCKET_CONNECTING, SOCKET_SHAKING, SOCKET_OPEN, SOCKET_CLOSED };

struct web_socket {
    struct web *web;
    const struct web_socket_listener *listener;
    void *context;
    struct bufferevent *bev;
    enum socket_state state;
    char *path;
    struct buf headers; /* lines of the request */
    char key[32];       /* of the handshake */
    struct buf message; /* what has come of one in parts */
    bool is_in_parts;
    struct loop_timer *timer; /* the handshake's; then for telling that it has closed */
    const char *why;
};

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/* Closing. */

static void close_socket(struct web_socket *socket, const char *why)
{
    if (socket->state == SOCKET_CLOSED)
        return;
    socket->state = SOCKET_CLOSED;
    socket->why = why;
    bufferevent_disable(socket->bev, EV_READ);
    loop_timer_set(socket->timer, 0);
}

static void on_timer(void *context)
{
    struct web_socket *socket = context;

    if (socket->state != SOCKET_CLOSED)
        socket->why = "there was no answer in time";
    socket->state = SOCKET_CLOSED;
    socket->listener->closed(socket->context, socket->why);
}

/* Frames. */

static void send_frame(struct web_socket *socket, enum frame_opcode opcode, struct text payload)
{
    AUTO_BUF frame = {0};
    uint8_t mask[4];

    buf_init(&frame, payload.size + LARGEST_FRAME);
    random_fill(mask, sizeof(mask));
    frame_write(&frame, opcode, payload, mask);
    must(!buf_is_full(&frame) && bufferevent_write(socket->bev, frame.data, frame.size) == 0);
}

void web_socket_send(struct web_socket *socket, struct text message)
{
    if (socket->state == SOCKET_OPEN)
        send_frame(socket, FRAME_TEXT, message);
}

size_t web_socket_unsent(const struct web_socket *socket)
{
    return evbuffer_get_length(bufferevent_get_output(socket->bev));
}

/* False when the socket may be gone. */
static bool take_message(struct web_socket *socket)
{
    struct text message = buf_text(&socket->message);
    struct buf whole;

    if (message.data == NULL)
        message = text_lit("");
    if (buf_is_full(&socket->message) || !text_is_clean_utf8(message)) {
        close_socket(socket, "a message is too large, or is no text");
        return false;
    }
    /* The next one begins anew, whatever becomes of the socket while this one is read. */
    whole = socket->message;
    buf_init(&socket->message, WEB_SOCKET_LARGEST);
    socket->is_in_parts = false;
    socket->listener->text(socket->context, message);
    buf_fini(&whole);
    return false;
}

/* False when nothing more may be read of it now. */
static bool take_frame(struct web_socket *socket, const struct frame *frame)
{
    bool is_part = frame->opcode == FRAME_CONTINUED;

    switch (frame->opcode) {
    case FRAME_PING:
        send_frame(socket, FRAME_PONG, frame->payload);
        return true;
    case FRAME_PONG:
        return true;
    case FRAME_CLOSE:
        send_frame(socket, FRAME_CLOSE, text_slice(frame->payload, 0, 2));
        close_socket(socket, "the server closed it");
        return false;
    case FRAME_BINARY:
        close_socket(socket, "a message is not text");
        return false;
    case FRAME_TEXT:
    case FRAME_CONTINUED:
        break;
    }
    if (is_part != socket->is_in_parts) {
        close_socket(socket, "parts of messages are out of order");
        return false;
    }
    socket->is_in_parts = true;
    buf_add_text(&socket->message, frame->payload);
    return frame->is_final ? take_message(socket) : true;
}

/* One message a turn, because whoever reads it may free the socket. */
static void read_frames(struct web_socket *socket)
{
    struct evbuffer *input = bufferevent_get_input(socket->bev);
    bool goes_on = true;

    while (goes_on) {
        struct text bytes = {(const char *)evbuffer_pullup(input, -1), evbuffer_get_length(input)};
        struct frame frame;
        enum frame_verdict verdict = frame_read(bytes, WEB_SOCKET_LARGEST, &frame);
        struct evbuffer *taken;
        if (verdict == FRAME_PARTIAL)
            return;
        if (verdict == FRAME_MALFORMED) {
            close_socket(socket, "a frame is malformed");
            return;
        }
        /* Out of the socket's own buffer first. */
        taken = evbuffer_new();
        must(taken != NULL && evbuffer_remove_buffer(input, taken, frame.size) == (int)frame.size);
        must(
            frame_read(
                (struct text){(const char *)evbuffer_pullup(taken, -1), frame.size},
                WEB_SOCKET_LARGEST, &frame) == FRAME_WHOLE);
        if (evbuffer_get_length(input) > 0)
            bufferevent_trigger(socket->bev, EV_READ, BEV_OPT_DEFER_CALLBACKS);
        goes_on = take_frame(socket, &frame);
        evbuffer_free(taken);
    }
}

/* The handshake. */

static void send_request(struct web_socket *socket)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    uint8_t nonce[16];
    struct text request;
    struct text key;

    random_fill(nonce, sizeof(nonce));
    key = base64_encode(arena, (struct bytes){nonce, sizeof(nonce)});
    must(key.size < sizeof(socket->key));
    memcpy(socket->key, key.data, key.size);
    request = text_format(
        arena,
        "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n%.*s\r\n",
        socket->path, socket->web->host_header, socket->key, TEXT_ARGS(buf_text(&socket->headers)));
    must(bufferevent_write(socket->bev, request.data, request.size) == 0);
}

/* What the server answers to our key. */
static struct text expected_accept(const struct web_socket *socket, struct arena *arena)
{
    struct text both = text_format(arena, "%s%s", socket->key, guid);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    must(EVP_Digest(both.data, both.size, digest, &size, EVP_sha1(), NULL) == 1);
    return base64_encode(arena, (struct bytes){digest, size});
}

static struct text header_of(struct text head, const char *name)
{
    (void)text_cut(&head, '\n');
    while (text_is_present(head)) {
        struct text value = text_cut(&head, '\n');
        struct text key = text_cut(&value, ':');
        if (text_equal_ignoring_case(key, text_from(name)))
            return text_trim(value);
    }
    return (struct text){NULL, 0};
}

static const char *problem_of(const struct web_socket *socket, struct text head)
{
    AUTO_ARENA arena = arena_new(ARENA_BYTES);

    if (!text_starts_with(head, text_lit("HTTP/1.1 101")))
        return "the server does not offer it";
    if (!text_equal_ignoring_case(header_of(head, "Upgrade"), text_lit("websocket")) ||
        !text_equal(header_of(head, "Sec-WebSocket-Accept"), expected_accept(socket, arena)))
        return "the answer is none to our request";
    if (text_is_present(header_of(head, "Sec-WebSocket-Extensions")) ||
        text_is_present(header_of(head, "Sec-WebSocket-Protocol")))
        return "the server chose what was not offered";
    return NULL;
}

/* False when the socket may be gone. */
static bool read_head(struct web_socket *socket)
{
    struct evbuffer *input = bufferevent_get_input(socket->bev);
    struct evbuffer_ptr end = evbuffer_search(input, "\r\n\r\n", 4, NULL);
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    const char *problem;
    char *head;

    if (end.pos < 0 && evbuffer_get_length(input) > LARGEST_HEAD)
        close_socket(socket, "the answer is no HTTP");
    if (end.pos < 0 || end.pos > LARGEST_HEAD)
        return false;
    head = arena_take(arena, (size_t)end.pos + 4);
    must(evbuffer_remove(input, head, (size_t)end.pos + 4) == (int)end.pos + 4);
    problem = problem_of(socket, (struct text){head, (size_t)end.pos + 4});
    if (problem != NULL) {
        close_socket(socket, problem);
        return false;
    }
    socket->state = SOCKET_OPEN;
    loop_timer_clear(socket->timer);
    if (evbuffer_get_length(input) > 0)
        bufferevent_trigger(socket->bev, EV_READ, BEV_OPT_DEFER_CALLBACKS);
    socket->listener->open(socket->context);
    return false;
}

/* What libevent says. */

static void on_read(struct bufferevent *bev, void *context)
{
    struct web_socket *socket = context;

    (void)bev;
    if (socket->state == SOCKET_SHAKING)
        (void)read_head(socket);
    else if (socket->state == SOCKET_OPEN)
        read_frames(socket);
}

static void on_written(struct bufferevent *bev, void *context)
{
    struct web_socket *socket = context;

    (void)bev;
    if (socket->state == SOCKET_OPEN)
        socket->listener->drained(socket->context);
}

static void on_event(struct bufferevent *bev, short what, void *context)
{
    struct web_socket *socket = context;
    int unknown_name = bufferevent_socket_get_dns_error(bev);
    const char *tls = socket->web->tls == NULL ? NULL : web_trust_problem(bev);

    if ((what & BEV_EVENT_CONNECTED) != 0) {
        socket->state = SOCKET_SHAKING;
        send_request(socket);
        return;
    }
    if (socket->state == SOCKET_CONNECTING)
        web_names_renew(socket->web->names);
    close_socket(
        socket, unknown_name != 0 ? evutil_gai_strerror(unknown_name)
                : tls != NULL     ? tls
                                  : "the connection was refused, or has ended");
}

static void keep_headers(struct web_socket *socket, const struct web_socket_request *request)
{
    buf_init(&socket->headers, LARGEST_HEAD);
    for (size_t i = 0; i < request->header_count; i++)
        buf_printf(
            &socket->headers, "%s: %s\r\n", request->headers[i].name, request->headers[i].value);
    must(!buf_is_full(&socket->headers));
}

struct web_socket *web_socket_new(
    struct web *web,
    const struct web_socket_request *request,
    const struct web_socket_listener *listener,
    void *context)
{
    struct web_socket *socket = heap_new(sizeof(*socket));

    must(loop_is_here(web->loop));
    socket->web = web;
    socket->listener = listener;
    socket->context = context;
    socket->path = heap_copy(request->path);
    keep_headers(socket, request);
    buf_init(&socket->message, WEB_SOCKET_LARGEST);
    socket->timer = loop_timer_new(web->loop, on_timer, socket);
    loop_timer_set(socket->timer, request->timeout_us);
    socket->bev = web_trust_socket(loop_base(web->loop), web->tls, web->host);
    bufferevent_setcb(socket->bev, on_read, on_written, on_event, socket);
    bufferevent_enable(socket->bev, EV_READ | EV_WRITE);
    if (bufferevent_socket_connect_hostname(
            socket->bev, web->names, AF_UNSPEC, web->host, web->port) != 0)
        close_socket(socket, "the connection could not be begun");
    return socket;
}

void web_socket_free(struct web_socket *socket)
{
    if (socket == NULL)
        return;
    bufferevent_free(socket->bev);
    loop_timer_free(socket->timer);
    buf_fini(&socket->message);
    buf_fini(&socket->headers);
    heap_free(socket->path);
    heap_free(socket);
}
