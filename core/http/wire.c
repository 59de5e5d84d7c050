/*
 * Wires on bufferevents.
 *
 * The input window is kept by switching reading off from a callback of the input buffer, not by
 * libevent's high watermark: a TLS bufferevent suspended by its watermark may hold decrypted
 * bytes that no readiness of the socket ever announces again. Switched off, it first empties
 * what OpenSSL holds (one record at most).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/wire.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/tls.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WINDOW_BYTES = 64 * 1024 };

struct http_wire {
    struct bufferevent *bev;
    struct evbuffer *input;
    struct evbuffer *output;
    bool is_tls;
    bool is_open;
    bool has_ended;
    bool has_failed;
    void (*changed)(void *context);
    void *context;
};

static void on_read_or_written(struct bufferevent *bev, void *context)
{
    struct http_wire *wire = context;

    (void)bev;
    wire->changed(wire->context);
}

static void on_event(struct bufferevent *bev, short what, void *context)
{
    struct http_wire *wire = context;

    (void)bev;
    wire->is_open = wire->is_open || (what & BEV_EVENT_CONNECTED) != 0;
    wire->has_ended = wire->has_ended || (what & BEV_EVENT_EOF) != 0;
    wire->has_failed = wire->has_failed || (what & BEV_EVENT_ERROR) != 0;
    wire->changed(wire->context);
}

static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context)
{
    struct http_wire *wire = context;

    (void)info;
    if (evbuffer_get_length(input) >= WINDOW_BYTES)
        (void)bufferevent_disable(wire->bev, EV_READ);
}

struct http_wire *http_wire_open(
    struct event_base *base,
    int fd,
    struct ssl_ctx_st *tls,
    void (*changed)(void *context),
    void *context)
{
    struct bufferevent *bev = tls == NULL ? bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE)
                                          : http_tls_accept(tls, base, fd);
    struct http_wire *wire;

    if (bev == NULL) {
        close(fd);
        return NULL;
    }
    wire = heap_new(sizeof(*wire));
    *wire = (struct http_wire){
        .bev = bev,
        .input = bufferevent_get_input(bev),
        .output = bufferevent_get_output(bev),
        .is_tls = tls != NULL,
        .is_open = tls == NULL,
        .changed = changed,
        .context = context,
    };
    bufferevent_setcb(bev, on_read_or_written, on_read_or_written, on_event, wire);
    must(evbuffer_add_cb(wire->input, on_input, wire) != NULL);
    must(bufferevent_enable(bev, EV_READ | EV_WRITE) == 0);
    return wire;
}

void http_wire_close(struct http_wire *wire)
{
    if (wire == NULL)
        return;
    http_wire_silence(wire);
    (void)evbuffer_remove_cb(wire->input, on_input, wire);
    /* Now, for libevent itself frees a bufferevent later, and whoever shared bytes is gone by then. */
    (void)evbuffer_unfreeze(wire->output, 1);
    (void)evbuffer_drain(wire->output, http_wire_unsent(wire));
    bufferevent_free(wire->bev);
    heap_free(wire);
}

void http_wire_silence(struct http_wire *wire)
{
    bufferevent_setcb(wire->bev, NULL, NULL, NULL, NULL);
    (void)bufferevent_disable(wire->bev, EV_READ | EV_WRITE);
}

bool http_wire_is_tls(const struct http_wire *wire)
{
    return wire->is_tls;
}

bool http_wire_is_open(const struct http_wire *wire)
{
    return wire->is_open;
}

bool http_wire_has_ended(const struct http_wire *wire)
{
    return wire->has_ended;
}

bool http_wire_has_failed(const struct http_wire *wire)
{
    return wire->has_failed;
}

struct bytes http_wire_look(const struct http_wire *wire)
{
    struct evbuffer_iovec piece = {0};

    if (evbuffer_peek(wire->input, -1, NULL, &piece, 1) < 1)
        return (struct bytes){0};
    return (struct bytes){piece.iov_base, piece.iov_len};
}

bool http_wire_has_input(const struct http_wire *wire)
{
    return evbuffer_get_length(wire->input) > 0;
}

