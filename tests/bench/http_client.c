/*
 * Sockets, and answers with a Content-Length.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/http_client.h"

#include "core/base/must.h"
#include "core/base/timestamp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LARGEST_ANSWER = 16 << 20, READ_BYTES = 64 << 10 };

static const char length_header[] = "\r\nContent-Length: ";

enum status http_client_open(struct http_client *client, int port, struct error *error)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    const int yes = 1;

    *client = (struct http_client){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    buf_init(&client->in, LARGEST_ANSWER);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (client->fd < 0 ||
        connect(client->fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
        return error_set(
            error, STATUS_UNAVAILABLE, "no connection to port %d: %s", port,
            strerrordesc_np(errno));
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    must(fcntl(client->fd, F_SETFL, O_NONBLOCK) == 0);
    return STATUS_OK;
}

void http_client_close(struct http_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    buf_fini(&client->in);
}

static void wait_for(int fd, short what, int64_t until_us)
{
    struct pollfd waiting = {.fd = fd, .events = what};
    int64_t left_us = until_us - monotonic_us();

    if (left_us > 0)
        poll(&waiting, 1, (int)(left_us / US_PER_MS) + 1);
}

enum status http_client_write(struct http_client *client, struct text bytes, struct error *error)
{
    int64_t until_us = monotonic_us() + 10 * US_PER_S;

    while (bytes.size > 0) {
        ssize_t sent = send(client->fd, bytes.data, bytes.size, MSG_NOSIGNAL);

        if (sent < 0 && errno == EAGAIN && monotonic_us() < until_us) {
            wait_for(client->fd, POLLOUT, until_us);
            continue;
        }
        if (sent <= 0)
            return error_set(error, STATUS_UNAVAILABLE, "the server takes nothing");
        bytes = text_slice(bytes, (size_t)sent, bytes.size);
    }
    return STATUS_OK;
}

enum status http_client_send(struct http_client *client, struct text request, struct error *error)
{
    buf_clear(&client->in);
    client->size = 0;
    return http_client_write(client, request, error);
}

/* Once the head is whole: how long it all is. */
static void measure_answer(struct http_client *client)
{
    const char *data = client->in.data;
    const char *end = memmem(data, client->in.size, "\r\n\r\n", 4);
    const char *length;
    int64_t body = 0;

    if (end == NULL)
        return;
    length = memmem(data, (size_t)(end - data), length_header, sizeof(length_header) - 1);
    if (length != NULL) {
        struct text rest = text_slice(
            buf_text(&client->in), (size_t)(length - data) + sizeof(length_header) - 1, 20);
        if (!text_to_int64(text_cut(&rest, '\r'), &body))
            body = 0;
    }
    client->size = (size_t)(end - data) + 4 + (size_t)body;
}

static bool take_answer(const struct http_client *client, struct http_answer *out)
{
    struct text all = buf_text(&client->in);
    const char *end = memmem(all.data, client->size, "\r\n\r\n", 4);
    int64_t status;

    if (end == NULL || !text_to_int64(text_slice(all, sizeof("HTTP/1.1 ") - 1, 3), &status))
        return false;
    out->status = (int)status;
    out->head = text_slice(all, 0, (size_t)(end - all.data) + 4);
    out->body = text_slice(all, out->head.size, client->size - out->head.size);
    return true;
}

enum status http_client_receive(
    struct http_client *client, struct http_answer *out, bool *out_is_whole, struct error *error)
{
    char chunk[READ_BYTES];
    ssize_t size;

    *out_is_whole = false;
    while ((size = recv(client->fd, chunk, sizeof(chunk), 0)) > 0) {
        buf_add(&client->in, chunk, (size_t)size);
        if (client->size == 0)
            measure_answer(client);
        if (client->size == 0 || client->in.size < client->size)
            continue;
        *out_is_whole = take_answer(client, out);
        if (*out_is_whole)
            return STATUS_OK;
        return error_set(error, STATUS_INVALID, "what the server sent is no answer");
    }
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return STATUS_OK;
    return error_set(error, STATUS_UNAVAILABLE, "the server closed the connection");
}

enum status http_client_wait(
    struct http_client *client, int64_t patience_us, struct http_answer *out, struct error *error)
{
    int64_t until_us = monotonic_us() + patience_us;
    bool is_whole = false;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !is_whole && monotonic_us() < until_us) {
        wait_for(client->fd, POLLIN, until_us);
        status = http_client_receive(client, out, &is_whole, error);
    }
    if (status == STATUS_OK && !is_whole)
        status = error_set(error, STATUS_TIMED_OUT, "the server does not answer");
    return status;
}

struct text http_answer_header(const struct http_answer *answer, const char *name)
{
    struct text rest = answer->head;

    while (rest.size > 0) {
        struct text value = text_cut(&rest, '\n');
        if (text_equal_ignoring_case(text_cut(&value, ':'), text_from(name)))
            return text_trim(value);
    }
    return (struct text){NULL, 0};
}

struct text http_json_string(struct text json, const char *member)
{
    char wanted[64];
    int size = snprintf(wanted, sizeof(wanted), "\"%s\":\"", member);
    const char *at = memmem(json.data, json.size, wanted, (size_t)size);
    struct text rest;

    if (at == NULL)
        return (struct text){NULL, 0};
    rest = text_slice(json, (size_t)(at - json.data) + (size_t)size, json.size);
    return text_cut(&rest, '"');
}
