/*
 * A preface: an accepted socket of a trusted proxy that owes its PROXY header, which comes before
 * everything else, a TLS handshake included. So it is read from the bare socket, and not a byte more.
 *
 *   accepted ─► 16 bytes ─► as many as they say ─► a connection of the client that it names
 *                  │                 │
 *                  └── too slow, ended, malformed ──► closed without a word: nobody said hello
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/http_internal.h"
#include "core/http/proxy_header.h"

#include <event2/event.h>

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

struct http_preface {
    struct loop_message destroy_message; /* first */
    struct http_listener *listener;
    struct event *event; /* readable, or the deadline's end */
    struct loop_timer *deadline;
    int fd;
    struct http_address address; /* of the proxy */
    size_t wanted;
    size_t size;
    uint8_t data[HTTP_PROXY_LARGEST];
    struct http_preface *next;
    struct http_preface **link;
};

static void destroy(struct http_preface *preface)
{
    event_free(preface->event);
    loop_timer_free(preface->deadline);
    heap_free(preface);
}

static void destroy_deferred(struct loop_message *message)
{
    destroy((struct http_preface *)message);
}

static void unlink_preface(struct http_preface *preface)
{
    *preface->link = preface->next;
    if (preface->next != NULL)
        preface->next->link = preface->link;
    preface->listener->server->connections--;
}

/* It is dead at once; its memory goes when no callback of it is on the stack. */
static void end(struct http_preface *preface)
{
    unlink_preface(preface);
    must(event_del(preface->event) == 0);
    loop_timer_clear(preface->deadline);
    preface->destroy_message.run = destroy_deferred;
    loop_defer(preface->listener->loop, &preface->destroy_message);
}

static void refuse(struct http_preface *preface)
{
    close(preface->fd);
    end(preface);
}

/* What the socket has of what is wanted. False: it ended or failed. */
static bool take(struct http_preface *preface)
{
    ssize_t got = recv(
        preface->fd, preface->data + preface->size, preface->wanted - preface->size, MSG_DONTWAIT);

    if (got > 0)
        preface->size += (size_t)got;
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

static void hand_on(struct http_preface *preface)
{
    struct bytes header = {preface->data, preface->size};
    struct http_listener *listener = preface->listener;
    int fd = preface->fd;
    struct http_address address = preface->address;

    if (!http_proxy_header_parse(header, &address)) {
        refuse(preface);
        return;
    }
    end(preface);
    http_connection_open(listener, fd, &address);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    struct http_preface *preface = context;

    (void)fd;
    (void)what;
    if (!take(preface)) {
        refuse(preface);
        return;
    }
    if (preface->size < preface->wanted)
        return;
    if (preface->wanted == HTTP_PROXY_FIXED)
        preface->wanted = http_proxy_header_size(preface->data);
    if (preface->wanted == 0)
        refuse(preface);
    else if (preface->size == preface->wanted)
        hand_on(preface);
}

static void on_deadline(void *context)
{
    refuse(context);
}

void http_preface_open(struct http_listener *listener, int fd, const struct http_address *proxy)
{
    struct http_preface *preface = heap_new(sizeof(*preface));

    preface->listener = listener;
    preface->fd = fd;
    preface->address = *proxy;
    preface->wanted = HTTP_PROXY_FIXED;
    preface->event =
        event_new(loop_base(listener->loop), fd, EV_READ | EV_PERSIST, on_readable, preface);
    must(preface->event != NULL && event_add(preface->event, NULL) == 0);
    preface->deadline = loop_timer_new(listener->loop, on_deadline, preface);
    loop_timer_set(preface->deadline, listener->server->settings.head_timeout_us);
    preface->next = listener->prefaces;
    preface->link = &listener->prefaces;
    if (preface->next != NULL)
        preface->next->link = &preface->next;
    listener->prefaces = preface;
    listener->server->connections++;
}

void http_prefaces_drain(struct http_listener *listener)
{
    while (listener->prefaces != NULL)
        refuse(listener->prefaces);
}

void http_prefaces_free(struct http_listener *listener)
{
    while (listener->prefaces != NULL) {
        struct http_preface *preface = listener->prefaces;

        close(preface->fd);
        unlink_preface(preface);
        destroy(preface);
    }
}