void http_wire_drop(struct http_wire *wire, size_t size)
{
    must(evbuffer_drain(wire->input, size) == 0);
    if (!wire->has_ended && !wire->has_failed && evbuffer_get_length(wire->input) < WINDOW_BYTES &&
        (bufferevent_get_enabled(wire->bev) & EV_READ) == 0)
        (void)bufferevent_enable(wire->bev, EV_READ);
}

/* How many bytes the socket took just now. Any error is found again by the bufferevent. */
static size_t send_at_once(struct http_wire *wire, struct text first, struct text second)
{
    const void *pieces[2] = {first.data, second.data};
    struct iovec vector[2] = {{.iov_len = first.size}, {.iov_len = second.size}};
    struct msghdr message = {.msg_iov = vector, .msg_iovlen = COUNT_OF(vector)};
    ssize_t sent;

    /* iovec serves reading too and so lacks const; sendmsg() only reads. */
    for (size_t i = 0; i < COUNT_OF(vector); i++)
        memcpy(&vector[i].iov_base, &pieces[i], sizeof(pieces[i]));
    sent = sendmsg(bufferevent_getfd(wire->bev), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent < 0 ? 0 : (size_t)sent;
}

static void add_output(struct http_wire *wire, struct text t)
{
    if (t.size > 0)
        must(bufferevent_write(wire->bev, t.data, t.size) == 0);
}

static void free_storage(const void *data, size_t size, void *storage)
{
    (void)data;
    (void)size;
    heap_free(storage);
}

/* The rest of the second piece, which is not copied if it lies in memory that may be kept. */
static void add_rest(struct http_wire *wire, struct text rest, struct buf *storage)
{
    size_t size;
    char *memory;

    if (storage == NULL || rest.size == 0) {
        add_output(wire, rest);
        return;
    }
    memory = buf_detach(storage, &size);
    must(evbuffer_add_reference(wire->output, rest.data, rest.size, free_storage, memory) == 0);
}

/* A TLS bufferevent stops writing too when the peer's side has ended. */
static void keep_writing(struct http_wire *wire)
{
    if (wire->is_tls && wire->has_ended)
        (void)bufferevent_enable(wire->bev, EV_WRITE);
}

static void
send_pieces(struct http_wire *wire, struct text first, struct text second, struct buf *storage)
{
    size_t sent = 0;

    if (wire->has_failed)
        return;
    if (!wire->is_tls && http_wire_unsent(wire) == 0)
        sent = send_at_once(wire, first, second);
    if (sent < first.size)
        add_output(wire, text_slice(first, sent, first.size));
    add_rest(
        wire, text_slice(second, sent < first.size ? 0 : sent - first.size, second.size), storage);
    keep_writing(wire);
}

void http_wire_send(
    struct http_wire *wire, struct text first, struct text second, struct buf *storage)
{
    send_pieces(wire, first, second, storage);
    if (storage != NULL)
        buf_fini(storage);
}

struct shared {
    void (*sent)(void *context);
    void *context;
};

static void end_shared(const void *data, size_t size, void *memory)
{
    struct shared shared = *(struct shared *)memory;

    (void)data;
    (void)size;
    heap_free(memory);
    shared.sent(shared.context);
}

void http_wire_send_shared(
    struct http_wire *wire, struct bytes bytes, void (*sent)(void *context), void *context)
{
    size_t done = 0;
    struct shared *shared;

    if (!wire->is_tls && !wire->has_failed && http_wire_unsent(wire) == 0)
        done = send_at_once(wire, text_of_bytes(bytes), text_lit(""));
    if (done == bytes.size || wire->has_failed) {
        sent(context);
        return;
    }
    shared = heap_new(sizeof(*shared));
    *shared = (struct shared){sent, context};
    must(
        evbuffer_add_reference(
            wire->output, bytes.data + done, bytes.size - done, end_shared, shared) == 0);
    keep_writing(wire);
}

size_t http_wire_unsent(const struct http_wire *wire)
{
    return evbuffer_get_length(wire->output);
}

void http_wire_finish(struct http_wire *wire)
{
    if (wire->is_tls)
        http_tls_goodbye(wire->bev);
    (void)shutdown(bufferevent_getfd(wire->bev), SHUT_WR); /* the peer may have gone already */
}
