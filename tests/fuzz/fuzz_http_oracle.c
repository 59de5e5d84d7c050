/*
 * The request parser beside libevent's evhttp. Ours refuses more; but a request that both take as
 * whole must say the same to both: method, target and body. Where they differ, a proxy that reads
 * like the other would see a request that we do not see.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/parser.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_HEAD = 2048, MAX_BODY = 4096, ARENA = 32768, TURNS = 32 };

static struct event_base *base;
static int listener = -1;
static struct sockaddr_un name = {.sun_family = AF_UNIX};
static socklen_t name_size = sizeof(sa_family_t);

/* What our parser made of the input. */
static struct http_request ours;
static int calls;

static const struct {
    enum evhttp_cmd_type command;
    const char *method;
    bool has_body; /* the other takes one */
} methods[] = {
    {EVHTTP_REQ_GET, "GET", false},     {EVHTTP_REQ_HEAD, "HEAD", false},
    {EVHTTP_REQ_TRACE, "TRACE", false}, {EVHTTP_REQ_POST, "POST", true},
    {EVHTTP_REQ_PUT, "PUT", true},      {EVHTTP_REQ_PATCH, "PATCH", true},
};

/* Of methods that it does not know, the other makes one that it knows; and it does not read the body
 * of a method that it expects none of. Neither tells us anything. */
static bool is_comparable(const struct http_request *request)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (text_equal(request->method, text_from(methods[i].method)))
            return methods[i].has_body || request->body.size == 0;
    }
    return false;
}

static void must_be_same_method(enum evhttp_cmd_type command)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (methods[i].command == command)
            must(text_equal(ours.method, text_from(methods[i].method)));
    }
}

static void on_request(struct evhttp_request *request, void *context)
{
    struct evbuffer *body = evhttp_request_get_input_buffer(request);
    size_t size = evbuffer_get_length(body);

    (void)context;
    must(++calls == 1); /* what is one request to us is no two to others */
    must_be_same_method(evhttp_request_get_command(request));
    must(text_equal(ours.target, text_from(evhttp_request_get_uri(request))));
    must(size == ours.body.size);
    must(size == 0 || memcmp(evbuffer_pullup(body, -1), ours.body.data, size) == 0);
    evhttp_send_reply(request, 200, "OK", NULL);
}

static void start(void)
{
    struct evhttp *http;

    if (base != NULL)
        return;
    base = event_base_new();
    http = evhttp_new(base);
    evhttp_set_allowed_methods(http, UINT16_MAX);
    evhttp_set_gencb(http, on_request, NULL);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    must(bind(listener, (const void *)&name, name_size) == 0); /* a name of the kernel's choice */
    name_size = sizeof(name);
    must(listen(listener, 16) == 0);
    must(getsockname(listener, (void *)&name, &name_size) == 0);
    must(evhttp_accept_socket(http, listener) == 0);
}

static void show_to_the_other(struct bytes request)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    must(fd >= 0 && connect(fd, (const void *)&name, name_size) == 0);
    must(send(fd, request.data, request.size, MSG_NOSIGNAL) == (ssize_t)request.size);
    shutdown(fd, SHUT_WR);
    calls = 0;
    for (int i = 0; i < TURNS; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
    close(fd);
    for (int i = 0; i < TURNS; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
}

static enum http_step feed(struct http_parser *parser, struct bytes in, size_t *used)
{
    enum http_step step = HTTP_HEAD;

    while (step == HTTP_HEAD) {
        size_t taken = 0;
        struct bytes rest = {in.data + *used, in.size - *used};
        step = http_parser_feed(parser, rest, &taken);
        *used += taken;
        if (step == HTTP_HEAD)
            http_parser_limit_body(parser, MAX_BODY);
    }
    return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_parser *parser;
    AUTO_ARENA arena = arena_new(ARENA);
    size_t used = 0;
    char *body = NULL;

    if (size == 0 || size > 8192)
        return 0;
    start();
    parser = http_parser_new(MAX_HEAD);
    http_parser_begin(parser, arena);
    if (feed(parser, (struct bytes){data, size}, &used) == HTTP_WHOLE) {
        size_t body_size = 0;
        ours = http_parser_head(parser)->request;
        body = http_parser_detach_body(parser, &body_size);
        ours.body = (struct text){body, body_size};
        if (is_comparable(&ours))
            show_to_the_other((struct bytes){data, used});
    }
    heap_free(body);
    http_parser_free(parser);
    return 0;
}
