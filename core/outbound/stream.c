/*
 * Sending a stretch of bytes to a receiver that answers nothing, and finding out that it has read them.
 *
 *   connect (and TLS) ─► send all ─► say that this was all ─► the receiver ends the connection
 *
 * A receiver that is killed before has not ended it in order: then it is not known what it has read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/outbound/outbound_internal.h"

#include <openssl/ssl.h>

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

enum { LOOK_MS = 200 };

struct stream {
    struct outbound *outbound;
    curl_socket_t socket;
    int64_t until_us;         /* monotonic: the end of all */
    int64_t patient_until_us; /* the end, unless something moves */
    struct error *error;
};

static enum status fail(const struct stream *stream, enum status status, const char *why)
{
    return error_set(stream->error, status, "%s", why);
}

/* STATUS_OK: look again. */
static enum status wait_for(const struct stream *stream, short events)
{
    struct pollfd poller = {.fd = stream->socket, .events = events};

    if (atomic_load(&stream->outbound->is_cancelled))
        return fail(stream, STATUS_UNAVAILABLE, "broken off");
    if (monotonic_us() >= stream->until_us || monotonic_us() >= stream->patient_until_us)
        return fail(
            stream, STATUS_TIMED_OUT,
            events == POLLOUT ? "the receiver does not read"
                              : "the receiver does not end the connection when it has read all");
    if (poll(&poller, 1, LOOK_MS) < 0 && errno != EINTR)
        return fail(stream, STATUS_UNAVAILABLE, "the socket cannot be waited for");
    return STATUS_OK;
}

static void be_patient(struct stream *stream)
{
    stream->patient_until_us = monotonic_us() + stream->outbound->limits.answer_s * US_PER_S;
}

static enum status send_all(struct stream *stream, struct text bytes)
{
    enum status status = STATUS_OK;

    while (bytes.size > 0 && status == STATUS_OK) {
        size_t sent = 0;
        CURLcode code = curl_easy_send(stream->outbound->curl, bytes.data, bytes.size, &sent);
        if (code == CURLE_AGAIN)
            status = wait_for(stream, POLLOUT);
        else if (code != CURLE_OK)
            status = outbound_failed(stream->outbound, code, stream->error);
        else
            be_patient(stream);
        bytes = text_slice(bytes, sent, bytes.size);
    }
    return status;
}

/* Of TLS by its own word first (RFC 5425, section 4.4). */
static void say_end(const struct stream *stream, bool is_secure)
{
    struct curl_tlssessioninfo *session = NULL;

    if (is_secure &&
        curl_easy_getinfo(stream->outbound->curl, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK &&
        session->internals != NULL)
        (void)SSL_shutdown(session->internals); /* allowed: libcurl has no word for it */
    (void)shutdown(stream->socket, SHUT_WR);
}

static enum status await_end(const struct stream *stream)
{
    enum status status = STATUS_OK;
    char ignored[1024];

    while (status == STATUS_OK) {
        ssize_t got = recv(stream->socket, ignored, sizeof(ignored), MSG_DONTWAIT);
        if (got == 0)
            return STATUS_OK;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return fail(stream, STATUS_UNAVAILABLE, "the receiver broke the connection off");
        if (got < 0)
            status = wait_for(stream, POLLIN);
        else if (monotonic_us() >= stream->until_us)
            status = fail(stream, STATUS_TIMED_OUT, "the receiver does not end the connection");
    }
    return status;
}

static enum status
connect_to(struct stream *stream, const struct stream_server *server, struct arena *arena)
{
    CURL *curl = outbound_begin(stream->outbound);
    struct text url = text_format(
        arena, "%s://%.*s:%lld", server->is_secure ? "https" : "http", TEXT_ARGS(server->host),
        (long long)server->port);
    CURLcode code;

    outbound_distrust(stream->outbound, REACH_NETWORK);
    outbound_trust(stream->outbound, server->ca_file, arena);
    curl_easy_setopt(curl, CURLOPT_URL, text_c(arena, url));
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        code = curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &stream->socket);
    if (code != CURLE_OK)
        return outbound_failed(stream->outbound, code, stream->error);
    return STATUS_OK;
}

enum status outbound_stream(
    struct outbound *outbound,
    const struct stream_server *server,
    struct text bytes,
    struct arena *arena,
    struct error *error)
{
    struct stream stream = {
        .outbound = outbound,
        .socket = CURL_SOCKET_BAD,
        .until_us = monotonic_us() + outbound->limits.whole_s * US_PER_S,
        .error = error,
    };
    enum status status = connect_to(&stream, server, arena);

    be_patient(&stream);
    if (status == STATUS_OK)
        status = send_all(&stream, bytes);
    if (status == STATUS_OK) {
        say_end(&stream, server->is_secure);
        be_patient(&stream);
        status = await_end(&stream);
    }
    outbound_drop(outbound);
    return status;
}
