/*
 * Requests written out, answers taken apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/e2e/client.h"

#include "core/base/must.h"
#include "tests/e2e/nets.h"
#include "tests/support/peer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { LONGEST = 64 << 10, LARGEST_ANSWER = 64 << 20, PATIENCE_S = 60 };

static const char *format_into(struct arena *arena, const char *format, va_list values)
    PRINTF_LIKE(2, 0);

static const char *format_into(struct arena *arena, const char *format, va_list values)
{
    char *out = arena_take(arena, LONGEST);
    int size = vsnprintf(out, LONGEST, format, values);

    must(size >= 0 && size < LONGEST);
    return out;
}

static const char *prefix_of(const char *path)
{
    static const char *const at_root[] = {"/health", "/metrics", "/install.sh", "/downloads/"};

    if (text_is(text_from(path), "/"))
        return "";
    for (size_t i = 0; i < COUNT_OF(at_root); i++) {
        if (text_starts_with(text_from(path), text_from(at_root[i])))
            return "";
    }
    return "/api/v1";
}

static struct text
request_of(const struct client *client, const char *method, const char *body, const char *path)
{
    const char *headers = client->headers == NULL ? "" : client->headers;

    if (body == NULL)
        return text_format(
            client->arena, "%s %s%s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s\r\n", method,
            prefix_of(path), path, headers);
    return text_format(
        client->arena,
        "%s %s%s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n%s",
        method, prefix_of(path), path, strlen(body), headers, body);
}

int connection_to(const struct site *site)
{
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int connection;

    nets_enter(site->net);
    connection = peer_connect(site->port);
    nets_leave(site->net);
    if (connection >= 0)
        must(setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0);
    return connection;
}

int begin(const struct client *client, const char *method, const char *body, const char *path, ...)
{
    int connection = connection_to(client->site);
    struct text request;
    va_list values;

    va_start(values, path);
    request = request_of(client, method, body, format_into(client->arena, path, values));
    va_end(values);
    if (connection >= 0)
        (void)!peer_send_bytes(connection, request.data, request.size);
    return connection;
}

int begin_and_end(
    const struct client *client, const char *method, const char *body, const char *path, ...)
{
    int connection = connection_to(client->site);
    struct text request;
    va_list values;

    va_start(values, path);
    request = request_of(client, method, body, format_into(client->arena, path, values));
    va_end(values);
    must(
        connection >= 0 && send(connection, request.data, request.size, MSG_MORE | MSG_NOSIGNAL) ==
                               (ssize_t)request.size);
    peer_end(connection);
    return connection;
}

/* False when it is no answer. */
static bool take_apart(struct arena *arena, struct text all, struct reply *out)
{
    static const char line[] = "HTTP/1.1 ";
    const char *end = memmem(all.data, all.size, "\r\n\r\n", 4);
    int64_t status;

    if (end == NULL || !text_starts_with(all, text_from(line)) ||
        !text_to_int64(text_slice(all, sizeof(line) - 1, 3), &status))
        return false;
    out->status = (int)status;
    out->head = text_copy(arena, text_slice(all, 0, (size_t)(end - all.data) + 4));
    out->body = text_copy(arena, text_slice(all, out->head.size, all.size));
    return true;
}

struct reply finish(const struct client *client, int connection)
{
    AUTO_BUF in = {0};
    struct reply reply = {0};

    if (connection < 0)
        return reply;
    buf_init(&in, LARGEST_ANSWER);
    if (!peer_receive_answer(connection, &in) || !take_apart(client->arena, buf_text(&in), &reply))
        reply = (struct reply){0};
    peer_close(connection);
    return reply;
}

struct reply
ask(const struct client *client, const char *method, const char *body, const char *path, ...)
{
    const char *formatted;
    va_list values;

    va_start(values, path);
    formatted = format_into(client->arena, path, values);
    va_end(values);
    return finish(client, begin(client, method, body, "%s", formatted));
}

struct client with(const struct client *client, const char *headers, ...)
{
    struct client more = *client;
    va_list values;

    va_start(values, headers);
    more.headers = text_format(
                       client->arena, "%s%s", client->headers == NULL ? "" : client->headers,
                       format_into(client->arena, headers, values))
                       .data;
    va_end(values);
    return more;
}

const char *body(const struct client *client, const char *format, ...)
{
    const char *formatted;
    char *quoted;
    va_list values;

    va_start(values, format);
    formatted = format_into(client->arena, format, values);
    va_end(values);
    quoted = arena_take(client->arena, strlen(formatted) + 1);
    for (size_t i = 0; formatted[i] != '\0'; i++)
        quoted[i] = formatted[i] == '\'' ? '"' : formatted[i];
    return quoted;
}

struct text value_at(const struct client *client, struct reply reply, const char *path)
{
    return document_at(client->arena, reply.body, path);
}

struct text header_of(const struct reply *reply, const char *name)
{
    struct text rest = reply->head;

    while (rest.size > 0) {
        struct text value = text_cut(&rest, '\n');
        struct text found = text_cut(&value, ':');
        if (text_equal_ignoring_case(found, text_from(name)))
            return text_trim(value);
    }
    return (struct text){NULL, 0};
}

int64_t metric_of(struct site *site, const char *name)
{
    AUTO_ARENA arena = arena_new(LARGEST_ANSWER);
    struct client anyone = {.site = site, .arena = arena};
    struct reply reply = ask(&anyone, "GET", NULL, "/metrics");
    struct text line = text_format(arena, "fleetledger_%s", name);
    struct text rest = reply.body;
    int64_t value;

    while (rest.size > 0) {
        struct text number = text_cut(&rest, '\n');
        if (text_equal(text_cut(&number, ' '), line) && text_to_int64(number, &value))
            return value;
    }
    return -1;
}

void expect_answer_at(struct reply reply, int wanted, const char *file, int line)
{
    char message[2048];

    snprintf(
        message, sizeof(message), "the answer is %d, wanted %d: %.*s", reply.status, wanted,
        (int)(reply.body.size < 1500 ? reply.body.size : 1500),
        reply.body.data == NULL ? "" : reply.body.data);
    expect_at(reply.status == wanted, file, line, message);
}
