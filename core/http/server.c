/*
 * The server: listens on every loop, accepts, counts, drains.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/http/answer.h"
#include "core/http/http_internal.h"
#include "core/http/socket.h"
#include "core/http/tls.h"

#include <event2/listener.h>

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ACCEPT_PAUSE_US = 100 * US_PER_MS,
    TURNED_AWAY_AT_ONCE = 64,
    SAY_EVERY_US = 60 * US_PER_S,
    TURN_AWAY_ARENA_BYTES = 16384
};

/* Too many connections: a short word, and away. TLS would need a handshake first. */
static void turn_away(struct http_server *server, int fd)
{
    AUTO_ARENA arena = arena_new(TURN_AWAY_ARENA_BYTES);
    struct http_terms terms = {.now = timestamp_now(), .closes = true};
    struct http_answer answer = {.status = 503};
    struct http_rendering rendering;
    char ignored[4096];

    if (server->tls != NULL) {
        close(fd);
        return;
    }
    server->handler->on_malformed(
        503, "There are too many connections.", arena, &answer, server->handler->context);
    http_answer_render(&answer, &terms, &rendering);
    buf_add_text(&rendering.head, rendering.body);
    (void)send(fd, rendering.head.data, rendering.head.size, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(fd, SHUT_WR);
    /* Bytes left unread would make close() a reset that overtakes the answer. */
    (void)recv(fd, ignored, sizeof(ignored), MSG_DONTWAIT);
    close(fd);
    http_rendering_fini(&rendering);
}

static void on_accept(
    struct evconnlistener *acceptor, int fd, struct sockaddr *address, int size, void *context)
{
    struct http_listener *listener = context;
    const struct http_settings *settings = &listener->server->settings;
    struct http_address peer = http_address_of(address);

    (void)acceptor;
    (void)size;
    if (listener->server->connections >= settings->max_connections) {
        turn_away(listener->server, fd);
        return;
    }
    http_socket_tune(fd);
    if (settings->expects_proxy_header && settings->trusted_proxies != NULL &&
        http_networks_have(settings->trusted_proxies, &peer))
        http_preface_open(listener, fd, &peer);
    else
        http_connection_open(listener, fd, &peer);
}

static void keep_spare(struct http_listener *listener)
{
    if (listener->spare < 0)
        listener->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void say_shortage(struct http_server *server)
{
    int_fast64_t now_us = monotonic_us();
    int_fast64_t said_us = server->shortage_said_us;

    if ((said_us == 0 || now_us - said_us >= SAY_EVERY_US) &&
        atomic_compare_exchange_strong(&server->shortage_said_us, &said_us, now_us))
        log_warning(
            "http.no_descriptors", log_int64("connections", (int64_t)server->connections),
            log_c("remedy", "raise the limit of open files (LimitNOFILE, ulimit -n)"));
}

/* The descriptor that is kept in reserve takes those who wait, one by one, to tell them so. */
static void turn_waiting_away(struct http_listener *listener)
{
    int listening = (int)evconnlistener_get_fd(listener->acceptor);

    for (int i = 0; i < TURNED_AWAY_AT_ONCE && listener->spare >= 0; i++) {
        int fd;

        close(listener->spare);
        listener->spare = -1;
        fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            turn_away(listener->server, fd);
        keep_spare(listener);
        if (fd < 0)
            return;
    }
}

/* Out of descriptors: the next connection would wake the loop again and again. */
static void on_accept_failed(struct evconnlistener *acceptor, void *context)
{
    struct http_listener *listener = context;

    if (errno == EMFILE || errno == ENFILE) {
        say_shortage(listener->server);
        turn_waiting_away(listener);
    }
    (void)evconnlistener_disable(acceptor);
    loop_timer_set(listener->pause, ACCEPT_PAUSE_US);
}

static void accept_again(void *context)
{
    struct http_listener *listener = context;

    keep_spare(listener);
    if (listener->acceptor != NULL)
        (void)evconnlistener_enable(listener->acceptor);
}

static void close_acceptor(struct http_listener *listener)
{
    if (listener->acceptor != NULL)
        evconnlistener_free(listener->acceptor);
    listener->acceptor = NULL;
}

static void drain_listener(struct loop_message *message)
{
    size_t offset = offsetof(struct http_listener, drain);
    struct http_listener *listener = (struct http_listener *)(void *)((char *)message - offset);

    close_acceptor(listener);
    http_prefaces_drain(listener);
    http_connections_drain(listener);
}

static void open_listener(struct http_listener *listener, struct loop *loop, int fd)
{
    unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC;

    listener->loop = loop;
    keep_spare(listener);
    listener->pause = loop_timer_new(loop, accept_again, listener);
    listener->drain.run = drain_listener;
    listener->acceptor = evconnlistener_new(loop_base(loop), on_accept, listener, flags, 0, fd);
    must(listener->acceptor != NULL);
    evconnlistener_set_error_cb(listener->acceptor, on_accept_failed);
}

static enum status
open_server(struct http_server *server, struct loop *const *loops, struct error *error)
{
    const struct http_settings *settings = &server->settings;
    int *fds = heap_array(server->listener_count, sizeof(*fds));
    enum status status = STATUS_OK;

    if ((settings->tls_certificate_file == NULL) != (settings->tls_key_file == NULL))
        status = error_set_code(
            error, STATUS_INVALID, "tls_half", "TLS needs both a certificate and its key");
    else if (settings->tls_certificate_file != NULL)
        status = http_tls_new(
            settings->tls_certificate_file, settings->tls_key_file, &server->tls, error);
    if (status == STATUS_OK)
        status = http_sockets_listen(
            settings->host, settings->port, fds, server->listener_count, &server->port, error);
    server->is_listening = status == STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < server->listener_count; i++)
        open_listener(&server->listeners[i], loops[i], fds[i]);
    heap_free(fds);
    return status;
}

enum status http_server_new(
    const struct http_settings *settings,
    const struct http_handler *handler,
    struct loop *const *loops,
    size_t loop_count,
    struct http_server **out,
    struct error *error)
{
    struct http_server *server = heap_new(sizeof(*server));
    enum status status;

    must(loop_count > 0 && settings->max_connections > 0);
    server->settings = *settings;
    server->host = heap_copy(settings->host);
    server->settings.host = server->host;
    server->handler = handler;
    server->listeners = heap_array(loop_count, sizeof(*server->listeners));
    server->listener_count = loop_count;
    for (size_t i = 0; i < loop_count; i++)
        server->listeners[i] = (struct http_listener){.server = server, .spare = -1};
    status = open_server(server, loops, error);
    if (status != STATUS_OK) {
        http_server_free(server);
        return status;
    }
    *out = server;
    return STATUS_OK;
}

int http_server_port(const struct http_server *server)
{
    return server->port;
}

void http_server_drain(struct http_server *server)
{
    if (atomic_exchange(&server->is_draining, true))
        return;
    for (size_t i = 0; i < server->listener_count; i++) {
        struct http_listener *listener = &server->listeners[i];
        bool is_running = loop_post(listener->loop, &listener->drain);

        (void)is_running; /* a loop that has stopped accepts nothing any more */
    }
}

size_t http_server_held(const struct http_server *server)
{
    return server->held;
}

size_t http_server_in_flight(const struct http_server *server)
{
    return server->in_flight;
}

size_t http_server_connections(const struct http_server *server)
{
    return server->connections;
}

static void free_listener(struct http_listener *listener)
{
    close_acceptor(listener);
    if (listener->spare >= 0)
        close(listener->spare);
    loop_timer_free(listener->pause);
    http_prefaces_free(listener);
    http_connections_free(listener);
    while (listener->exchanges != NULL)
        http_exchange_free(listener->exchanges);
}

void http_server_free(struct http_server *server)
{
    const char *path;

    if (server == NULL)
        return;
    path = http_socket_path(server->host);
    if (path != NULL && server->is_listening)
        unlink(path);
    for (size_t i = 0; i < server->listener_count; i++)
        free_listener(&server->listeners[i]);
    http_tls_free(server->tls);
    heap_free(server->listeners);
    heap_free(server->host);
    heap_free(server);
}
