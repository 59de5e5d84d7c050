/*
 * The web server for tests: one connection after the other, each for one request.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/web_sink.h"

#include "core/base/buf.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/run/thread.h"
#include "tests/support/listen.h"
#include "tests/support/peer.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { MOST_REQUESTS = 64, MOST_TARGETS = 16, PATIENCE_S = 10, LARGEST = 4 << 20 };

/* What is answered to requests for one target. */
struct answer_at {
    const char *target;
    const char *status;
    const char *body;
};

struct web_sink {
    int listener;
    int port;
    int stop[2];
    struct thread *thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t came;
    char *requests[MOST_REQUESTS];
    size_t count;
    const char *status;
    const char *body;
    struct answer_at targets[MOST_TARGETS];
    size_t target_count;
    int pause_ms; /* before each byte, unless 0 */
};

/* A byte at a time, until the peer or the sink has enough of it. */
static void trickle(struct web_sink *sink, int socket, const struct buf *out, int pause_ms)
{
    struct pollfd stop = {.fd = sink->stop[0], .events = POLLIN};

    for (size_t i = 0; i < out->size && poll(&stop, 1, pause_ms) == 0; i++) {
        if (!peer_send_bytes(socket, out->data + i, 1))
            return;
    }
}

/* Under the lock: what the request, "GET /target HTTP/1.1…", is answered with. */
static struct answer_at answer_to(const struct web_sink *sink, struct text request)
{
    struct text target;

    (void)text_cut(&request, ' ');
    target = text_cut(&request, ' ');
    for (size_t i = 0; i < sink->target_count; i++) {
        if (text_is(target, sink->targets[i].target))
            return sink->targets[i];
    }
    return (struct answer_at){NULL, sink->status, sink->body};
}

static void answer(struct web_sink *sink, int socket, struct text request)
{
    AUTO_BUF out = {0};
    struct answer_at chosen;
    int pause_ms;

    buf_init(&out, LARGEST);
    pthread_mutex_lock(&sink->lock);
    pause_ms = sink->pause_ms;
    chosen = answer_to(sink, request);
    buf_printf(
        &out, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", chosen.status,
        strlen(chosen.body), chosen.body);
    pthread_mutex_unlock(&sink->lock);
    if (pause_ms > 0)
        trickle(sink, socket, &out, pause_ms);
    else
        peer_send_bytes(socket, out.data, out.size);
}

/* From now on it has come: whoever was answered finds it counted. */
static struct text keep(struct web_sink *sink, struct buf *in)
{
    size_t size = 0;
    struct text request;

    pthread_mutex_lock(&sink->lock);
    must(sink->count < MOST_REQUESTS);
    sink->requests[sink->count] = buf_detach(in, &size);
    request = (struct text){sink->requests[sink->count++], size};
    pthread_cond_broadcast(&sink->came);
    pthread_mutex_unlock(&sink->lock);
    return request;
}

static void serve(struct web_sink *sink, int socket)
{
    struct timeval patience = {.tv_sec = PATIENCE_S};
    AUTO_BUF in = {0};

    buf_init(&in, LARGEST);
    must(setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0);
    if (!peer_receive_answer(socket, &in)) /* requests have the same frame */
        return;
    answer(sink, socket, keep(sink, &in));
}

static void run(void *context)
{
    struct web_sink *sink = context;

    for (;;) {
        struct pollfd polled[] = {
            {.fd = sink->listener, .events = POLLIN}, {.fd = sink->stop[0], .events = POLLIN}};
        int socket;
        must(poll(polled, 2, -1) > 0);
        if (polled[1].revents != 0)
            return;
        socket = accept(sink->listener, NULL, NULL);
        if (socket < 0)
            continue;
        serve(sink, socket);
        close(socket);
    }
}

struct web_sink *web_sink_new(void)
{
    struct web_sink *sink = heap_new(sizeof(*sink));

    sink->listener = listen_anywhere(&sink->port);
    must(pipe(sink->stop) == 0);
    must(pthread_mutex_init(&sink->lock, NULL) == 0);
    must(pthread_cond_init(&sink->came, NULL) == 0);
    sink->status = "200 OK";
    sink->body = "{}";
    sink->thread = thread_start("web-sink", run, sink);
    return sink;
}

void web_sink_free(struct web_sink *sink)
{
    if (sink == NULL)
        return;
    must(write(sink->stop[1], "", 1) == 1);
    thread_join(sink->thread);
    for (size_t i = 0; i < sink->count; i++)
        heap_free(sink->requests[i]);
    close(sink->listener);
    close(sink->stop[0]);
    close(sink->stop[1]);
    pthread_cond_destroy(&sink->came);
    pthread_mutex_destroy(&sink->lock);
    heap_free(sink);
}

int web_sink_port(const struct web_sink *sink)
{
    return sink->port;
}

void web_sink_answer(struct web_sink *sink, const char *status, const char *body)
{
    pthread_mutex_lock(&sink->lock);
    sink->status = status;
    sink->body = body;
    pthread_mutex_unlock(&sink->lock);
}

void web_sink_answer_at(
    struct web_sink *sink, const char *target, const char *status, const char *body)
{
    pthread_mutex_lock(&sink->lock);
    must(sink->target_count < MOST_TARGETS);
    sink->targets[sink->target_count++] = (struct answer_at){target, status, body};
    pthread_mutex_unlock(&sink->lock);
}

void web_sink_trickle(struct web_sink *sink, int pause_ms)
{
    pthread_mutex_lock(&sink->lock);
    sink->pause_ms = pause_ms;
    pthread_mutex_unlock(&sink->lock);
}

bool web_sink_wait(struct web_sink *sink, size_t count)
{
    const struct timespec deadline = {.tv_sec = timestamp_now().us / US_PER_S + PATIENCE_S};
    bool has_come;

    pthread_mutex_lock(&sink->lock);
    while (sink->count < count &&
           pthread_cond_timedwait(&sink->came, &sink->lock, &deadline) == 0) {
    }
    has_come = sink->count >= count;
    pthread_mutex_unlock(&sink->lock);
    return has_come;
}

size_t web_sink_count(struct web_sink *sink)
{
    size_t count;

    pthread_mutex_lock(&sink->lock);
    count = sink->count;
    pthread_mutex_unlock(&sink->lock);
    return count;
}

const char *web_sink_request(struct web_sink *sink, size_t n)
{
    const char *request;

    pthread_mutex_lock(&sink->lock);
    must(n < sink->count);
    request = sink->requests[n];
    pthread_mutex_unlock(&sink->lock);
    return request;
}
