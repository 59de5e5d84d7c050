/*
 * The client made of a socket.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/peer.h"

#include "core/base/must.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_S = 10 };

static int connect_to(int family, const void *address, socklen_t size)
{
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int peer = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    must(peer >= 0);
    must(setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0);
    must(setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) == 0);
    if (connect(peer, address, size) == 0)
        return peer;
    close(peer);
    return -1;
}

int peer_connect(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_to(AF_INET, &address, sizeof(address));
}

int peer_connect_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    must(strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path));
    return connect_to(AF_UNIX, &address, sizeof(address));
}

bool peer_send_bytes(int peer, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        ssize_t sent = send(peer, at, size, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        at += sent;
        size -= (size_t)sent;
    }
    return true;
}

bool peer_send(int peer, const char *terminated)
{
    return peer_send_bytes(peer, terminated, strlen(terminated));
}

/* How many bytes the answer at `from` has in all; SIZE_MAX while its head is not whole. */
static size_t answer_size(const struct buf *in, size_t from)
{
    const char *head = in->data + from;
    const char *end = strstr(head, "\r\n\r\n");
    const char *length = strstr(head, "\r\nContent-Length: ");

    if (end == NULL)
        return SIZE_MAX;
    if (length == NULL || length > end)
        return (size_t)(end - head) + 4;
    return (size_t)(end - head) + 4 + strtoul(length + strlen("\r\nContent-Length: "), NULL, 10);
}

/* Byte by byte, so that nothing of a next answer is taken. */
bool peer_receive_answer(int peer, struct buf *out)
{
    size_t from = out->size;
    size_t size = SIZE_MAX;

    while (size == SIZE_MAX) {
        char c;

        if (recv(peer, &c, 1, 0) != 1)
            return false;
        buf_add_char(out, c);
        if (c == '\n')
            size = answer_size(out, from);
    }
    while (out->size - from < size) {
        char piece[65536];
        size_t left = size - (out->size - from);
        ssize_t got = recv(peer, piece, left < sizeof(piece) ? left : sizeof(piece), 0);

        if (got <= 0)
            return false;
        buf_add(out, piece, (size_t)got);
    }
    return true;
}

bool peer_receive_to_end(int peer, struct buf *out)
{
    char piece[65536];
    ssize_t got;

    while ((got = recv(peer, piece, sizeof(piece), 0)) > 0)
        buf_add(out, piece, (size_t)got);
    return got == 0;
}

void peer_end(int peer)
{
    must(shutdown(peer, SHUT_WR) == 0);
}

void peer_close(int peer)
{
    if (peer >= 0)
        close(peer);
}

void peer_reset(int peer)
{
    struct linger at_once = {.l_onoff = 1};

    must(setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
    close(peer);
}
