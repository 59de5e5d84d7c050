/*
 * WebSockets over the HTTP client's connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/socket_client.h"

#include "core/base/timestamp.h"
#include "core/web/frame.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { LARGEST_MESSAGE = 1 << 20, READ_BYTES = 64 << 10, PATIENCE_S = 10, LONGEST_WORD = 4096 };

static enum status shake_hands(struct socket_client *client, const char *path, struct error *error)
{
    char request[512];
    struct http_answer answer = {0};
    int size = snprintf(
        request, sizeof(request),
        "GET %s HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        path);
    enum status status =
        http_client_send(&client->http, (struct text){request, (size_t)size}, error);

    if (status == STATUS_OK)
        status = http_client_wait(&client->http, PATIENCE_S * (int64_t)US_PER_S, &answer, error);
    if (status == STATUS_OK && answer.status != 101)
        status = error_set(error, STATUS_INVALID, "%s: answered %d", path, answer.status);
    client->taken = client->http.size; /* frames may have come with it */
    return status;
}

enum status
socket_client_open(struct socket_client *client, int port, const char *path, struct error *error)
{
    enum status status;

    *client = (struct socket_client){.taken = 0};
    status = http_client_open(&client->http, port, error);
    if (status == STATUS_OK && path != NULL)
        status = shake_hands(client, path, error);
    return status;
}

void socket_client_close(struct socket_client *client)
{
    http_client_close(&client->http);
}

enum status
socket_client_say(struct socket_client *client, struct text message, struct error *error)
{
    static const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
    AUTO_BUF out = {0};

    buf_init(&out, 2 * LARGEST_MESSAGE);
    frame_write(&out, FRAME_TEXT, message, mask);
    return http_client_write(&client->http, buf_text(&out), error);
}

/* What was taken goes once it is as much as what is left. */
static void forget_taken(struct socket_client *client)
{
    struct buf *in = &client->http.in;
    size_t left = in->size - client->taken;

    if (client->taken < left)
        return;
    if (left > 0)
        memcpy(in->data, in->data + client->taken, left);
    buf_truncate(in, left);
    client->taken = 0;
}

/* False: nothing has come. */
static enum status read_more(struct socket_client *client, bool *out_has_come, struct error *error)
{
    char chunk[READ_BYTES];
    ssize_t size = recv(client->http.fd, chunk, sizeof(chunk), 0);

    *out_has_come = size > 0;
    if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR))
        return error_set(error, STATUS_UNAVAILABLE, "the server closed the socket");
    if (size > 0) {
        forget_taken(client);
        buf_add(&client->http.in, chunk, (size_t)size);
    }
    return STATUS_OK;
}

/* A message that is of no use to the caller: absent. */
static enum status take_frame(
    struct socket_client *client, const struct frame *frame, struct text *out, struct error *e)
{
    client->taken += frame->size;
    if (frame->opcode == FRAME_CLOSE)
        return error_set(e, STATUS_UNAVAILABLE, "the server said goodbye");
    if (frame->opcode == FRAME_TEXT && text_is(frame->payload, "2"))
        return socket_client_say(client, text_lit("3"), e);
    *out = frame->payload;
    return STATUS_OK;
}

enum status socket_client_hear(struct socket_client *client, struct text *out, struct error *error)
{
    enum status status = STATUS_OK;
    bool may_come = true;

    *out = (struct text){NULL, 0};
    while (status == STATUS_OK && may_come && !text_is_present(*out)) {
        struct text in = buf_text(&client->http.in);
        struct frame frame;
        enum frame_verdict verdict =
            frame_read(text_slice(in, client->taken, in.size), LARGEST_MESSAGE, &frame);

        if (verdict == FRAME_MALFORMED)
            return error_set(error, STATUS_INVALID, "what the server sent is no frame");
        if (verdict == FRAME_WHOLE)
            status = take_frame(client, &frame, out, error);
        else
            status = read_more(client, &may_come, error);
    }
    return status;
}

enum status socket_client_await(
    struct socket_client *client, const char *beginning, struct text *out, struct error *error)
{
    int64_t until_us = monotonic_us() + PATIENCE_S * (int64_t)US_PER_S;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && monotonic_us() < until_us) {
        struct pollfd waiting = {.fd = client->http.fd, .events = POLLIN};

        status = socket_client_hear(client, out, error);
        if (status != STATUS_OK || text_starts_with(*out, text_from(beginning)))
            return status;
        if (!text_is_present(*out))
            (void)poll(&waiting, 1, PATIENCE_S * 1000);
    }
    if (status == STATUS_OK)
        status = error_set(error, STATUS_TIMED_OUT, "%s was not heard", beginning);
    return status;
}

enum status socket_client_join(
    struct socket_client *client, const char *name, const char *auth, struct error *error)
{
    char word[LONGEST_WORD];
    char head[64];
    struct text heard;
    enum status status;
    int size = snprintf(word, sizeof(word), "40%s,%s", name, auth);

    snprintf(head, sizeof(head), "40%s,", name);
    status = socket_client_say(client, (struct text){word, (size_t)size}, error);
    if (status == STATUS_OK)
        status = socket_client_await(client, head, &heard, error);
    if (status != STATUS_OK)
        error_context(error, "joining %s", name);
    return status;
}
